#include "rpc/json_document.h"

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;

// Builds the value and counts the members that the text has. Boost.JSON keeps the last of equal members, so a value
// with fewer members than its text had a duplicate.
class CountingHandler {
 public:
  static constexpr std::size_t max_object_size = json::object::max_size();
  static constexpr std::size_t max_array_size = json::array::max_size();
  static constexpr std::size_t max_key_size = json::string::max_size();
  static constexpr std::size_t max_string_size = json::string::max_size();

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    open_.push_back(0);
    return true;
  }
  bool on_object_end(std::size_t count, json::error_code&) {
    open_.pop_back();
    members_ += count;
    stack_.push_object(count);
    return true;
  }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t count, json::error_code&) {
    stack_.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    if (++open_.back() > kMaxJsonMembers) return refuse("An object of the JSON document has too many members.", error);
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view part, json::error_code& error) {
    number_bytes_ += part.size();
    return number_bytes_ <= kMaxJsonNumberBytes || refuse(kNumber, error);
  }
  bool on_int64(std::int64_t value, json::string_view last, json::error_code& error) {
    stack_.push_int64(value);
    return end_number(last, error);
  }
  bool on_uint64(std::uint64_t value, json::string_view last, json::error_code& error) {
    stack_.push_uint64(value);
    return end_number(last, error);
  }
  bool on_double(double value, json::string_view last, json::error_code& error) {
    stack_.push_double(value);
    // Beyond its range Boost.JSON answers infinity, which JSON cannot say.
    return end_number(last, error) && (std::isfinite(value) || refuse(kNumber, error));
  }
  bool on_bool(bool value, json::error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  void begin(json::storage_ptr storage) { stack_.reset(std::move(storage)); }
  json::value release() { return stack_.release(); }
  std::size_t members() const { return members_; }
  // A sentence when this handler stopped the parser.
  const char* refusal() const { return refusal_; }

 private:
  static constexpr const char* kNumber = "A number of the JSON document is too long or out of range.";

  bool refuse(const char* why, json::error_code& error) {
    refusal_ = why;
    error = json::error::syntax;
    return false;
  }
  bool end_number(json::string_view last, json::error_code& error) {
    const bool fits = number_bytes_ + last.size() <= kMaxJsonNumberBytes;
    number_bytes_ = 0;
    return fits || refuse(kNumber, error);
  }

  std::vector<std::size_t> open_;  // members so far of the objects that are open
  std::size_t number_bytes_ = 0;
  const char* refusal_ = nullptr;
  json::value_stack stack_;
  std::size_t members_ = 0;
};

// Depth is bounded by the parser.
std::size_t count_members(const json::value& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) count += count_members(element);
  }
  return count;
}

json::parse_options strict_options() {
  json::parse_options options;
  options.max_depth = kMaxJsonDepth;
  return options;
}

}  // namespace

Result<json::value> parse_json_document(std::string_view text, json::storage_ptr storage) {
  if (text.size() > kMaxJsonBytes) {
    return failure(Reason::kPayloadTooLarge, "The JSON document is too large.");
  }
  json::basic_parser<CountingHandler> parser(strict_options());
  parser.handler().begin(std::move(storage));
  json::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used != text.size()) error = json::make_error_code(json::error::extra_data);
  if (error) {
    if (parser.handler().refusal() != nullptr) return failure(Reason::kMalformedRequest, parser.handler().refusal());
    if (error == json::error::too_deep) {
      return failure(Reason::kMalformedRequest, "The JSON document is nested too deeply.");
    }
    return failure(Reason::kMalformedRequest, "The body is not a JSON document: " + error.message() + ".");
  }
  json::value value = parser.handler().release();
  if (count_members(value) != parser.handler().members()) {
    return failure(Reason::kMalformedRequest, "The JSON document names a member twice in one object.");
  }
  return value;
}

}  // namespace doorward::rpc
