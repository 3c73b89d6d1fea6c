#include "protocol/scim/json_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;
using boost::system::error_code;

// Builds the document and keeps the folded keys of every open object, which the library's own DOM would merge.
class StrictHandler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  StrictHandler() { stack_.reset(); }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open_.push_back(0);
    return true;
  }
  bool on_object_end(std::size_t count, error_code& error) {
    open_.pop_back();
    const auto first = keys_.end() - static_cast<std::ptrdiff_t>(count);
    std::sort(first, keys_.end());
    if (const auto twice = std::adjacent_find(first, keys_.end()); twice != keys_.end()) {
      return refuse(fmt::format("The key \"{}\" appears twice in one object.", *twice), error);
    }
    keys_.erase(first, keys_.end());
    stack_.push_object(count);
    return true;
  }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(std::size_t count, error_code&) {
    stack_.push_array(count);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, error_code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, error_code& error) {
    key_.append(part.data(), part.size());
    if (key_.find('\0') != std::string::npos) return refuse("A key holds the character U+0000.", error);
    if (++open_.back() > limits::kJsonMembers) return refuse("An object has too many keys.", error);
    keys_.push_back(ascii_lower(key_));
    key_.clear();
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, error_code& error) {
    if (part.find('\0') != json::string_view::npos) return refuse(kNulMessage, error);
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, error_code& error) {
    if (part.find('\0') != json::string_view::npos) return refuse(kNulMessage, error);
    stack_.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view part, error_code& error) {
    number_bytes_ += part.size();
    return number_bytes_ <= limits::kJsonNumberBytes || refuse(kNumberMessage, error);
  }
  bool on_int64(std::int64_t value, json::string_view last, error_code& error) {
    stack_.push_int64(value);
    return end_number(last, error);
  }
  bool on_uint64(std::uint64_t value, json::string_view last, error_code& error) {
    stack_.push_uint64(value);
    return end_number(last, error);
  }
  bool on_double(double value, json::string_view last, error_code& error) {
    stack_.push_double(value);
    // Beyond its range the library answers infinity, which JSON cannot say.
    return end_number(last, error) && (std::isfinite(value) || refuse(kNumberMessage, error));
  }
  bool on_bool(bool value, error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(error_code&) {
    stack_.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, error_code&) { return true; }
  bool on_comment(json::string_view, error_code&) { return true; }

  json::value release() { return stack_.release(); }
  const std::string& refusal() const { return refusal_; }

 private:
  static constexpr const char* kNulMessage = "A string holds the character U+0000.";

  static constexpr const char* kNumberMessage = "A number is too long or out of range.";

  bool end_number(json::string_view last, error_code& error) {
    const bool fits = number_bytes_ + last.size() <= limits::kJsonNumberBytes;
    number_bytes_ = 0;
    return fits || refuse(kNumberMessage, error);
  }
  bool refuse(std::string message, error_code& error) {
    refusal_ = std::move(message);
    error = json::error::syntax;
    return false;
  }

  json::value_stack stack_;
  std::vector<std::string> keys_;
  std::vector<std::size_t> open_;  // keys so far of the objects that are open
  std::size_t number_bytes_ = 0;
  std::string key_;
  std::string refusal_;
};

}  // namespace

Result<json::object> parse_body(std::string_view bytes) {
  json::parse_options options;
  options.max_depth = limits::kJsonDepth;
  json::basic_parser<StrictHandler> parser(options);
  error_code error;
  const std::size_t used = parser.write_some(false, bytes.data(), bytes.size(), error);
  if (error) {
    const std::string& refusal = parser.handler().refusal();
    return failure(Reason::kScimInvalidSyntax, refusal.empty() ? "The body is not valid JSON." : refusal);
  }
  const auto rest = bytes.substr(used);
  if (rest.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    return failure(Reason::kScimInvalidSyntax, "The body holds more than one JSON value.");
  }
  json::value value = parser.handler().release();
  if (!value.is_object()) return failure(Reason::kScimInvalidSyntax, "The body must be a JSON object.");
  return std::move(value.get_object());
}

}  // namespace doorward::scim
