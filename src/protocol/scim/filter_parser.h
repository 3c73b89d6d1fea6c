// Recursive descent over filters and PATCH paths; used by filter.cc and path.cc only.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/scim/filter.h"

namespace doorward::scim {

class FilterParser {
 public:
  FilterParser(std::string_view text, Dialect& dialect) : text_(text), dialect_(dialect) {}

  // or-expression; the lowest precedence (RFC 7644 section 3.4.2.2: not, and, or).
  Result<Filter> parse_or(std::size_t depth);
  // The inside of brackets and the closing bracket; the opening one has been read.
  Result<Filter> parse_bracket(std::size_t depth);
  // An attribute name with optional URN and sub-attribute; empty when none starts here.
  std::string read_name();

  void skip_spaces();
  bool take(char c);
  bool at_end() const { return at_ == text_.size(); }

 private:
  Result<Filter> parse_and(std::size_t depth);
  Result<Filter> parse_factor(std::size_t depth);
  Result<Filter> parse_term(std::size_t depth);
  Result<Filter> parse_comparison(std::string name);
  Result<void> read_literal(Filter& into);
  // Reads `word` in any letter case when it stands here as a whole word.
  bool take_word(std::string_view word);
  std::string_view peek_word() const;
  tl::unexpected<Error> refuse(std::string_view what) const;

  std::string_view text_;
  Dialect& dialect_;
  std::size_t at_ = 0;
  std::size_t terms_ = 0;
};

}  // namespace doorward::scim
