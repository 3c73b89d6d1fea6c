// gRPC calls of methods that stream, over HTTP/2.
#pragma once

#include <chrono>
#include <functional>

#include "base/task.h"
#include "net/http.h"
#include "rpc/authenticator.h"
#include "rpc/gzip.h"
#include "rpc/method.h"
#include "rpc/stream_gate.h"

namespace doorward::rpc {

class GrpcStreamHandler {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // All of it must outlive the handler and the calls that it began.
  GrpcStreamHandler(Authenticator& authenticator, const Compression& compression, Now now);

  // Refusals before the call begins have the form of unary ones: UNIMPLEMENTED over HTTP/1.1, where an answer cannot
  // come before the request's end; RESOURCE_EXHAUSTED when too many streams are open.
  task<net::Response> handle(const Method& method, const net::Request& request) const;

 private:
  task<Result<net::Response>> open(const Method& method, CallContext context, const net::Request& request) const;

  Authenticator& authenticator_;
  const Compression& compression_;
  Now now_;
  StreamGate gate_;
};

}  // namespace doorward::rpc
