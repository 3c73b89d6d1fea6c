#include "edge/simulator/simulator_call.h"

#include <utility>

namespace doorward::edge {

bool reads(const net::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

net::Response not_allowed(std::string allow) {
  net::Response response;
  response.status = 405;
  response.headers = {{"allow", std::move(allow)}};
  return response;
}

std::string header_of(const net::Request& request, std::string_view name) {
  const std::string* value = net::find_header(request.headers, name);
  return value == nullptr ? std::string() : *value;
}

Result<oauth::Form> posted_form(const net::Request& request) {
  if (!oauth::is_form_media_type(header_of(request, "content-type"))) {
    return failure(Reason::kUnsupportedMediaType, "Send the fields as application/x-www-form-urlencoded.");
  }
  return oauth::parse_form(request.body);
}

std::string sentence_of(const Error& error) {
  if (error.violations.empty()) return error.message;
  return error.violations.front().field + ": " + error.violations.front().description;
}

}  // namespace doorward::edge
