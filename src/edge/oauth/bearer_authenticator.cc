#include "edge/oauth/bearer_authenticator.h"

#include <optional>
#include <utility>

#include "protocol/oauth/bearer.h"

namespace doorward::edge {

task<Result<Caller>> BearerAuthenticator::authenticate(const net::Request& request) {
  std::optional<Error> refusal;
  int tried = 0;
  for (const net::Header& header : request.headers) {
    if (header.name != "authorization") continue;
    const auto token = oauth::credentials_of(header.value, "bearer");
    if (!token) continue;
    if (++tried > kMostBearers) break;
    auto caller = co_await authentication_.authenticate(
        {.text = *token, .source = request.peer, .request_id = request.request_id, .deadline = request.deadline});
    if (caller || caller.error().code() != Code::kUnauthenticated) co_return caller;
    if (!refusal) refusal = std::move(caller).error();
  }
  if (!refusal) co_return failure(Reason::kMissingCredentials, "An access token is required.");
  co_return tl::unexpected(*std::move(refusal));
}

}  // namespace doorward::edge
