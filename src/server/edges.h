// Use cases and the edges that serve them, for one installation.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/bootstrap/bootstrap.h"
#include "app/connections/saml_providers.h"
#include "app/domains/domain_checks.h"
#include "app/scim_requests/request_recorder.h"
#include "base/result.h"
#include "domain/environment.h"
#include "edge/scim/scim_call.h"
#include "net/http.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward::server {

class Edges {
 public:
  struct Parts {
    Store& store;
    Clock& clock;
    Ids& ids;
    Random& random;
    Offload& offload;
    HttpClient& http;
    DomainChecks& domain_checks;
    SamlProviders& saml_providers;
    Installation& installation;
    EnvironmentKind environment = EnvironmentKind::kProduction;
    std::string base_url;
    edge::ScimPages scim_pages;
    RequestRecorder& recorder;
    std::size_t body_bytes = 0;  // of a request, at most
    std::string claimant;        // of this process's deliveries
    std::function<std::string()> render_metrics;
  };

  // Everything borrowed must outlive it. An error is a fault of the declared API, found before the first request.
  static Result<std::unique_ptr<Edges>> make(Parts parts);
  ~Edges();

  // Every path of the server. Valid as long as this object; any thread.
  const net::Handler& handler() const;

  // Whether a request goes to the handler before its body is complete. Any thread.
  bool streams(const net::Request& request) const;

  // The answer to a request whose handler has none by its deadline. Any thread.
  net::Response too_late(const net::Request& request) const;
  std::optional<net::Response> refused(const net::Request& request, int status) const;

 private:
  struct State;
  explicit Edges(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace doorward::server
