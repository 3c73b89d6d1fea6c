#include "edge/scim/scim_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/encoding.h"

namespace doorward::edge {
namespace {

// Decoded text that a row can hold; no id and no filter is anything else.
std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  auto decoded = percent_decode(text, plus_is_space);
  if (!decoded || !is_valid_utf8(*decoded) || decoded->find('\0') != std::string::npos) return std::nullopt;
  return decoded;
}

// "v1", "v3", …
bool is_version(std::string_view segment) {
  return segment.size() >= 2 && segment.size() <= 4 && segment.front() == 'v' &&
         segment.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace

Result<ScimTarget> parse_scim_target(std::string_view path) {
  const auto unknown = [] { return failure(Reason::kRouteNotFound, "There is no such SCIM endpoint."); };
  std::vector<std::string> segments;
  while (!path.empty()) {
    if (path.front() != '/') return unknown();
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    auto segment = decode(path.substr(0, end), false);
    if (!segment || segments.size() > 6) return unknown();
    segments.push_back(*std::move(segment));
    path.remove_prefix(end);
  }
  while (!segments.empty() && segments.back().empty()) segments.pop_back();
  if (segments.size() < 4 || segments.size() > 6 || segments[0] != "directory" || segments[1].empty() ||
      segments[2] != "scim") {
    return unknown();
  }
  if (is_version(segments[3]) && segments[3] != "v2") {
    return failure(Reason::kUnimplemented, "This server speaks version 2 of SCIM: use the path /scim/v2.");
  }
  if (segments[3] != "v2") return unknown();
  ScimTarget target;
  target.directory = DirectoryId{segments[1]};
  if (segments.size() > 4) target.collection = std::move(segments[4]);
  if (segments.size() > 5) target.id = std::move(segments[5]);
  return target;
}

Result<ScimQuery> ScimQuery::parse(std::string_view query) {
  ScimQuery out;
  std::size_t count = 0;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    if (++count > kMaxQueryParameters) return failure(Reason::kScimInvalidValue, "The query has too many parameters.");
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode(pair.substr(0, equals), true);
    auto value = decode(pair.substr(std::min(equals + 1, pair.size())), true);
    if (!name || !value) return failure(Reason::kScimInvalidValue, "The query is not percent-encoded UTF-8.");
    out.values_.try_emplace(ascii_lower(*name), *std::move(value));
  }
  return out;
}

const std::string* ScimQuery::find(std::string_view name) const {
  const auto found = values_.find(ascii_lower(name));
  return found == values_.end() ? nullptr : &found->second;
}

std::string_view ScimQuery::text(std::string_view name) const {
  const std::string* found = find(name);
  return found == nullptr ? std::string_view() : *found;
}

}  // namespace doorward::edge
