// JSON text exactly as Python's json.dumps writes it with its defaults.
//
// Why: receivers exist that verify a webhook over json.dumps(parsed body) instead of the raw body. They verify only
// when what we send is already a fixed point of that re-serialisation: ", " and ": " as separators, every character
// outside printable ASCII as a lower-case \uXXXX escape (characters beyond U+FFFF as a surrogate pair), members in
// their order, floating point numbers as Python's repr writes them.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace doorward::webhook {

// Serialises `value`. Pure; time and memory are linear in the size of the result; nesting uses no call stack.
// Two things that JSON cannot carry are replaced, so that the result is always valid JSON (RFC 8259): bytes that are
// not UTF-8 become U+FFFD each, and a number that is infinite or not a number becomes null.
std::string python_json(const boost::json::value& value);
std::string python_json(const boost::json::object& object);

}  // namespace doorward::webhook
