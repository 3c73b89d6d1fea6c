// Query strings and form bodies (application/x-www-form-urlencoded).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace doorward::net {

inline constexpr std::size_t kMaxParameters = 100;  // more is an attack on whoever looks them up (H-09)

struct Parameter {
  std::string name;
  std::string value;
};

// In the order sent. Lookup is linear on purpose: at most kMaxParameters, and nothing to flood with hash collisions.
class Parameters {
 public:
  Parameters() = default;
  explicit Parameters(std::vector<Parameter> all) : all_(std::move(all)) {}

  // The first value of `name`, or nullptr.
  const std::string* find(std::string_view name) const;
  // How often `name` was sent. OAuth (RFC 6749 section 3.1) refuses a parameter sent twice.
  std::size_t count(std::string_view name) const;

  const std::vector<Parameter>& all() const { return all_; }
  bool empty() const { return all_.empty(); }

 private:
  std::vector<Parameter> all_;
};

// Reads "a=1&b=two+words&c". '+' is a space; a name without '=' has an empty value; empty pieces ("a=1&&b") are
// skipped. kMalformedRequest for a broken percent escape, for bytes that are not UTF-8 or hold NUL after decoding, and
// for more than kMaxParameters.
Result<Parameters> parse_parameters(std::string_view text);

// True when `content_type` is application/x-www-form-urlencoded, with or without parameters, in any case.
bool is_form(std::string_view content_type);

}  // namespace doorward::net
