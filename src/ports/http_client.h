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
  // The whole exchange: waiting for a connection and for the target's address included. At most kMaxHttpTimeout.
  std::chrono::milliseconds timeout{10'000};
  // What is read of the body; more is cut, not refused, and ends the exchange. At most kMaxHttpResponseBytes.
  std::size_t max_response_bytes = 64 * 1024;
};

inline constexpr std::chrono::milliseconds kMaxHttpTimeout{60'000};
inline constexpr std::size_t kMaxHttpResponseBytes = 4 * 1024 * 1024;

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  Duration latency{};
};

// The one way out of Doorward. A name is resolved once, all its addresses are judged by the egress policy, and nothing
// else is connected to. Redirects are answers, not followed; proxies of the environment, Alt-Svc, cookies and
// compression are off; TLS 1.2 at least, with a certificate for the URL's host.
class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Errors:
  //   kInvalidArgument            a URL, method or header that cannot be sent
  //   kEgressForbidden            the policy refuses the URL's scheme, port or host, or every address of the host
  //   kEgressMixedAnswer          the host has allowed and forbidden addresses
  //   kNameNotFound               there is no such host
  //   kNameUnresolved             no name server gave a usable answer
  //   kTargetUnreachable          no connection
  //   kTargetTlsFailed            no TLS, or none that is recent enough
  //   kTargetCertificateUntrusted, kTargetCertificateExpired, kTargetCertificateWrongHost
  //   kTargetProtocolError        no HTTP answer, or one with headers beyond bounds
  //   kDeadlineExceeded           timeout
  //   kTargetBusy                 too many requests wait for this target
  //   kOverloaded                 too many requests wait
  //   kCancelled                  shutdown
  // Thread-safe.
  virtual task<Result<HttpResponse>> send(HttpRequest request) = 0;

  // Whether `url` could be sent to at all, as far as its text tells: absolute http or https, no user information, and
  // no scheme, port or literal address that the policy forbids. Names are not resolved here; send() judges what they
  // resolve to. Errors: kInvalidArgument, kEgressForbidden. Thread-safe, does not block.
  virtual Result<void> check_url(std::string_view url) const = 0;
};

}  // namespace doorward
