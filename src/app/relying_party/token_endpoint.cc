#include "app/relying_party/token_endpoint.h"

#include <utility>
#include <vector>

#include "app/keys/secret_text.h"
#include "app/relying_party/client_secret_place.h"

namespace doorward {
namespace {

TokenAuthType method_of(const Connection& connection, const ProviderEndpoints& endpoints) {
  return oidc::authentication_method(connection.oidc.token_auth_type, endpoints.token_auth_methods,
                                     !connection.oidc.sealed_client_secret.empty());
}

bool needs_secret(TokenAuthType method) {
  return method == TokenAuthType::kClientSecretPost || method == TokenAuthType::kClientSecretBasic ||
         method == TokenAuthType::kClientSecretJwt;
}

}  // namespace

Result<void> TokenEndpoint::check_credentials(const Connection& connection, const ProviderEndpoints& endpoints) {
  if (connection.oidc.client_id.empty()) {
    return failure(Reason::kConnectionIncomplete, "The connection has no client id.");
  }
  if (needs_secret(method_of(connection, endpoints)) && connection.oidc.sealed_client_secret.empty()) {
    return failure(Reason::kConnectionIncomplete, "The connection has no client secret.");
  }
  return {};
}

task<Result<oidc::ClientCredentialsAtProvider>> TokenEndpoint::credentials(const Connection& connection,
                                                                           const ProviderEndpoints& endpoints) {
  DOORWARD_CO_CHECK(check_credentials(connection, endpoints));
  oidc::ClientCredentialsAtProvider credentials{.method = method_of(connection, endpoints),
                                                .client_id = connection.oidc.client_id};
  if (needs_secret(credentials.method)) {
    DOORWARD_CO_TRY(credentials.client_secret,
                    ports_.box.open(client_secret_place(connection), connection.oidc.sealed_client_secret));
  }
  const oidc::AssertionClaims claims{
      .client_id = credentials.client_id,
      .audience = connection.oidc.assertion_to_issuer ? endpoints.issuer : endpoints.token,
      .token_id = make_secret_text(ports_.random).reveal(),
      .now = ports_.clock.now()};
  if (credentials.method == TokenAuthType::kClientSecretJwt) {
    credentials.assertion = oidc::symmetric_assertion(claims, credentials.client_secret);
  } else if (credentials.method == TokenAuthType::kPrivateKeyJwt) {
    DOORWARD_CO_TRY(const jose::Algorithm algorithm, oidc::assertion_algorithm(endpoints.token_auth_algorithms));
    DOORWARD_CO_TRY(Result<std::string> assertion, co_await ports_.offload.run([&] {
      return sign_(algorithm, "JWT", oidc::assertion_claims(claims));
    }));
    DOORWARD_CO_TRY(credentials.assertion, std::move(assertion));
  }
  co_return credentials;
}

task<Result<oidc::TokenAnswer>> TokenEndpoint::exchange(const Connection& connection,
                                                        const ProviderEndpoints& endpoints,
                                                        const AccessTokenRequest& exchange) {
  DOORWARD_CO_TRY(const oidc::ClientCredentialsAtProvider own, co_await credentials(connection, endpoints));
  std::vector<std::pair<std::string_view, std::string>> parameters{
      {"grant_type", "authorization_code"}, {"code", exchange.code}, {"redirect_uri", exchange.redirect_uri}};
  if (!exchange.code_verifier.empty()) parameters.emplace_back("code_verifier", exchange.code_verifier);
  oidc::AuthenticatedForm form = oidc::authenticate(std::move(parameters), own);
  ProviderRequest request{.http = {.method = "POST",
                                   .url = endpoints.token,
                                   .headers = std::move(form.headers),
                                   .body = std::move(form.body),
                                   .max_response_bytes = oidc::kMostTokenAnswerBytes + 1},
                          .failure = Reason::kTokenExchange,
                          .what = "token endpoint",
                          .deadline = exchange.deadline};
  DOORWARD_CO_TRY(const HttpResponse response, co_await ask_provider(ports_.http, std::move(request)));
  co_return oidc::read_token_answer(response.status, response.body);
}

}  // namespace doorward
