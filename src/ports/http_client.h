#pragma once

#include <chrono>
#include <cstddef>
#include <string>
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
// that the egress policy forbids are refused on the resolved socket address (kEgressForbidden). Errors: kUnavailable
// class reasons for no answer, kDeadlineExceeded for a timeout. Thread-safe.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  virtual task<Result<HttpResponse>> send(HttpRequest request) = 0;
};

}  // namespace doorward
