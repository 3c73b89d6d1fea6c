#include "edge/scim/scim_response.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "protocol/scim/message.h"

namespace doorward::edge {
namespace {

constexpr std::string_view kPlainMediaType = "application/json";
constexpr std::uint32_t kDefaultRetryAfterSeconds = 5;

// Whether a client that sends this field reads application/json only.
bool accepts_plain_json_only(std::string_view accept) {
  const std::string folded = ascii_lower(accept);
  std::string_view rest = folded;
  bool plain = false;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    std::string_view range = rest.substr(0, std::min(end, rest.find(';')));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    while (range.starts_with(' ') || range.starts_with('\t')) range.remove_prefix(1);
    while (range.ends_with(' ') || range.ends_with('\t')) range.remove_suffix(1);
    if (range == scim::kMediaType || range == "*/*" || range == "application/*") return false;
    plain = plain || range == kPlainMediaType;
  }
  return plain;
}

}  // namespace

net::Response scim_response(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers.push_back({"content-type", std::string(scim::kMediaType)});
  response.headers.push_back({"cache-control", "no-store"});
  response.body = std::move(body);
  return response;
}

net::Response resource_response(int status, std::string body, const ResourceHead& head) {
  net::Response response = scim_response(status, std::move(body));
  if (status == 201) response.headers.push_back({"location", head.location});
  response.headers.push_back({"content-location", head.location});
  response.headers.push_back({"etag", head.version});
  return response;
}

net::Response not_modified(const ResourceHead& head) {
  net::Response response;
  response.status = 304;
  response.headers = {{"content-location", head.location}, {"etag", head.version}};
  return response;
}

net::Response with_version(net::Response response, std::string version) {
  response.headers.push_back({"etag", std::move(version)});
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

void answer_as_accepted(const net::Request& request, const scim::Behaviour& behaviour, net::Response& response) {
  if (behaviour.media_type == scim::Behaviour::MediaType::kScim) return;
  const std::string* accept = net::find_header(request.headers, "accept");
  if (accept == nullptr || !accepts_plain_json_only(*accept)) return;
  for (net::Header& header : response.headers) {
    if (header.name == "content-type") header.value = kPlainMediaType;
  }
}

net::Response method_not_allowed(std::string_view allowed) {
  net::Response response =
      scim_error(make_error(Reason::kMethodNotAllowed, fmt::format("This endpoint answers {}.", allowed)));
  response.headers.push_back({"allow", std::string(allowed)});
  return response;
}

}  // namespace doorward::edge
