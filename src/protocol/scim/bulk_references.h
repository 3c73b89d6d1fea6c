// References between the operations of a bulk request (RFC 7644 section 3.7.2): a text "bulkId:x" stands for the id of
// the resource that the operation with this bulkId makes. It counts as a whole text anywhere in the data, and as a part
// of one in the operation's path, in `$ref` and in PATCH paths.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/scim/bulk.h"

namespace doorward::scim {

// The id of the resource that this bulkId made; nullopt while there is none.
using BulkResolver = std::function<std::optional<std::string>(std::string_view bulk_id)>;

// The bulkIds that an operation refers to, each once.
std::vector<std::string> references_of(const BulkOperation& operation);

// Puts ids in the place of references. Those that the resolver does not know stay.
void resolve_references(BulkOperation& operation, const BulkResolver& resolve);

// Takes what refers to somebody who does not exist yet out of the data of a POST: elements of lists, otherwise the
// attribute. The result is what adds it again once all exist: operations of a PATCH request, references as they were.
boost::json::array take_unresolved(boost::json::object& data, const BulkResolver& resolve);

}  // namespace doorward::scim
