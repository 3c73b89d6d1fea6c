#include "protocol/oauth/scope.h"

#include <algorithm>

namespace doorward::oauth {

std::vector<std::string_view> split_scope(std::string_view scope) {
  std::vector<std::string_view> names;
  while (!scope.empty()) {
    const std::size_t end = std::min(scope.find(' '), scope.size());
    if (end > 0) names.push_back(scope.substr(0, end));
    scope.remove_prefix(std::min(end + 1, scope.size()));
  }
  return names;
}

Result<std::string> granted_scope(std::string_view asked, std::span<const std::string_view> allowed) {
  const std::vector<std::string_view> names = split_scope(asked);
  for (const std::string_view name : names) {
    if (std::ranges::find(allowed, name) == allowed.end()) {
      return failure(Reason::kInvalidScope, "A scope was asked for that this client may not use.");
    }
  }
  std::string granted;
  for (const std::string_view name : allowed) {
    if (std::ranges::find(names, name) == names.end()) continue;
    if (!granted.empty()) granted += ' ';
    granted += name;
  }
  return granted;
}

bool has_scope(std::string_view scope, std::string_view name) {
  const std::vector<std::string_view> names = split_scope(scope);
  return std::ranges::find(names, name) != names.end();
}

}  // namespace doorward::oauth
