#include "net/query.h"

#include <algorithm>
#include <optional>

#include "base/encoding.h"

namespace doorward::net {
namespace {

std::optional<std::string> decode(std::string_view text) {
  auto decoded = percent_decode(text, true);
  if (!decoded || !is_valid_utf8(*decoded) || decoded->find('\0') != std::string::npos) return std::nullopt;
  return decoded;
}

}  // namespace

const std::string* Parameters::find(std::string_view name) const {
  const auto at = std::ranges::find(all_, name, &Parameter::name);
  return at == all_.end() ? nullptr : &at->value;
}

std::size_t Parameters::count(std::string_view name) const {
  return static_cast<std::size_t>(std::ranges::count(all_, name, &Parameter::name));
}

Result<Parameters> parse_parameters(std::string_view text) {
  std::vector<Parameter> all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (piece.empty()) continue;
    if (all.size() == kMaxParameters) {
      return failure(Reason::kMalformedRequest, "The request has more than 100 parameters.");
    }
    const std::size_t equals = std::min(piece.find('='), piece.size());
    auto name = decode(piece.substr(0, equals));
    auto value = decode(piece.substr(std::min(equals + 1, piece.size())));
    if (!name || !value) return failure(Reason::kMalformedRequest, "A parameter is not valid percent-encoded UTF-8.");
    all.push_back({*std::move(name), *std::move(value)});
  }
  return Parameters(std::move(all));
}

bool is_form(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.remove_suffix(1);
  return ascii_lower(type) == "application/x-www-form-urlencoded";
}

}  // namespace doorward::net
