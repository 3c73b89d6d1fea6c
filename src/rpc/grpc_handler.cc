#include "rpc/grpc_handler.h"

#include <fmt/format.h>
#include <google/protobuf/arena.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "rpc/call.h"
#include "rpc/error_info.h"
#include "rpc/grpc_wire.h"

namespace doorward::rpc {
namespace {

// Most requests fit here, so parsing them takes no block from the heap.
constexpr std::size_t kArenaBytes = 1024;

std::string content_type_of(const net::Request& request) {
  const auto* sent = net::find_header(request.headers, "content-type");
  return sent == nullptr ? "application/grpc" : *sent;
}

net::Response refusal(const net::Request& request, const Error& error, ErrorSource source) {
  const Code code = wire_code(error, source);
  const std::string message = wire_message(error);
  net::Response response;
  response.headers = {{"content-type", content_type_of(request)},
                      {"grpc-status", fmt::to_string(static_cast<int>(code))},
                      {"grpc-message", percent_encode_message(message)},
                      {"grpc-status-details-bin", status_details(error, code, message, request.request_id)}};
  if (error.reason == Reason::kUnimplemented) response.headers.push_back({"grpc-accept-encoding", "identity"});
  if (const auto seconds = retry_after(error)) response.headers.push_back({"retry-after", fmt::to_string(*seconds)});
  return response;
}

}  // namespace

bool is_grpc_content_type(std::string_view content_type) {
  const std::string type = ascii_lower(content_type.substr(0, content_type.find_first_of("; ")));
  return type == "application/grpc" || type == "application/grpc+proto";
}

task<net::Response> GrpcHandler::handle(const net::Request& request) const {
  if (request.method != "POST") {
    net::Response response;
    response.status = 405;
    response.headers = {{"allow", "POST"}};
    co_return response;
  }
  const auto found = methods_.find(request.path);
  if (found == methods_.end()) {
    const Error error = make_error(Reason::kUnimplemented, "There is no method " + request.path + " on this server.");
    co_return refusal(request, error, ErrorSource::kHandler);
  }
  const Method& method = *found->second;
  auto context = co_await admit(method, authenticator_, request);
  if (!context) {
    log_refusal(context.error(), method.name, request.request_id);
    co_return refusal(request, context.error(), ErrorSource::kAuthentication);
  }
  auto response = co_await call(method, *context, request);
  if (!response) {
    log_refusal(response.error(), method.name, request.request_id);
    co_return refusal(request, response.error(), ErrorSource::kHandler);
  }
  co_return *std::move(response);
}

task<Result<net::Response>> GrpcHandler::call(const Method& method, CallContext& context,
                                              const net::Request& request) const {
  const auto now = now_();
  if (const auto* timeout = net::find_header(request.headers, "grpc-timeout")) {
    const auto patience = parse_grpc_timeout(*timeout);
    if (!patience) co_return failure(Reason::kMalformedRequest, "The grpc-timeout is not a timeout.");
    // Compared as durations: the longest timeout would overflow the clock when added to it.
    if (*patience < context.caller.deadline - now) context.caller.deadline = now + *patience;
  }
  DOORWARD_CO_TRY(const std::string_view bytes, unframe(request.body));

  alignas(std::max_align_t) char block[kArenaBytes];
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = sizeof block;
  google::protobuf::Arena arena(options);
  google::protobuf::Message& message = *method.request_prototype->New(&arena);
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    co_return failure(Reason::kMalformedRequest, "The message is not a " + message.GetTypeName() + ".");
  }
  DOORWARD_CO_TRY(const auto answer, co_await run(method, context, message, now));

  net::Response response;
  response.headers = {{"content-type", content_type_of(request)}};
  response.body = frame(*answer);
  response.trailers = {{"grpc-status", "0"}};
  co_return response;
}

}  // namespace doorward::rpc
