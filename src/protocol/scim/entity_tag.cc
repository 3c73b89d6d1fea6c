#include "protocol/scim/entity_tag.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

void skip_spaces(std::string_view& text) { text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size())); }

// etagc of RFC 9110: visible ASCII but the quote, and everything above ASCII.
bool is_tag_character(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x21 || (byte >= 0x23 && byte != 0x7F);
}

// Takes one entity-tag off the front: its text without W/ and quotes.
std::optional<std::string_view> take_tag(std::string_view& text) {
  std::string_view rest = text;
  if (rest.starts_with("W/")) rest.remove_prefix(2);
  if (!rest.starts_with('"')) return std::nullopt;
  rest.remove_prefix(1);
  const std::size_t end = rest.find('"');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view opaque = rest.substr(0, end);
  if (!std::ranges::all_of(opaque, is_tag_character)) return std::nullopt;
  text = rest.substr(end + 1);
  return opaque;
}

}  // namespace

std::string weak_tag(std::string_view text) { return fmt::format("W/\"{}\"", text); }

EntityTags EntityTags::parse(std::string_view field) {
  EntityTags tags;
  for (bool first = true;; first = false) {
    skip_spaces(field);
    if (field.empty()) return tags;
    // Empty elements of a list are ignored (RFC 9110 section 5.6.1).
    if (!first || field.front() == ',') {
      if (field.front() != ',') return {};
      field.remove_prefix(1);
      skip_spaces(field);
      if (field.empty() || field.front() == ',') continue;
    }
    if (field.front() == '*') {
      tags.any_ = true;
      field.remove_prefix(1);
      continue;
    }
    const auto opaque = take_tag(field);
    if (!opaque || tags.opaque_.size() == limits::kEntityTags) return {};
    tags.opaque_.emplace_back(*opaque);
  }
}

bool EntityTags::match(std::string_view tag) const {
  if (any_) return true;
  const auto opaque = take_tag(tag);
  return opaque && std::ranges::find(opaque_, *opaque) != opaque_.end();
}

}  // namespace doorward::scim
