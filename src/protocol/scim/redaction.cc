#include "protocol/scim/redaction.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/encoding.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

// Parts of names that secrets go by, folded.
constexpr std::array<std::string_view, 13> kSecretWords = {
    "password", "passwd",  "passphrase", "passcode",    "secret",        "token", "credential",
    "apikey",   "api_key", "privatekey", "private_key", "authorization", "pwd"};
// Members whose text says what the `value` beside them is.
constexpr std::array<std::string_view, 6> kTellingKeys = {"path", "type", "name", "key", "attribute", "attributename"};
// Parameters that hold names of attributes and no values.
constexpr std::array<std::string_view, 4> kNameParameters = {"attributes", "excludedattributes", "sortby", "sortorder"};

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

template <class List>
bool is_one_of(const List& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

// The longest beginning of at most `most` bytes that ends between two characters.
std::string_view beginning(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

KeptBody cut_to(std::string_view text, bool whole, std::size_t most) {
  KeptBody kept{.text = std::string(beginning(text, most))};
  kept.cut = !whole || kept.text.size() < text.size();
  return kept;
}

void add_secret_names(const std::vector<Attribute>& attributes, std::vector<std::string>& names) {
  for (const Attribute& attribute : attributes) {
    if (attribute.returned == Returned::kNever || attribute.mutability == Mutability::kWriteOnly) {
      names.push_back(ascii_lower(attribute.name));
    }
    add_secret_names(attribute.sub_attributes, names);
  }
}

}  // namespace

std::vector<std::string> secret_names(const ResourceType& type) {
  std::vector<std::string> names;
  add_secret_names(type.schema.attributes, names);
  for (const SchemaExtension& extension : type.extensions) add_secret_names(extension.schema.attributes, names);
  return names;
}

Redactor::Redactor(const std::vector<std::string>& more) {
  static const std::vector<std::string> kStandard = [] {
    std::vector<std::string> names = secret_names(user_type());
    std::ranges::copy(secret_names(group_type()), std::back_inserter(names));
    return names;
  }();
  names_ = kStandard;
  for (const std::string& name : more) names_.push_back(ascii_lower(name));
}

// "password", "user.password", "urn:…:User:password", "passwords[type eq …]".
bool Redactor::mentions_secret(std::string_view text) const {
  const std::string folded = ascii_lower(text);
  return std::ranges::any_of(kSecretWords, [&](std::string_view word) { return contains(folded, word); }) ||
         std::ranges::any_of(names_, [&](const std::string& name) { return contains(folded, name); });
}

bool Redactor::is_secret_name(std::string_view name) const {
  // Of a URN only what is behind it: a schema may well be called after what it protects.
  const std::size_t colon = name.rfind(':');
  const std::string_view attribute = colon == std::string_view::npos ? name : name.substr(colon + 1);
  return mentions_secret(attribute);
}

// Text that was not taken apart. An escape can hide a name.
bool Redactor::may_hold_secret(std::string_view text) const {
  return !is_valid_utf8(text) || contains(text, "\\u") || contains(text, "\\U") || mentions_secret(text);
}

void Redactor::note(const json::value& secret) {
  if (const auto* text = secret.if_string(); text != nullptr && !text->empty()) {
    values_.emplace_back(text->data(), text->size());
    const std::string quoted = json::serialize(*text);
    std::string escaped = quoted.substr(1, quoted.size() - 2);
    if (escaped != values_.back()) values_.push_back(std::move(escaped));
  } else if (secret.is_array()) {
    for (const json::value& element : secret.get_array()) note(element);
  } else if (secret.is_object()) {
    for (const auto& member : secret.get_object()) {
      if (!member.key().empty()) values_.emplace_back(member.key().data(), member.key().size());
      note(member.value());
    }
  } else if (secret.is_number()) {
    values_.push_back(json::serialize(secret));
  }
}

bool Redactor::repeats_secret(std::string_view text) const {
  return std::ranges::any_of(values_, [&](const std::string& secret) { return contains(text, secret); });
}

void Redactor::redact(json::object& object, bool collect) {
  bool value_is_secret = false;
  for (const auto& member : object) {
    const json::string* text = member.value().if_string();
    if (text != nullptr && is_one_of(kTellingKeys, ascii_lower(member.key())) && mentions_secret(*text)) {
      value_is_secret = true;
    }
  }
  for (auto& member : object) {
    const std::string key = ascii_lower(member.key());
    const json::string* text = member.value().if_string();
    const bool holds_literals = text != nullptr && (key == "filter" || key == "path") && mentions_secret(*text) &&
                                (key == "filter" || text->find_first_of("\"=") != json::string::npos);
    const bool may_quote = unsure_ && !collect && key == "detail";
    const bool secret =
        is_secret_name(key) || (value_is_secret && key.starts_with("value")) || holds_literals || may_quote;
    if (!secret) {
      redact(member.value(), collect);
    } else if (!member.value().is_null()) {
      if (collect) note(member.value());
      if (holds_literals && collect) unsure_ = true;
      member.value() = kRedacted;
    }
  }
}

void Redactor::redact(json::value& value, bool collect) {
  if (value.is_object()) {
    redact(value.get_object(), collect);
  } else if (value.is_array()) {
    for (json::value& element : value.get_array()) redact(element, collect);
  } else if (value.is_string() && !collect && repeats_secret(value.get_string())) {
    value = kRedacted;
  }
}

KeptBody Redactor::keep(std::string_view text, bool whole, bool patches, bool collect, std::size_t most) {
  if (text.empty()) return {};
  json::error_code error;
  json::parse_options options;
  options.max_depth = limits::kJsonDepth;
  json::value parsed;
  if (whole && text.size() <= kMostRedactedBytes && is_valid_utf8(text)) {
    parsed = json::parse(text, error, {}, options);
  } else {
    error = json::error::incomplete;
  }
  const bool harmless = !may_hold_secret(text) && (collect || (!unsure_ && !repeats_secret(text)));
  if (error) {
    if (!patches && harmless) return cut_to(text, whole, most);
    if (collect) unsure_ = true;
    const bool long_one = !whole || text.size() > kMostRedactedBytes;
    return {.text = {}, .cut = false, .omitted = long_one ? kOmittedTooLong : kOmittedUnreadable};
  }
  // As it was sent, where no duplicate of a member and no escape can hide anything.
  if (harmless) return cut_to(text, true, most);
  redact(parsed, collect);
  return cut_to(json::serialize(parsed), true, most);
}

KeptBody Redactor::request_body(std::string_view text, bool whole, bool patches, std::size_t most) {
  return keep(text, whole, patches, true, most);
}

KeptBody Redactor::response_body(std::string_view text, bool whole, std::size_t most) {
  return keep(text, whole, false, false, most);
}

std::string Redactor::query(std::string_view query, std::size_t most) {
  std::string out;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decode(pair.substr(0, equals), true);
    const auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
    const bool names_only = name && is_one_of(kNameParameters, ascii_lower(*name));
    const bool secret = !name || !value || (!names_only && (mentions_secret(*name) || may_hold_secret(*value)));
    if (!out.empty()) out += '&';
    if (!secret) {
      out += pair;
    } else {
      unsure_ = true;
      out += !name || mentions_secret(pair.substr(0, equals)) ? "" : std::string(pair.substr(0, equals)) + '=';
      out += kRedacted;
    }
  }
  return std::string(beginning(out, most));
}

std::string Redactor::label(std::string_view text) const {
  return may_hold_secret(text) || repeats_secret(text) ? std::string(kRedacted) : std::string(text);
}

std::string Redactor::message(std::string_view text) const {
  return unsure_ || repeats_secret(text) ? std::string(kRedacted) : std::string(text);
}

}  // namespace doorward::scim
