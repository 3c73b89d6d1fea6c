// The metadata of Doorward as service provider, as anybody may fetch it: it says nothing that a provider would not
// learn.
#pragma once

#include <chrono>
#include <string>

#include "app/service_provider/saml_service_provider.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/store.h"

namespace doorward {

// Thread-safe. Everything borrowed must outlive it.
class ServiceProviderMetadata {
 public:
  ServiceProviderMetadata(Store& store, SamlServiceProvider& service_provider, EnvironmentId environment)
      : store_(store), service_provider_(service_provider), environment_(std::move(environment)) {}

  // The document. kConnectionNotFound, also for a connection that is not SAML's.
  task<Result<std::string>> document(ConnectionId connection, std::chrono::steady_clock::time_point deadline);

 private:
  Store& store_;
  SamlServiceProvider& service_provider_;
  const EnvironmentId environment_;
};

}  // namespace doorward
