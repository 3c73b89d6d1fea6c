// Asking a provider's token endpoint for what a code stands for, with every way for a client to prove itself.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "app/relying_party/provider_documents.h"
#include "app/relying_party/provider_requests.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/connection.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/offload.h"
#include "ports/random.h"
#include "ports/secret_box.h"
#include "protocol/jose/algorithm.h"
#include "protocol/oidc/client_authentication.h"
#include "protocol/oidc/token_answer.h"

namespace doorward {

struct AccessTokenRequest {
  std::string code;
  std::string code_verifier;  // empty: without PKCE
  std::string redirect_uri;
  SteadyTime deadline = SteadyTime::max();
};

// Thread-safe. Borrows its ports.
class TokenEndpoint {
 public:
  struct Ports {
    HttpClient& http;
    const Clock& clock;
    Random& random;
    const SecretBox& box;
    Offload& offload;
  };
  // A whole JWT of this type with these claims under the current signing key of the algorithm, for private_key_jwt.
  using SignAssertion =
      std::function<Result<std::string>(jose::Algorithm algorithm, std::string_view type, std::string_view claims)>;

  TokenEndpoint(Ports ports, SignAssertion sign) : ports_(ports), sign_(std::move(sign)) {}

  // Whether the connection holds what its way of authentication needs. kConnectionIncomplete otherwise.
  static Result<void> check_credentials(const Connection& connection, const ProviderEndpoints& endpoints);

  // One request. kTokenExchange; kConnectionIncomplete as above; kSecretUnreadable: the client secret does not open;
  // kDeadlineExceeded, kOverloaded, kCancelled.
  task<Result<oidc::TokenAnswer>> exchange(const Connection& connection, const ProviderEndpoints& endpoints,
                                           const AccessTokenRequest& exchange);

 private:
  task<Result<oidc::ClientCredentialsAtProvider>> credentials(const Connection& connection,
                                                              const ProviderEndpoints& endpoints);

  const Ports ports_;
  const SignAssertion sign_;
};

}  // namespace doorward
