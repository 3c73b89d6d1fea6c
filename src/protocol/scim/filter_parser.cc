#include "protocol/scim/filter_parser.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/parse.hpp>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

struct OperatorWord {
  std::string_view word;
  CompareOp op;
};
constexpr auto kOperators = std::to_array<OperatorWord>({{"eq", CompareOp::kEq},
                                                         {"ne", CompareOp::kNe},
                                                         {"co", CompareOp::kCo},
                                                         {"sw", CompareOp::kSw},
                                                         {"ew", CompareOp::kEw},
                                                         {"pr", CompareOp::kPr},
                                                         {"gt", CompareOp::kGt},
                                                         {"ge", CompareOp::kGe},
                                                         {"lt", CompareOp::kLt},
                                                         {"le", CompareOp::kLe}});

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Name characters of RFC 7643 section 2.1, and what URNs and the address-like schema ids of some vendors need.
constexpr bool is_name_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '$' || c == '.' || c == ':' || c == '/';
}
constexpr bool ends_bare_literal(char c) {
  return is_space(c) || c == '(' || c == ')' || c == '[' || c == ']' || c == '"';
}

Filter join(Filter::Kind kind, std::vector<Filter> operands) {
  if (operands.size() == 1) return std::move(operands.front());
  Filter node;
  node.kind = kind;
  node.operands = std::move(operands);
  return node;
}

}  // namespace

tl::unexpected<Error> FilterParser::refuse(std::string_view what) const {
  return failure(Reason::kScimInvalidFilter,
                 fmt::format("The filter is not valid at character {}: {}.", at_ + 1, what));
}

void FilterParser::skip_spaces() {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

bool FilterParser::take(char c) {
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

std::string_view FilterParser::peek_word() const {
  std::size_t end = at_;
  while (end < text_.size() && is_alpha(text_[end])) ++end;
  return text_.substr(at_, end - at_);
}

bool FilterParser::take_word(std::string_view word) {
  const std::string_view next = peek_word();
  if (!equal_names(next, word)) return false;
  const std::size_t end = at_ + next.size();
  if (end < text_.size() && is_name_char(text_[end])) return false;
  at_ = end;
  return true;
}

std::string FilterParser::read_name() {
  if (at_ == text_.size() || !(is_alpha(text_[at_]) || text_[at_] == '$')) return {};
  const std::size_t first = at_;
  while (at_ < text_.size() && is_name_char(text_[at_])) ++at_;
  return std::string(text_.substr(first, at_ - first));
}

Result<Filter> FilterParser::parse_or(std::size_t depth) {
  if (depth > limits::kFilterDepth) return refuse("it is nested too deeply");
  std::vector<Filter> operands;
  do {
    DOORWARD_TRY(Filter operand, parse_and(depth));
    operands.push_back(std::move(operand));
    skip_spaces();
  } while (take_word("or"));
  return join(Filter::Kind::kOr, std::move(operands));
}

Result<Filter> FilterParser::parse_and(std::size_t depth) {
  std::vector<Filter> operands;
  do {
    DOORWARD_TRY(Filter operand, parse_factor(depth));
    operands.push_back(std::move(operand));
    skip_spaces();
  } while (take_word("and"));
  return join(Filter::Kind::kAnd, std::move(operands));
}

Result<Filter> FilterParser::parse_factor(std::size_t depth) {
  skip_spaces();
  const std::size_t start = at_;
  const bool negated = take_word("not");
  if (negated) skip_spaces();
  if (take('(')) {
    DOORWARD_TRY(Filter inner, parse_or(depth + 1));
    skip_spaces();
    if (!take(')')) return refuse("a closing parenthesis is missing");
    if (!negated) return inner;
    Filter node;
    node.kind = Filter::Kind::kNot;
    node.operands.push_back(std::move(inner));
    return node;
  }
  at_ = start;  // an attribute may be called "not"
  return parse_term(depth);
}

Result<Filter> FilterParser::parse_bracket(std::size_t depth) {
  DOORWARD_TRY(Filter inner, parse_or(depth + 1));
  skip_spaces();
  if (!take(']')) return refuse("a closing bracket is missing");
  return inner;
}

Result<Filter> FilterParser::parse_term(std::size_t depth) {
  std::string name = read_name();
  if (name.empty()) return refuse("an attribute name is expected");
  if (!take('[')) return parse_comparison(std::move(name));

  Filter node;
  node.kind = Filter::Kind::kValuePath;
  node.name = std::move(name);
  DOORWARD_TRY(Filter inner, parse_bracket(depth));
  if (take('.')) {
    std::string sub = read_name();
    if (sub.empty()) return refuse("a sub-attribute name is expected");
    DOORWARD_TRY(Filter comparison, parse_comparison(std::move(sub)));
    Filter both;
    both.kind = Filter::Kind::kAnd;
    both.operands.push_back(std::move(inner));
    both.operands.push_back(std::move(comparison));
    inner = std::move(both);
  }
  node.operands.push_back(std::move(inner));
  return node;
}

Result<Filter> FilterParser::parse_comparison(std::string name) {
  if (++terms_ > limits::kFilterTerms) return refuse("it has too many comparisons");
  Filter node;
  node.name = std::move(name);
  skip_spaces();
  for (const OperatorWord& candidate : kOperators) {
    if (!take_word(candidate.word)) continue;
    node.op = candidate.op;
    if (node.op == CompareOp::kPr) return node;
    skip_spaces();
    DOORWARD_CHECK(read_literal(node));
    return node;
  }
  return refuse("a comparison operator is expected");
}

Result<void> FilterParser::read_literal(Filter& into) {
  const std::size_t first = at_;
  if (take('"')) {
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size()) {
      at_ = first;
      return refuse("a closing quote is missing");
    }
    ++at_;
    boost::system::error_code error;
    const std::string_view quoted = text_.substr(first, at_ - first);
    into.literal = json::parse({quoted.data(), quoted.size()}, error);
    if (error || into.literal.get_string().find('\0') != json::string_view::npos) {
      at_ = first;
      return refuse("the quoted text is not a valid JSON string");
    }
    into.raw.assign(into.literal.get_string().data(), into.literal.get_string().size());
    return {};
  }

  while (at_ < text_.size() && !ends_bare_literal(text_[at_])) ++at_;
  const std::string_view bare = text_.substr(first, at_ - first);
  if (bare.empty()) return refuse("a value is expected");
  into.raw.assign(bare);
  if (equal_names(bare, "true") || equal_names(bare, "false")) {
    into.literal = equal_names(bare, "true");
  } else if (equal_names(bare, "null")) {
    into.literal = nullptr;
  } else {
    boost::system::error_code error;
    json::value number = json::parse({bare.data(), bare.size()}, error);
    if (!error && number.is_number()) {
      into.literal = std::move(number);
    } else if (dialect_.behaviour.unquoted_literals == Behaviour::Loose::kRefuse) {
      at_ = first;
      return refuse("a string must stand in quotes");
    } else {
      dialect_.note(Quirk::kUnquotedLiteral);
      into.literal = json::string(bare.data(), bare.size());
    }
  }
  return {};
}

}  // namespace doorward::scim
