// gRPC calls, unary here (the gRPC protocol document "gRPC over HTTP2"), over HTTP/2 and over HTTP/1.1 with trailers.
// Every answer is HTTP 200 but for a wrong HTTP method; a refusal is a trailers-only answer with grpc-status,
// grpc-message and grpc-status-details-bin.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "net/http.h"
#include "rpc/authenticator.h"
#include "rpc/call_context.h"
#include "rpc/codec.h"
#include "rpc/error_info.h"
#include "rpc/grpc_stream_handler.h"
#include "rpc/gzip.h"
#include "rpc/method_table.h"

namespace doorward::rpc {

class GrpcHandler {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // All of it must outlive the handler.
  GrpcHandler(const MethodTable& methods, Authenticator& authenticator, const Compression& compression, Now now)
      : methods_(methods),
        authenticator_(authenticator),
        compression_(compression),
        now_(now),
        streams_(authenticator, compression, std::move(now)) {}

  // An unknown method is UNIMPLEMENTED, before any authentication.
  task<net::Response> handle(const net::Request& request) const;

 private:
  task<Result<net::Response>> call(const Method& method, CallContext& context, const net::Request& request) const;

  const MethodTable& methods_;
  Authenticator& authenticator_;
  const Compression& compression_;
  Now now_;
  GrpcStreamHandler streams_;
};

// The codec of application/grpc, application/grpc+proto and application/grpc+json, with or without parameters.
std::optional<Codec> grpc_codec(std::string_view content_type);

// True for those content types.
bool is_grpc_content_type(std::string_view content_type);

// A refusal as gRPC sends it. With `metadata` that leads, the status comes in trailers behind it.
net::Response grpc_error(const net::Request& request, const Error& error, ErrorSource source,
                         const AnswerMetadata& metadata = {});

}  // namespace doorward::rpc
