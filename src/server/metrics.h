// What the server counts, in one place, and its text for Prometheus. Names and labels are public interface; the golden
// file tests/golden/metrics.txt holds them.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "app/logout_tokens/logout_outcome.h"
#include "net/observer.h"
#include "store/sql/observer.h"

namespace doorward::server {

// Thread-safe. Counting takes no allocation.
class Metrics final : public net::Observer {
 public:
  Metrics();
  ~Metrics() override;

  void connection_opened(bool tls) override;
  void connection_closed(bool tls) override;
  void request_started(net::Protocol protocol) override;
  void request_finished(net::Protocol protocol, int status, std::chrono::microseconds took) override;
  void refused(net::Refusal refusal) override;
  void handler_failed() override;

  // What became of an attempt to deliver a logout token.
  void logout_token(LogoutResult result);

  // SCIM requests that the recorder dropped.
  void requests_not_recorded(std::size_t requests);

  // For the store; valid as long as this object.
  store::Observer& store_observer();

  // Requests begun since the start; house-keeping sees by it whether the server is idle.
  std::uint64_t requests() const;

  // Text exposition format 0.0.4, with the process's memory, CPU and descriptors as they are now.
  std::string render();

 private:
  struct Series;
  std::unique_ptr<Series> series_;
};

}  // namespace doorward::server
