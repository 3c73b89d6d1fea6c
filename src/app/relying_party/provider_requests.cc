#include "app/relying_party/provider_requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace doorward {

task<Result<HttpResponse>> ask_provider(HttpClient& http, ProviderRequest request) {
  const auto left = std::chrono::floor<std::chrono::milliseconds>(request.deadline - std::chrono::steady_clock::now());
  if (left <= std::chrono::milliseconds(0)) {
    co_return failure(Reason::kDeadlineExceeded, "There was no time left to ask the identity provider.");
  }
  request.http.timeout = std::min<std::chrono::milliseconds>(left, kProviderTimeout);
  auto response = co_await http.send(std::move(request.http));
  if (response) co_return response;
  const Reason reason = response.error().reason;
  if (reason == Reason::kOverloaded || reason == Reason::kCancelled) co_return response;
  co_return failure(make_error(request.failure, fmt::format("The provider's {} could not be reached.", request.what),
                               std::string(reason_name(reason))));
}

std::string_view header_of(const HttpResponse& response, std::string_view name) {
  const auto found = std::ranges::find(response.headers, name, [](const auto& header) { return header.first; });
  return found == response.headers.end() ? std::string_view() : found->second;
}

}  // namespace doorward
