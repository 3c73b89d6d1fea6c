#include "names.h"

#include <algorithm>
#include <array>

namespace doorward::generator {
namespace {

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

// Words of C++ that a one-word method name could give.
constexpr auto kKeywords = std::to_array<std::string_view>({
    "and",   "auto",    "break",     "case",   "catch",    "class",  "continue", "default", "delete",   "do",
    "else",  "enum",    "export",    "extern", "for",      "friend", "goto",     "if",      "new",      "not",
    "or",    "private", "protected", "public", "register", "return", "static",   "switch",  "template", "this",
    "throw", "try",     "union",     "using",  "virtual",  "void",   "while",    "xor",
});

}  // namespace

std::string snake_case(std::string_view camel) {
  std::string out;
  for (std::size_t i = 0; i < camel.size(); ++i) {
    const char c = camel[i];
    if (!is_upper(c)) {
      out += c;
      continue;
    }
    const bool after_word = i > 0 && !is_upper(camel[i - 1]) && camel[i - 1] != '_';
    const bool ends_capitals = i > 0 && is_upper(camel[i - 1]) && i + 1 < camel.size() && is_lower(camel[i + 1]);
    if (after_word || ends_capitals) out += '_';
    out += static_cast<char>(c - 'A' + 'a');
  }
  if (std::ranges::find(kKeywords, out) != kKeywords.end()) out += '_';
  return out;
}

std::string cpp_scope(std::string_view dotted) {
  std::string out;
  for (const char c : dotted) {
    if (c == '.') {
      out += "::";
    } else {
      out += c;
    }
  }
  return out;
}

std::string without_proto(std::string_view file) {
  constexpr std::string_view kSuffix = ".proto";
  if (file.ends_with(kSuffix)) file.remove_suffix(kSuffix.size());
  return std::string(file);
}

}  // namespace doorward::generator
