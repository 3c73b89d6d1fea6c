#include "edge/scim/scim_response.h"

#include <fmt/format.h>

#include <utility>

#include "protocol/scim/message.h"

namespace doorward::edge {
namespace {

constexpr std::uint32_t kDefaultRetryAfterSeconds = 5;

}  // namespace

net::Response scim_response(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers.push_back({"content-type", std::string(scim::kMediaType)});
  response.headers.push_back({"cache-control", "no-store"});
  response.body = std::move(body);
  return response;
}

net::Response scim_error(const Error& error) {
  const int status = scim::error_status(error).status;
  net::Response response = scim_response(status, scim::error_body(error));
  response.reason = reason_name(error.reason);
  if (status == 401) response.headers.push_back({"www-authenticate", "Bearer realm=\"Doorward SCIM\""});
  if (status == 429 || status == 503) {
    response.headers.push_back(
        {"retry-after", fmt::format("{}", error.retry_after_seconds.value_or(kDefaultRetryAfterSeconds))});
  }
  return response;
}

net::Response method_not_allowed(std::string_view allowed) {
  net::Response response =
      scim_error(make_error(Reason::kMethodNotAllowed, fmt::format("This endpoint answers {}.", allowed)));
  response.headers.push_back({"allow", std::string(allowed)});
  return response;
}

}  // namespace doorward::edge
