#include "rpc/value_rules.h"

#include <fmt/format.h>
#include <google/protobuf/reflection.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// False also when the expression needs more work than Boost.Regex allows itself for the text.
bool matches(const boost::regex& pattern, std::string_view text) {
  if (text.size() > kMaxPatternBytes) return false;
  try {
    return boost::regex_search(text.begin(), text.end(), pattern);
  } catch (const std::runtime_error&) {
    return false;
  }
}

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// RFC 3986 section 3: a scheme, a colon, and nothing but characters of URIs.
bool is_uri(std::string_view text) {
  static constexpr std::string_view kMarks = "-._~:/?#[]@!$&'()*+,;=%";
  const std::string_view scheme = text.substr(0, text.find(':'));
  const auto is_scheme_character = [](char c) { return is_alphanumeric(c) || c == '+' || c == '-' || c == '.'; };
  const auto is_uri_character = [](char c) { return is_alphanumeric(c) || kMarks.contains(c); };
  return scheme.size() < text.size() && !scheme.empty() && is_alphanumeric(scheme.front()) && scheme.front() > '9' &&
         std::ranges::all_of(scheme, is_scheme_character) && std::ranges::all_of(text, is_uri_character);
}

bool holds_text(const FieldDescriptor* field) { return field->type() == FieldDescriptor::TYPE_STRING; }

}  // namespace

Result<ValueRules> ValueRules::compile(const doorward::v1::FieldRules& declared, const FieldDescriptor* field) {
  const auto misfit = [&](std::string_view rule) {
    return failure(internal_error(fmt::format("{}: {} rules do not fit its type", field->full_name(), rule)));
  };
  const auto type = field->cpp_type();
  ValueRules rules;
  rules.no_nul_ = holds_text(field);
  if (declared.has_string()) {
    if (!holds_text(field)) return misfit("string");
    rules.text_ = declared.string();
    if (rules.text_.has_pattern()) {
      try {
        rules.pattern_.emplace(rules.text_.pattern());
      } catch (const std::exception& bad) {
        return failure(internal_error(fmt::format("{}: bad pattern: {}", field->full_name(), bad.what())));
      }
    }
  }
  if (declared.has_uint32() && type != FieldDescriptor::CPPTYPE_UINT32) return misfit("uint32");
  if (declared.has_int32() && type != FieldDescriptor::CPPTYPE_INT32) return misfit("int32");
  if (declared.has_uint32()) rules.number_ = declared.uint32();
  if (declared.has_int32()) rules.number_ = declared.int32();
  if (declared.has_enum_()) {
    if (type != FieldDescriptor::CPPTYPE_ENUM) return misfit("enum");
    rules.enum_ = declared.enum_();
  }
  if (declared.has_repeated() || declared.has_map()) return misfit("list or map");
  rules.checks_ = rules.no_nul_ || declared.has_uint32() || declared.has_int32() || declared.has_enum_();
  return rules;
}

std::optional<BrokenRule> ValueRules::check(const Message& message, const FieldDescriptor* field) const {
  if (!checks_) return std::nullopt;
  const auto& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return check_text(reflection.GetStringReference(message, field, &scratch));
    }
    case FieldDescriptor::CPPTYPE_UINT32:
      return check_number(reflection.GetUInt32(message, field), "uint32");
    case FieldDescriptor::CPPTYPE_INT32:
      return check_number(reflection.GetInt32(message, field), "int32");
    case FieldDescriptor::CPPTYPE_ENUM:
      return check_enum(reflection.GetEnumValue(message, field), field->enum_type());
    default:
      return std::nullopt;
  }
}

std::optional<BrokenRule> ValueRules::check_item(const Message& message, const FieldDescriptor* field,
                                                 int index) const {
  if (!checks_) return std::nullopt;
  const auto& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return check_text(reflection.GetRepeatedStringReference(message, field, index, &scratch));
    }
    case FieldDescriptor::CPPTYPE_UINT32:
      return check_number(reflection.GetRepeatedUInt32(message, field, index), "uint32");
    case FieldDescriptor::CPPTYPE_INT32:
      return check_number(reflection.GetRepeatedInt32(message, field, index), "int32");
    case FieldDescriptor::CPPTYPE_ENUM:
      return check_enum(reflection.GetRepeatedEnumValue(message, field, index), field->enum_type());
    default:
      return std::nullopt;
  }
}

std::optional<BrokenRule> ValueRules::check_text(std::string_view text) const {
  if (no_nul_ && text.find('\0') != std::string_view::npos) {
    return BrokenRule{"must not hold the character U+0000", "string.no_nul"};
  }
  if (text_.has_min_len() || text_.has_max_len()) {
    const std::size_t length = code_points(text);
    if (text_.has_min_len() && length < text_.min_len()) {
      return BrokenRule{fmt::format("must have at least {} characters", text_.min_len()), "string.min_len"};
    }
    if (text_.has_max_len() && length > text_.max_len()) {
      return BrokenRule{fmt::format("must have at most {} characters", text_.max_len()), "string.max_len"};
    }
  }
  if (text_.has_prefix() && !text.starts_with(text_.prefix())) {
    return BrokenRule{fmt::format("must begin with \"{}\"", text_.prefix()), "string.prefix"};
  }
  if (pattern_ && !matches(*pattern_, text)) {
    return BrokenRule{fmt::format("must match {}", text_.pattern()), "string.pattern"};
  }
  if (text_.uri() && !is_uri(text)) return BrokenRule{"must be a URI", "string.uri"};
  if (text_.in_size() > 0 && std::ranges::find(text_.in(), text) == text_.in().end()) {
    return BrokenRule{fmt::format("must be one of \"{}\"", fmt::join(text_.in(), "\", \"")), "string.in"};
  }
  return std::nullopt;
}

std::optional<BrokenRule> ValueRules::check_number(std::int64_t number, std::string_view type) const {
  const auto broken = [&](std::string_view relation, std::int64_t bound, std::string_view rule) {
    return BrokenRule{fmt::format("must be {} {}", relation, bound), fmt::format("{}.{}", type, rule)};
  };
  if (number_.has_lte() && number > number_.lte()) return broken("at most", number_.lte(), "lte");
  if (number_.has_gt() && number <= number_.gt()) return broken("greater than", number_.gt(), "gt");
  if (number_.has_gte() && number < number_.gte()) return broken("at least", number_.gte(), "gte");
  return std::nullopt;
}

std::optional<BrokenRule> ValueRules::check_enum(int number, const google::protobuf::EnumDescriptor* type) const {
  if (enum_.defined_only() && type->FindValueByNumber(number) == nullptr) {
    return BrokenRule{"must be one of the names of " + type->full_name(), "enum.defined_only"};
  }
  if (std::ranges::find(enum_.not_in(), number) != enum_.not_in().end()) {
    const auto* value = type->FindValueByNumber(number);
    return BrokenRule{"must not be " + (value == nullptr ? std::to_string(number) : value->name()), "enum.not_in"};
  }
  return std::nullopt;
}

}  // namespace doorward::rpc
