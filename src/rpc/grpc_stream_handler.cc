#include "rpc/grpc_stream_handler.h"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "rpc/call.h"
#include "rpc/codec.h"
#include "rpc/grpc_handler.h"
#include "rpc/grpc_wire.h"
#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

using TimePoint = std::chrono::steady_clock::time_point;

// What one call reads and answers. Lives in the answer's body stream. Net keeps the request as long as that, but for
// its fields, which it frees when the answer begins.
struct Call final : RequestStream {
  Call(const Method& m, CallContext c, const net::Request& r, StreamGate::Permit p)
      : method(m), context(std::move(c)), request(r), permit(std::move(p)) {}

  task<Result<Event>> next(TimePoint until) override;
  task<std::optional<std::string>> answer();
  net::Headers trailers() const;

  const Method& method;
  const CallContext context;
  const net::Request& request;
  const StreamGate::Permit permit;
  const Compression* compression = nullptr;
  std::function<TimePoint()> now;
  Codec codec = Codec::kProto;
  Encoding encoding = Encoding::kIdentity;
  bool takes_gzip = false;
  std::unique_ptr<StreamingCall> handler;
  std::string unread;  // bytes of requests that are not complete
  std::optional<Error> status;

 private:
  task<Result<std::unique_ptr<google::protobuf::Message>>> read(Frame frame) const;
  task<Result<std::unique_ptr<google::protobuf::Message>>> ask();
};

task<Result<std::unique_ptr<google::protobuf::Message>>> Call::read(Frame frame) const {
  std::string expanded;
  if (frame.compressed) {
    if (encoding == Encoding::kIdentity) {
      co_return failure(Reason::kUnexpectedCompression,
                        "The message is flagged as compressed, but grpc-encoding is not.");
    }
    DOORWARD_CO_TRY(expanded, co_await compression->expand(frame.bytes, kMaxStreamMessageBytes));
    frame.bytes = expanded;
  }
  std::unique_ptr<google::protobuf::Message> message(method.request_prototype->New());
  DOORWARD_CO_CHECK(decode(codec, method, frame.bytes, *message));
  if (auto violations = check_rules(*message, *method.rules); !violations.empty()) {
    co_return failure(violations_error(std::move(violations)));
  }
  co_return message;
}

task<Result<RequestStream::Event>> Call::next(TimePoint until) {
  for (;;) {
    std::string_view left = unread;
    DOORWARD_CO_TRY(const auto frame, take_frame(left, kMaxStreamMessageBytes));
    if (frame) {
      DOORWARD_CO_TRY(auto message, co_await read(*frame));
      unread.erase(0, unread.size() - left.size());
      co_return Event{What::kMessage, std::move(message)};
    }
    const TimePoint deadline = context.caller.deadline;
    auto event = co_await request.incoming->wait(std::min(until, deadline));
    switch (event.what) {
      case net::Incoming::What::kPiece:
        unread += event.piece;
        break;
      case net::Incoming::What::kEnd:
        if (!unread.empty()) co_return failure(Reason::kMalformedRequest, "The message frame is cut off.");
        co_return Event{What::kEnd, nullptr};
      case net::Incoming::What::kTime:
        if (now() >= deadline) co_return failure(Reason::kDeadlineExceeded, "The call was not done by its deadline.");
        co_return Event{What::kTime, nullptr};
      case net::Incoming::What::kDraining:
        co_return Event{What::kDraining, nullptr};
      case net::Incoming::What::kGone:
        co_return Event{What::kGone, nullptr};
    }
  }
}

task<Result<std::unique_ptr<google::protobuf::Message>>> Call::ask() {
  std::string bug;
  try {
    co_return co_await handler->next(*this);
  } catch (const std::exception& thrown) {
    bug = thrown.what();
  } catch (...) {
    bug = "an exception of an unknown type";
  }
  co_return failure(internal_error("exception: " + bug));
}

task<std::optional<std::string>> Call::answer() {
  auto message = co_await ask();
  if (!message) {
    log_refusal(message.error(), method.name, request.request_id);
    status = std::move(message).error();
    co_return std::nullopt;
  }
  if (*message == nullptr) co_return std::nullopt;
  std::string out(kFrameHeaderBytes, '\0');
  encode(codec, method, **message, out);
  const bool compressed =
      takes_gzip && worth_compressing(method, out.size()) && co_await compression->compress(out, kFrameHeaderBytes);
  finish_frame(out, compressed);
  co_return out;
}

net::Headers Call::trailers() const {
  if (!status) return {{"grpc-status", "0"}};
  auto refusal = grpc_error(request, *status, ErrorSource::kHandler).headers;
  std::erase_if(refusal, [](const auto& field) { return !field.name.starts_with("grpc-"); });
  return refusal;
}

}  // namespace

GrpcStreamHandler::GrpcStreamHandler(Authenticator& authenticator, const Compression& compression, Now now)
    : authenticator_(authenticator),
      compression_(compression),
      now_(std::move(now)),
      gate_(kMaxStreams, kMaxStreamsPerSource) {}

task<net::Response> GrpcStreamHandler::handle(const Method& method, const net::Request& request) const {
  auto context = co_await admit(method, authenticator_, request);
  if (!context) {
    log_refusal(context.error(), method.name, request.request_id);
    co_return grpc_error(request, context.error(), ErrorSource::kAuthentication);
  }
  auto response = co_await open(method, *std::move(context), request);
  if (!response) {
    log_refusal(response.error(), method.name, request.request_id);
    co_return grpc_error(request, response.error(), ErrorSource::kHandler);
  }
  co_return *std::move(response);
}

task<Result<net::Response>> GrpcStreamHandler::open(const Method& method, CallContext context,
                                                    const net::Request& request) const {
  if (!request.incoming) co_return failure(Reason::kUnimplemented, method.name + " streams, which needs HTTP/2.");
  context.caller.deadline = TimePoint::max();  // net's is for the beginning of an answer
  if (const auto* timeout = net::find_header(request.headers, "grpc-timeout")) {
    const auto patience = parse_grpc_timeout(*timeout);
    if (!patience) co_return failure(Reason::kMalformedRequest, "The grpc-timeout is not a timeout.");
    shorten_deadline(context, *patience, now_());
  }
  DOORWARD_CO_TRY(const Encoding encoding, declared_encoding(request.headers, "grpc-encoding"));
  auto permit = gate_.admit(context.peer);
  if (!permit) co_return failure(Reason::kTooManyStreams, "Too many streams are open.");
  const auto* content_type = net::find_header(request.headers, "content-type");

  context.metadata = nullptr;  // freed when the answer begins, as the version
  context.api_version = {};
  auto call = std::make_shared<Call>(method, std::move(context), request, *std::move(permit));
  call->compression = &compression_;
  call->now = now_;
  call->codec = grpc_codec(*content_type).value_or(Codec::kProto);
  call->encoding = encoding;
  call->takes_gzip = accepts_gzip(request.headers, "grpc-accept-encoding");
  call->handler = method.stream(call->context);

  net::Response response;
  response.headers = {{"content-type", *content_type}};
  // The frames say for themselves whether they are compressed.
  if (call->takes_gzip) response.headers.push_back({"grpc-encoding", "gzip"});
  response.stream = [call] { return call->answer(); };
  response.final_trailers = [call] { return call->trailers(); };
  co_return response;
}

}  // namespace doorward::rpc
