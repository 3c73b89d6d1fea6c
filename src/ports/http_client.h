#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "base/time.h"

namespace doorward {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds timeout{10'000};   // whole exchange
  std::size_t max_response_bytes = 64 * 1024;  // what is kept of the body; more is cut, not refused
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  Duration latency{};
};

// The one way out of Doorward. Redirects are answers, not followed; proxies of the environment are ignored; addresses
// that the egress policy forbids are refused on the resolved socket address.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Errors: kEgressForbidden (the policy refuses the URL or the address behind it), kTargetUnreachable (name or
  // connection), kTargetTlsFailed, kTargetProtocolError (no HTTP answer in bounds), kDeadlineExceeded (timeout),
  // kOverloaded (too many requests wait), kCancelled (shutdown), kInvalidArgument (a URL or header that cannot be
  // sent). Thread-safe.
  virtual task<Result<HttpResponse>> send(HttpRequest request) = 0;

  // Whether `url` could be sent to at all, as far as its text tells: absolute http or https, no user information, and
  // no scheme, port or literal address that the policy forbids. Names are not resolved here; send() judges what they
  // resolve to. Errors: kInvalidArgument, kEgressForbidden. Thread-safe, does not block.
  virtual Result<void> check_url(std::string_view url) const = 0;
};

}  // namespace doorward
