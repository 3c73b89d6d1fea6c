// Who sends a request. Implemented by the authorization server's edge.
#pragma once

#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "net/http.h"

namespace doorward::rpc {

class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // Called once for every call of a method that is not open to ANYONE, before anything of the request is parsed. A
  // request may carry several `authorization` fields (a client that refreshed its token sends the new and the stale
  // one): it is authenticated when any of them is valid. Errors: Code::kUnauthenticated for a missing or bad bearer and
  // for nothing else; kUnavailable when it cannot be told. Thread-safe.
  virtual task<Result<Caller>> authenticate(const net::Request& request) = 0;
};

}  // namespace doorward::rpc
