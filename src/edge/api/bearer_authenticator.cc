#include "edge/api/bearer_authenticator.h"

#include <optional>
#include <utility>

#include "base/encoding.h"

namespace doorward::api {

std::vector<std::string_view> bearer_tokens(const net::Headers& headers) {
  constexpr std::string_view kScheme = "bearer ";
  std::vector<std::string_view> tokens;
  std::size_t fields = 0;
  for (const auto& header : headers) {
    if (header.name != "authorization") continue;
    if (++fields > kMaxAuthorizationFields) break;
    const std::string_view value = header.value;
    // RFC 9110 section 11.1: the scheme is compared without case.
    if (ascii_lower(value.substr(0, kScheme.size())) != kScheme) continue;
    const std::size_t begin = value.find_first_not_of(' ', kScheme.size());
    if (begin != std::string_view::npos) tokens.push_back(value.substr(begin));
  }
  return tokens;
}

task<Result<Caller>> BearerAuthenticator::authenticate(const net::Request& request) {
  std::optional<Error> first;
  for (const std::string_view token : bearer_tokens(request.headers)) {
    auto caller = co_await tokens_.authenticate(
        {.text = token, .source = request.peer, .request_id = request.request_id, .deadline = request.deadline});
    if (caller) co_return caller;
    if (caller.error().code() != Code::kUnauthenticated) co_return caller;
    if (!first) first = std::move(caller).error();
  }
  if (first) co_return failure(*std::move(first));
  co_return failure(Reason::kMissingCredentials, "This call needs a bearer token in its authorization field.");
}

}  // namespace doorward::api
