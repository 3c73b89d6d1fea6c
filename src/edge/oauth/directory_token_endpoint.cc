#include "edge/oauth/directory_token_endpoint.h"

#include <string>
#include <utility>
#include <variant>

#include "edge/oauth/token_endpoint.h"

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
  auto asked = read_token_request(request);
  if (!asked) co_return token_answer(request, {}, tl::unexpected(std::move(asked).error()));
  const std::string client_id = asked->client.client_id;
  if (!std::holds_alternative<oauth::ClientCredentialsGrant>(asked->grant)) {
    co_return token_answer(
        request, client_id,
        failure(Reason::kUnsupportedGrantType, "The grant type is not supported. Use client_credentials."));
  }
  // Without a secret there is none that matches.
  const DirectoryTokenRequest wanted{.directory = directory_of(request.path).value_or(DirectoryId()),
                                     .client_id = DirectoryOauthClientId(client_id),
                                     .client_secret = std::move(asked->client.secret),
                                     .source = request.peer,
                                     .deadline = request.deadline};
  co_return token_answer(request, client_id, co_await tokens_.issue(wanted));
}

}  // namespace doorward::edge
