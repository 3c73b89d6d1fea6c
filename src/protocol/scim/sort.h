// Sorting by sortBy and sortOrder (RFC 7644 section 3.4.2.3).
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "protocol/scim/behaviour.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

// What a resource is sorted by. Nothing assigned is the greatest of all: last when ascending, first when descending.
// Times are microseconds, booleans 0 and 1, text is as it is compared and cut to limits::kSortKeyBytes.
using SortValue = std::variant<std::monostate, std::int64_t, double, std::string>;

// Whether `a` comes before `b` when ascending.
bool sorts_before(const SortValue& a, const SortValue& b);

class SortBy {
 public:
  // `name` as in a filter. kScimInvalidValue for a complex attribute without a `value` to stand for it, and, where
  // Behaviour::unknown_attributes refuses it, for one that no schema knows; otherwise no resource has a value of that.
  // kScimSensitive for what is never returned. `type` must outlive this object.
  static Result<SortBy> bind(std::string_view name, const ResourceType& type, Dialect& dialect);

  // False when the type has no such attribute.
  bool known() const { return target_.attribute != nullptr; }
  // "meta.created", "userName": the schema's spelling; empty for what is in an extension or unknown.
  const std::string& path() const { return path_; }

  // Of a complete resource. Of several values the primary one counts, else the first.
  SortValue value_of(const boost::json::object& resource) const;

 private:
  AttributeTarget target_;
  const Attribute* compared_ = nullptr;
  std::string path_;
};

}  // namespace doorward::scim
