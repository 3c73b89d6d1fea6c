// What a handler knows about the call besides its request message.
#pragma once

#include <string_view>

#include "domain/caller.h"
#include "net/http.h"

namespace doorward::rpc {

// What a handler says beside its answer or error. gRPC sends it as header and trailer fields, Connect the trailing ones
// with "trailer-" before the name, REST all as header fields.
struct AnswerMetadata {
  net::Headers leading;
  net::Headers trailing;
};

// Lives as long as the handler's task. The views point into the network request, which lives as long.
struct CallContext {
  // Authenticated and admitted by the method's access rule; kNone where the rule says ANYONE. Its deadline is the
  // nearer of net's and the caller's own (grpc-timeout, connect-timeout-ms).
  Caller caller;
  std::string_view peer;                   // source address without port
  std::string_view api_version;            // x-api-version as sent, empty when absent
  const net::Headers* metadata = nullptr;  // all header fields as sent, repeated names repeated
  mutable AnswerMetadata answer;           // the handler's to fill
};

}  // namespace doorward::rpc
