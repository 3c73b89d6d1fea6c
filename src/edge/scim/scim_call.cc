#include "edge/scim/scim_call.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "protocol/scim/filter.h"
#include "protocol/scim/json_reader.h"
#include "protocol/scim/limits.h"

namespace doorward::edge {
namespace {

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_json_media_type(std::string_view value) {
  const std::string folded = ascii_lower(value);
  std::string_view rest = folded;
  const std::size_t end = std::min(rest.find(';'), rest.size());
  const std::string_view type = trim(rest.substr(0, end));
  if (type != "application/scim+json" && type != "application/json") return false;
  rest.remove_prefix(end);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t next = std::min(rest.find(';'), rest.size());
    const std::string_view parameter = trim(rest.substr(0, next));
    rest.remove_prefix(next);
    if (!parameter.starts_with("charset=")) continue;
    std::string_view charset = parameter.substr(8);
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"') {
      charset = charset.substr(1, charset.size() - 2);
    }
    if (charset != "utf-8" && charset != "utf8") return false;
  }
  return true;
}

}  // namespace

Result<boost::json::object> read_body(const net::Request& request) {
  const std::string* type = net::find_header(request.headers, "content-type");
  if (type == nullptr || !is_json_media_type(*type)) {
    return failure(Reason::kUnsupportedMediaType, "Send the body as application/scim+json in UTF-8.");
  }
  return scim::parse_body(request.body);
}

Result<scim::Projection> read_projection(const ScimCall& call, const scim::ResourceType& type) {
  return scim::Projection::parse(type, call.query.text("attributes"), call.query.text("excludedAttributes"));
}

Result<ProvisioningSearch> read_search(const ScimCall& call, const scim::ResourceType& type) {
  ProvisioningSearch search;
  if (const std::string* filter = call.query.find("filter"); filter != nullptr && !filter->empty()) {
    DOORWARD_TRY(search.filter, scim::parse_filter(*filter));
  }
  DOORWARD_TRY(const auto start_index, call.query.number("startIndex"));
  DOORWARD_TRY(const auto count, call.query.number("count"));
  search.start_index = std::max<std::int64_t>(start_index.value_or(1), 1);
  const auto largest = static_cast<std::int64_t>(call.pages.largest);
  search.count = std::clamp<std::int64_t>(count.value_or(static_cast<std::int64_t>(call.pages.initial)), 0, largest);
  search.location_prefix = fmt::format("{}{}/", call.base, type.endpoint);
  return search;
}

}  // namespace doorward::edge
