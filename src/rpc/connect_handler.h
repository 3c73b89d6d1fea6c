// Unary calls of the Connect protocol: POST /pkg.Service/Method with application/json or application/proto, and GET for
// methods that only read. The answer is the message itself, so any HTTP client can make such a call.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "base/task.h"
#include "net/http.h"
#include "rpc/authenticator.h"
#include "rpc/call_context.h"
#include "rpc/connect_wire.h"
#include "rpc/gzip.h"
#include "rpc/method_table.h"

namespace doorward::rpc {

class ConnectHandler {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // All of it must outlive the handler.
  ConnectHandler(const MethodTable& methods, Authenticator& authenticator, const Compression& compression, Now now)
      : methods_(methods), authenticator_(authenticator), compression_(compression), now_(std::move(now)) {}

  // For requests to an RPC path that are not gRPC. Before any authentication: an unknown method is unimplemented (501),
  // an HTTP method that the method does not take 405, a content type or encoding without a codec 415 with Accept-Post.
  task<net::Response> handle(const net::Request& request) const;

 private:
  struct Input;
  task<Result<net::Response>> call(const Method& method, CallContext& context, const net::Request& request,
                                   const Input& input) const;

  const MethodTable& methods_;
  Authenticator& authenticator_;
  const Compression& compression_;
  Now now_;
};

}  // namespace doorward::rpc
