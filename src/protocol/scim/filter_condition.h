// What an index may know of a filter: the filter's own tree, reduced to comparisons that an index can answer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "protocol/scim/filter.h"

namespace doorward::scim {

// Whatever the filter accepts also meets its condition. Where no kOther is in the tree, the reverse holds too.
struct Condition {
  enum class Kind : std::uint8_t {
    kEquals,  // an attribute, or one of its values, equals `value`
    kTime,    // a time compared by `op`: eq, gt, ge, lt or le
    kAll,     // all of operands
    kAny,     // one of operands
    kOther,   // no index knows
  };

  Kind kind = Kind::kOther;
  std::string name;   // kEquals, kTime: in the schema's spelling without URN: "userName", "emails.value"
  std::string value;  // kEquals: as it is compared, so folded where the attribute is not case exact
  CompareOp op = CompareOp::kEq;
  Timestamp time;
  std::vector<Condition> operands;
};

}  // namespace doorward::scim
