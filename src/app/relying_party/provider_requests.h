// One request to an identity provider, with its bounds, and its failures told as those of the step it belongs to.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "ports/http_client.h"

namespace doorward {

// A provider that takes longer fails; the person at the browser would not wait for it either.
inline constexpr std::chrono::seconds kProviderTimeout{10};

using SteadyTime = std::chrono::steady_clock::time_point;

struct ProviderRequest {
  HttpRequest http;       // its timeout is set here
  Reason failure;         // of the step
  std::string_view what;  // completes "The provider's … could not be reached."; a literal
  SteadyTime deadline = SteadyTime::max();
};

// kDeadlineExceeded: there was no time left. kOverloaded, kCancelled: ours. `failure` for everything else that brings
// no HTTP answer, with the client's reason as detail. Whatever the status is, an answer is an answer.
task<Result<HttpResponse>> ask_provider(HttpClient& http, ProviderRequest request);

// The first field of this name in lower case; empty when there is none. Lives as long as `response`.
std::string_view header_of(const HttpResponse& response, std::string_view name);

}  // namespace doorward
