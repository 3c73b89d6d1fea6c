// Lists: GET of a type or of the base itself, and POST to `.search` below either (RFC 7644 sections 3.4.2 and 3.4.3).
// Below the base all types of the directory are one list: users, groups, then the others.
#pragma once

#include "app/provisioning/search.h"
#include "base/task.h"
#include "edge/scim/scim_call.h"
#include "net/http.h"

namespace doorward::edge {

inline constexpr std::string_view kSearchPath = ".search";

class SearchEndpoint {
 public:
  explicit SearchEndpoint(ResourceSearch& search) : search_(search) {}

  // Whether `call` is to a list.
  static bool serves(const ScimCall& call);

  task<net::Response> handle(const ScimCall& call);

 private:
  ResourceSearch& search_;
};

}  // namespace doorward::edge
