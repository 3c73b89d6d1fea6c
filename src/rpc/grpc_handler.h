// Unary gRPC calls. Every answer is HTTP 200 but for a wrong HTTP method; a refusal is a trailers-only answer with
// grpc-status, grpc-message and grpc-status-details-bin.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/task.h"
#include "net/http.h"
#include "rpc/authenticator.h"
#include "rpc/call_context.h"
#include "rpc/method.h"

namespace doorward::rpc {

class GrpcHandler {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  GrpcHandler(Authenticator& authenticator, Now now) : authenticator_(authenticator), now_(std::move(now)) {}

  // `method` must outlive the handler. False when its path is taken.
  bool add(const Method& method) { return methods_.emplace(method.grpc_path, &method).second; }

  // An unknown method is UNIMPLEMENTED, before any authentication.
  task<net::Response> handle(const net::Request& request) const;

 private:
  task<Result<net::Response>> call(const Method& method, CallContext& context, const net::Request& request) const;

  Authenticator& authenticator_;
  Now now_;
  std::unordered_map<std::string, const Method*> methods_;
};

// True for application/grpc and application/grpc+proto, with or without parameters.
bool is_grpc_content_type(std::string_view content_type);

}  // namespace doorward::rpc
