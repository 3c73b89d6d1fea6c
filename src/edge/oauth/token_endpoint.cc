#include "edge/oauth/token_endpoint.h"

#include <utility>

#include "edge/oauth/token_exchange.h"

namespace doorward::edge {

void TokenEndpoint::add_to(net::Router& router) {
  router.add("/oauth/token", [this](const net::Request& request) { return handle(request); });
}

task<net::Response> TokenEndpoint::handle(const net::Request& request) {
  co_return co_await exchange(request, [&](oauth::ClientCredentialsGrant grant) -> task<Result<IssuedToken>> {
    const ClientCredentialsRequest asked{.client_id = ApiClientId(std::move(grant.client_id)),
                                         .client_secret = std::move(grant.client_secret),
                                         .scope = std::move(grant.scope),
                                         .source = request.peer,
                                         .deadline = request.deadline};
    co_return co_await client_credentials_.issue(asked);
  });
}

}  // namespace doorward::edge
