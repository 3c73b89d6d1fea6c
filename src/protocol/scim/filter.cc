#include "protocol/scim/filter.h"

#include <numeric>

#include "base/encoding.h"
#include "protocol/scim/filter_parser.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {

std::size_t count_terms(const Filter& filter) {
  return std::accumulate(filter.operands.begin(), filter.operands.end(),
                         std::size_t{filter.kind == Filter::Kind::kCompare ? 1U : 0U},
                         [](std::size_t sum, const Filter& operand) { return sum + count_terms(operand); });
}

Result<Filter> parse_filter(std::string_view text, Dialect& dialect) {
  if (text.size() > limits::kFilterBytes) return failure(Reason::kScimInvalidFilter, "The filter is too long.");
  if (!is_valid_utf8(text) || text.find('\0') != std::string_view::npos) {
    return failure(Reason::kScimInvalidFilter, "The filter is not valid text.");
  }
  FilterParser parser(text, dialect);
  DOORWARD_TRY(Filter filter, parser.parse_or(0));
  parser.skip_spaces();
  if (!parser.at_end()) return failure(Reason::kScimInvalidFilter, "The filter goes on after its end.");
  return filter;
}

}  // namespace doorward::scim
