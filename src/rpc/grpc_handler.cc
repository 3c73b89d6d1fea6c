#include "rpc/grpc_handler.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/encoding.h"
#include "rpc/call.h"
#include "rpc/grpc_wire.h"
#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

std::string content_type_of(const net::Request& request) {
  const auto* sent = net::find_header(request.headers, "content-type");
  return sent == nullptr ? "application/grpc" : *sent;
}

Codec codec_of(const net::Request& request) { return grpc_codec(content_type_of(request)).value_or(Codec::kProto); }

void append(net::Headers& to, const net::Headers& from) { std::ranges::copy(from, std::back_inserter(to)); }

// The one request message; compressed only when the call says with what.
Result<Frame> request_frame(const net::Request& request) {
  DOORWARD_TRY(const Encoding encoding, declared_encoding(request.headers, "grpc-encoding"));
  DOORWARD_TRY(const Frame frame, unframe(request.body));
  if (frame.compressed && encoding == Encoding::kIdentity) {
    return failure(Reason::kUnexpectedCompression, "The message is flagged as compressed, but grpc-encoding is not.");
  }
  return frame;
}

}  // namespace

std::optional<Codec> grpc_codec(std::string_view content_type) {
  const std::string type = ascii_lower(content_type.substr(0, content_type.find_first_of("; ")));
  if (type == "application/grpc" || type == "application/grpc+proto") return Codec::kProto;
  if (type == "application/grpc+json") return Codec::kJson;
  return std::nullopt;
}

bool is_grpc_content_type(std::string_view content_type) {
  // Asked of every request: most differ in their twelfth character.
  constexpr std::string_view kPrefix = "application/g";
  if (content_type.size() < kPrefix.size() || (content_type[kPrefix.size() - 1] | 0x20) != 'g') return false;
  return grpc_codec(content_type).has_value();
}

net::Response grpc_error(const net::Request& request, const Error& error, ErrorSource source,
                         const AnswerMetadata& metadata) {
  const Code code = wire_code(error, source);
  const std::string message = wire_message(error);
  net::Response response;
  response.headers = {{"content-type", content_type_of(request)}};
  append(response.headers, metadata.leading);
  net::Headers& status = metadata.leading.empty() ? response.headers : response.trailers;
  append(status, {{"grpc-status", fmt::to_string(static_cast<int>(code))},
                  {"grpc-message", percent_encode_message(message)},
                  {"grpc-status-details-bin", status_details(error, code, message, request.request_id)}});
  append(status, metadata.trailing);
  if (code == Code::kUnimplemented) response.headers.push_back({"grpc-accept-encoding", "identity,gzip"});
  if (const auto seconds = retry_after(error)) response.headers.push_back({"retry-after", fmt::to_string(*seconds)});
  return response;
}

task<net::Response> GrpcHandler::handle(const net::Request& request) const {
  if (request.method != "POST") {
    net::Response response;
    response.status = 405;
    response.headers = {{"allow", "POST"}};
    co_return response;
  }
  const Method* found = methods_.find(request.path);
  if (found == nullptr) {
    const Error error = make_error(Reason::kUnimplemented, "There is no method " + request.path + " on this server.");
    co_return grpc_error(request, error, ErrorSource::kHandler);
  }
  const Method& method = *found;
  if (method.stream) co_return co_await streams_.handle(method, request);
  auto context = co_await admit(method, authenticator_, request);
  if (!context) {
    log_refusal(context.error(), method.name, request.request_id);
    co_return grpc_error(request, context.error(), ErrorSource::kAuthentication);
  }
  auto response = co_await call(method, *context, request);
  if (!response) {
    log_refusal(response.error(), method.name, request.request_id);
    co_return grpc_error(request, response.error(), ErrorSource::kHandler, context->answer);
  }
  co_return *std::move(response);
}

task<Result<net::Response>> GrpcHandler::call(const Method& method, CallContext& context,
                                              const net::Request& request) const {
  const auto now = now_();
  if (const auto* timeout = net::find_header(request.headers, "grpc-timeout")) {
    const auto patience = parse_grpc_timeout(*timeout);
    if (!patience) co_return failure(Reason::kMalformedRequest, "The grpc-timeout is not a timeout.");
    shorten_deadline(context, *patience, now);
  }
  const Codec codec = codec_of(request);
  DOORWARD_CO_TRY(Frame frame, request_frame(request));
  std::string expanded;
  if (frame.compressed) {
    DOORWARD_CO_TRY(expanded, co_await compression_.expand(frame.bytes));
    frame.bytes = expanded;
  }
  RequestMessage message(method);
  DOORWARD_CO_CHECK(decode(codec, method, frame.bytes, *message));
  DOORWARD_CO_TRY(const auto answered, co_await run(method, context, *message, now));

  net::Response response;
  response.headers = {{"content-type", content_type_of(request)}};
  response.body.assign(kFrameHeaderBytes, '\0');
  encode(codec, method, *answered, response.body);
  const bool compressed = worth_compressing(method, response.body.size(), request.headers, "grpc-accept-encoding") &&
                          co_await compression_.compress(response.body, kFrameHeaderBytes);
  if (compressed) response.headers.push_back({"grpc-encoding", "gzip"});
  finish_frame(response.body, compressed);
  append(response.headers, context.answer.leading);
  response.trailers = {{"grpc-status", "0"}};
  append(response.trailers, context.answer.trailing);
  co_return response;
}

}  // namespace doorward::rpc
