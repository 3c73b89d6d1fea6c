// Which index serves a filter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/resource_walk.h"
#include "protocol/scim/filter_condition.h"

namespace doorward {

// An index of a type of resource by the value of an attribute. Of several that would do, the one of the lower rank is
// used: it is expected to have fewer resources under one key.
struct SearchIndex {
  std::string_view name;  // "userName", "emails.value"
  std::uint8_t rank = 0;
};

struct IndexKey {
  std::size_t index = 0;  // of the type's indexes
  std::string value;

  friend auto operator<=>(const IndexKey&, const IndexKey&) = default;
};

struct SearchPlan {
  enum class Kind : std::uint8_t {
    kNothing,  // no resource can match
    kKeys,     // those under one of `keys`
    kRange,    // those of a range of `walk`
    kAll,      // every resource must be looked at, or none needs to
  };

  Kind kind = Kind::kAll;
  bool exact = false;  // all of these match: none needs to be looked at
  std::vector<IndexKey> keys = {};
  ResourceWalk walk = {};

  static SearchPlan everything() { return {.exact = true}; }
};

// For resources of the type called `type_name`. Never misses a match.
SearchPlan plan_search(const scim::Condition& condition, std::span<const SearchIndex> indexes,
                       std::string_view type_name);

}  // namespace doorward
