// JSON for security decisions: what two parsers could read differently is refused.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace doorward::jose {

struct JsonLimits {
  std::size_t bytes = std::size_t{16} * 1024;
  std::size_t depth = 8;
  std::size_t members = 512;  // of all objects together
};

// One JSON object (RFC 8259) and nothing around it but white space. kJwtMalformed for anything else, for text that is
// not UTF-8, beyond `limits`, for numbers beyond the range of double, and when an object names a member twice at any
// depth (RFC 7515 section 4: names must be unique).
Result<boost::json::object> parse_strict_object(std::string_view text, const JsonLimits& limits = {});

}  // namespace doorward::jose
