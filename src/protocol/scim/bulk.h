// Bulk (RFC 7644 section 3.7) as values: the request and the response. References: bulk_references.h.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "protocol/scim/behaviour.h"

namespace doorward::scim {

struct BulkOperation {
  std::string method = {};   // POST, PUT, PATCH, DELETE, or whatever was sent
  std::string path = {};     // "/Users", "/Users/{id}", "/Groups/bulkId:{bulkId}": as sent
  std::string bulk_id = {};  // empty when absent
  std::string version = {};  // entity tag that the resource must have; empty for any
  boost::json::object data = {};
  std::size_t bytes = 0;            // of `data`, roughly
  std::optional<Error> fault = {};  // why this operation cannot be run; the others can
};

struct BulkRequest {
  std::size_t fail_on_errors = 0;  // errors after which the rest is left; 0: never
  std::vector<BulkOperation> operations;
};

// Reads a BulkRequest message, keys in any letter case; `schemas` may be missing where Behaviour::missing_schemas
// accepts it. The whole is refused with kScimInvalidSyntax when it has no list of objects as `Operations`, other
// `schemas` or a `failOnErrors` that is no positive number; with kScimInvalidValue when two operations have one bulkId,
// because a reference to it would mean either; with kPayloadTooLarge beyond limits::kBulkOperations. An operation with
// an unknown method, without path, without the data that its method needs, or a POST without bulkId (or with one beyond
// limits::kBulkIdBytes) carries a fault.
Result<BulkRequest> parse_bulk(boost::json::object body, Dialect& dialect);

// What became of one operation.
struct BulkAnswer {
  int status = 500;
  std::string location = {};  // absolute; empty for a POST that failed
  std::string version = {};   // entity tag; empty when there is none
  std::string id = {};        // of the resource that a POST made
  std::string error = {};     // body of a SCIM Error; empty on success
  QuirkSet quirks = {};       // what the operation was forgiven
};

// One entry of a BulkResponse, and the whole of `entries`.
std::string bulk_entry(const BulkOperation& operation, const BulkAnswer& answer);
std::string bulk_body(const std::vector<std::string>& entries);

}  // namespace doorward::scim
