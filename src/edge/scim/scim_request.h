// What a SCIM request asks for, read from its URL.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"

namespace doorward::edge {

constexpr std::size_t kMaxQueryParameters = 50;

// "/directory/{id}/scim/v2{rest}", percent-decoded: the directory and what follows the base, split into segments. A
// trailing slash is ignored.
struct ScimTarget {
  DirectoryId directory;
  std::string collection;  // "Users"; empty for the base itself
  std::string id;          // of a resource; empty for the collection
};

// kRouteNotFound when the path is no SCIM path or has more segments than any endpoint, kUnimplemented when it
// names another version of the protocol than v2 (RFC 7644 section 3.13).
Result<ScimTarget> parse_scim_target(std::string_view path);

// Query parameters by name without regard to letter case; unknown ones are kept and harmless. Where a name comes twice
// the first counts. kScimInvalidValue for a broken percent escape or too many.
class ScimQuery {
 public:
  static Result<ScimQuery> parse(std::string_view query);

  // nullptr when absent.
  const std::string* find(std::string_view name) const;
  std::string_view text(std::string_view name) const;  // empty when absent

 private:
  std::map<std::string, std::string, std::less<>> values_;  // by folded name
};

}  // namespace doorward::edge
