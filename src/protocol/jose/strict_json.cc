#include "protocol/jose/strict_json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"

namespace doorward::jose {
namespace {

namespace json = boost::json;

// Boost.JSON keeps the last of two members with one name and says nothing, so this handler reads the text first and
// keeps only names. Where it returns false without an error code Boost.JSON reports one itself.
struct UniqueNames {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  explicit UniqueNames(std::size_t most) : members_left(most) {}

  std::size_t members_left;
  std::vector<std::set<std::string, std::less<>>> open_objects;
  std::string name;

  static bool stop(boost::system::error_code& error) {
    error = make_error_code(boost::system::errc::invalid_argument);
    return false;
  }

  bool on_document_begin(boost::system::error_code&) { return true; }
  bool on_document_end(boost::system::error_code&) { return true; }
  bool on_object_begin(boost::system::error_code&) {
    open_objects.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, boost::system::error_code&) {
    open_objects.pop_back();
    return true;
  }
  bool on_array_begin(boost::system::error_code&) { return true; }
  bool on_array_end(std::size_t, boost::system::error_code&) { return true; }
  bool on_key_part(json::string_view part, std::size_t, boost::system::error_code&) {
    name.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view last, std::size_t, boost::system::error_code& error) {
    name.append(last.data(), last.size());
    if (members_left == 0 || !open_objects.back().insert(std::exchange(name, {})).second) return stop(error);
    --members_left;
    return true;
  }
  bool on_string_part(json::string_view, std::size_t, boost::system::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, boost::system::error_code&) { return true; }
  bool on_number_part(json::string_view, boost::system::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, boost::system::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, boost::system::error_code&) { return true; }
  bool on_double(double number, json::string_view, boost::system::error_code& error) {
    // Beyond the range of double Boost.JSON answers infinity, which JSON cannot say.
    return std::isfinite(number) || stop(error);
  }
  bool on_bool(bool, boost::system::error_code&) { return true; }
  bool on_null(boost::system::error_code&) { return true; }
  bool on_comment_part(json::string_view, boost::system::error_code&) { return true; }
  bool on_comment(json::string_view, boost::system::error_code&) { return true; }
};

tl::unexpected<Error> malformed(const char* detail) {
  return tl::unexpected(make_error(Reason::kJwtMalformed, "The token is not well-formed.", detail));
}

}  // namespace

Result<json::object> parse_strict_object(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) return malformed("json: too long");
  if (!is_valid_utf8(text)) return malformed("json: not UTF-8");
  json::parse_options options;
  options.max_depth = limits.depth;

  json::basic_parser<UniqueNames> names(options, limits.members);
  boost::system::error_code error;
  const std::size_t read = names.write_some(false, text.data(), text.size(), error);
  if (error || read != text.size()) return malformed("json: syntax, depth, or members not unique or too many");

  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error) return malformed("json: syntax");
  if (!value.is_object()) return malformed("json: not an object");
  return std::move(value.get_object());
}

}  // namespace doorward::jose
