// What a handler knows about the call besides its request message.
#pragma once

#include <string_view>

#include "domain/caller.h"

namespace doorward::rpc {

// Lives as long as the handler's task. The views point into the network request, which lives as long.
struct CallContext {
  // Authenticated and admitted by the method's access rule; kNone where the rule says ANYONE. Its deadline is the
  // nearer of net's and the caller's own (grpc-timeout).
  Caller caller;
  std::string_view peer;         // source address without port
  std::string_view api_version;  // x-api-version as sent, empty when absent
};

}  // namespace doorward::rpc
