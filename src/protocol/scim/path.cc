#include "protocol/scim/path.h"

#include <fmt/format.h>

#include "base/encoding.h"
#include "protocol/scim/filter_parser.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {

Result<PatchPath> parse_path(std::string_view text, Dialect& dialect) {
  if (text.size() > limits::kPathBytes) return failure(Reason::kScimInvalidPath, "The path is too long.");
  if (!is_valid_utf8(text) || text.find('\0') != std::string_view::npos) {
    return failure(Reason::kScimInvalidPath, "The path is not valid text.");
  }
  const auto refuse = [&] {
    return failure(Reason::kScimInvalidPath, fmt::format("The path \"{}\" is not valid.", text));
  };
  FilterParser parser(text, dialect);
  parser.skip_spaces();
  PatchPath path;
  path.name = parser.read_name();
  if (path.name.empty()) return refuse();
  if (parser.take('[')) {
    DOORWARD_TRY(path.filter, parser.parse_bracket(0));
    if (parser.take('.')) {
      path.sub = parser.read_name();
      if (path.sub.empty() || path.sub.find_first_of(".:/") != std::string::npos) return refuse();
    }
  }
  parser.skip_spaces();
  if (!parser.at_end()) return refuse();
  return path;
}

}  // namespace doorward::scim
