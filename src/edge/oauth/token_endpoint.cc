#include "edge/oauth/token_endpoint.h"

#include <utility>
#include <variant>

#include "edge/oauth/client_call.h"
#include "protocol/oauth/metadata.h"
#include "protocol/oauth/token_response.h"

namespace doorward::edge {

net::Response token_answer(const net::Request& request, std::string_view client_id, const Result<IssuedToken>& issued) {
  if (!issued) return oauth_refusal(request, "token.refused", client_id, issued.error());
  return oauth_answer(200, oauth::token_response({.access_token = issued->access_token,
                                                  .expires_in = issued->expires_in,
                                                  .scope = issued->scope,
                                                  .id_token = issued->id_token,
                                                  .refresh_token = issued->refresh_token}));
}

Result<oauth::TokenRequest> read_token_request(const net::Request& request) {
  DOORWARD_CHECK(check_form_post(request));
  return oauth::parse_token_request(request.body, request.query, authorization_of(request));
}

task<net::Response> TokenEndpoint::handle(const net::Request& request) {
  const auto asked = read_token_request(request);
  if (!asked) co_return token_answer(request, {}, tl::unexpected(asked.error()));
  co_return token_answer(request, asked->client.client_id, co_await issue(request, *asked));
}

task<Result<IssuedToken>> TokenEndpoint::issue(const net::Request& request, const oauth::TokenRequest& asked) {
  DOORWARD_CO_TRY(const AuthenticatedClient client,
                  co_await clients_.authenticate(asked.client, oauth::token_endpoint, request.peer, request.deadline));
  if (const auto* code = std::get_if<oauth::AuthorizationCodeGrant>(&asked.grant)) {
    co_return co_await codes_.redeem(client, *code, request.deadline);
  }
  if (const auto* refresh = std::get_if<oauth::RefreshTokenGrant>(&asked.grant)) {
    co_return co_await refreshes_.refresh(client, *refresh, request.deadline);
  }
  co_return co_await credentials_.issue(client, std::get<oauth::ClientCredentialsGrant>(asked.grant).scope);
}

}  // namespace doorward::edge
