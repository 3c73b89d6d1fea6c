// Scopes: names separated by spaces (RFC 6749 section 3.3).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace doorward::oauth {

// In the order given; views into `scope`.
std::vector<std::string_view> split_scope(std::string_view scope);

// What is granted of `asked`: each name once, in the order of `allowed`. Empty when nothing was asked for.
// kInvalidScope for a name that is not allowed.
Result<std::string> granted_scope(std::string_view asked, std::span<const std::string_view> allowed);

// Whether `name` is among the names of `scope`.
bool has_scope(std::string_view scope, std::string_view name);

}  // namespace doorward::oauth
