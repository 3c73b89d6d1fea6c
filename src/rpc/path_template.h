// Path templates of google.api.http: "/api/v1/organizations/{organization_id}/directories/{id}:enable".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace doorward::rpc {

struct PathTemplate {
  enum class SegmentKind : std::uint8_t {
    kLiteral,
    kOne,   // "*": one segment, not empty
    kRest,  // "**": any number of segments; only last
  };
  struct Segment {
    SegmentKind kind = SegmentKind::kLiteral;
    std::string literal;
  };
  struct Variable {
    std::string field;      // dotted path of the request field
    std::size_t begin = 0;  // segments [begin, end) of the template
    std::size_t end = 0;
  };

  std::vector<Segment> segments;
  std::vector<Variable> variables;
  std::string verb;  // without ':'; empty when there is none
};

// Template = "/" Segments [":" verb]; Segment = literal | "*" | "**" | "{" field ["=" Segments] "}". A ':' before the
// last segment belongs to its literal. Fails for anything else, "**" before the end, or too many segments.
Result<PathTemplate> parse_path_template(std::string_view text);

}  // namespace doorward::rpc
