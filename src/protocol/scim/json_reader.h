// Bounded, strict JSON input for SCIM bodies.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "base/result.h"

namespace doorward::scim {

// Parses one JSON object. Refuses with kScimInvalidSyntax: what is not JSON or not an object, nesting beyond
// limits::kJsonDepth, more than limits::kJsonMembers in an object, numbers longer than limits::kJsonNumberBytes or
// beyond the range of double, ill-formed UTF-8 and lone surrogates, U+0000 inside a string (no database text may hold
// it), and an object that has one key twice or in two letter cases, because readers would disagree on which one counts
// (RFC 7643 section 2.1). The caller bounds the size of `bytes`.
Result<boost::json::object> parse_body(std::string_view bytes);

}  // namespace doorward::scim
