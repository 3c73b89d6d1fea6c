// /Bulk (RFC 7644 section 3.7).
#pragma once

#include <functional>

#include "base/task.h"
#include "edge/scim/scim_call.h"
#include "net/http.h"

namespace doorward::edge {

class BulkEndpoint {
 public:
  // Answers a request to a resource or a resource type as if it had come alone.
  using Resources = std::function<task<net::Response>(const ScimCall&)>;
  explicit BulkEndpoint(Resources resources) : resources_(std::move(resources)) {}

  // 200 with a BulkResponse, whatever became of the operations. 413 with the limits beyond them.
  task<net::Response> handle(const ScimCall& call);

 private:
  Resources resources_;
};

// What 413 says of a request that is too large.
std::string bulk_limits_text(std::size_t body_bytes);

}  // namespace doorward::edge
