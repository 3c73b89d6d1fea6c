// JSON text as a Boost.JSON value, strictly.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string_view>

#include "base/result.h"

namespace doorward::rpc {

// One JSON document (RFC 8259). Refuses, as malformed_request: more than kMaxJsonBytes, deeper nesting than
// kMaxJsonDepth, more than kMaxJsonMembers in an object, numbers longer than kMaxJsonNumberBytes or beyond the range of
// double, text that is not UTF-8, and a member that appears twice in one object (which readers would resolve
// differently). The value allocates from `storage`.
Result<boost::json::value> parse_json_document(std::string_view text, boost::json::storage_ptr storage);

}  // namespace doorward::rpc
