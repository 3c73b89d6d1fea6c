// The filter language of RFC 7644 section 3.4.2.2 as a tree. Parsing knows no schema; filter_match.h binds a tree to a
// resource type and evaluates it.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/scim/behaviour.h"

namespace doorward::scim {

enum class CompareOp : std::uint8_t { kEq, kNe, kCo, kSw, kEw, kPr, kGt, kGe, kLt, kLe };

// A node. Chains of one connective are one node, so the tree is at most limits::kFilterDepth deep.
struct Filter {
  enum class Kind : std::uint8_t {
    kCompare,    // name op literal
    kAnd,        // all of operands
    kOr,         // one of operands
    kNot,        // operands[0] does not hold
    kValuePath,  // one element of `name` for which operands[0] holds
  };

  Kind kind = Kind::kCompare;
  std::string name;  // kCompare, kValuePath: as written, with URN and sub-attribute; inside brackets a sub-attribute
  CompareOp op = CompareOp::kPr;
  boost::json::value literal;  // string, number, bool or null
  std::string raw;             // the literal as written, without quotes
  std::vector<Filter> operands;
};

// The number of comparisons in it.
std::size_t count_terms(const Filter& filter);

// Parses a whole filter. Names and operator words are recognized in any letter case. Beyond the grammar it takes
//  - `attr[filter].sub op value`, which Entra sends, read as `attr[filter and sub op value]`, and
//  - a literal without quotes, read as a string, where Behaviour::unquoted_literals accepts it.
// Refuses with kScimInvalidFilter: everything else, and what exceeds the limits of limits.h.
Result<Filter> parse_filter(std::string_view text, Dialect& dialect);

}  // namespace doorward::scim
