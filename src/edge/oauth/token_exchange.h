// What every token endpoint does alike: it reads the request, asks whoever issues, and answers as RFC 6749 says.
#pragma once

#include <string_view>
#include <utility>

#include "app/tokens/client_credentials.h"
#include "base/result.h"
#include "base/task.h"
#include "net/http.h"
#include "protocol/oauth/token_request.h"

namespace doorward::edge {

// kMethodNotAllowed for anything but POST, kUnsupportedMediaType for anything but a form, and what
// oauth::parse_token_request refuses. An Authorization field that is not Basic is ignored.
Result<oauth::ClientCredentialsGrant> read_grant(const net::Request& request);

// Success is exactly 200; refusals carry `error` and `error_description` (section 5.2), 429 and 503 also Retry-After,
// 405 Allow. Nothing may be cached (section 5.1). A refusal is logged with the client that asked.
net::Response answer_grant(const net::Request& request, std::string_view client_id, const Result<IssuedToken>& issued);

// `issue(grant)` is a task of Result<IssuedToken>.
template <class Issue>
task<net::Response> exchange(const net::Request& request, Issue issue) {
  auto grant = read_grant(request);
  if (!grant) co_return answer_grant(request, {}, tl::unexpected(std::move(grant).error()));
  const std::string client_id = grant->client_id;
  const Result<IssuedToken> issued = co_await issue(*std::move(grant));
  co_return answer_grant(request, client_id, issued);
}

}  // namespace doorward::edge
