#include "edge/oauth/directory_token_endpoint.h"

#include <string>
#include <utility>

#include "edge/oauth/token_exchange.h"

namespace doorward::edge {

std::optional<DirectoryId> DirectoryTokenEndpoint::directory_of(std::string_view path) {
  constexpr std::string_view kBefore = "/directory/";
  constexpr std::string_view kBehind = "/oauth/token";
  if (!path.starts_with(kBefore) || !path.ends_with(kBehind) || path.size() <= kBefore.size() + kBehind.size()) {
    return std::nullopt;
  }
  const std::string_view id = path.substr(kBefore.size(), path.size() - kBefore.size() - kBehind.size());
  if (id.find('/') != std::string_view::npos) return std::nullopt;
  return DirectoryId(std::string(id));
}

task<net::Response> DirectoryTokenEndpoint::handle(const net::Request& request) {
  co_return co_await exchange(request, [&](oauth::ClientCredentialsGrant grant) -> task<Result<IssuedToken>> {
    const DirectoryTokenRequest asked{.directory = directory_of(request.path).value_or(DirectoryId()),
                                      .client_id = DirectoryOauthClientId(std::move(grant.client_id)),
                                      .client_secret = std::move(grant.client_secret),
                                      .source = request.peer,
                                      .deadline = request.deadline};
    co_return co_await tokens_.issue(asked);
  });
}

}  // namespace doorward::edge
