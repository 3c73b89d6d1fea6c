#include "rpc/call.h"

#include <exception>
#include <utility>

#include "base/log.h"
#include "rpc/gzip.h"
#include "rpc/limits.h"

namespace doorward::rpc {

task<Result<CallContext>> admit(const Method& method, Authenticator& authenticator, const net::Request& request) {
  CallContext context;
  context.peer = request.peer;
  context.metadata = &request.headers;
  if (const auto* version = net::find_header(request.headers, "x-api-version")) context.api_version = *version;
  if (!method.open) {
    auto caller = co_await authenticator.authenticate(request);
    if (!caller) co_return tl::unexpected(std::move(caller).error());
    context.caller = *std::move(caller);
    if (!method.admits(context.caller.kind)) {
      co_return failure(Reason::kAccessDenied, "This caller may not call " + method.name + ".");
    }
  }
  context.caller.request_id = request.request_id;
  context.caller.deadline = request.deadline;
  co_return context;
}

void shorten_deadline(CallContext& context, std::chrono::nanoseconds patience,
                      std::chrono::steady_clock::time_point now) {
  if (patience >= context.caller.deadline - now) return;
  context.caller.deadline = now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(patience);
}

task<Result<std::unique_ptr<google::protobuf::Message>>> run(const Method& method, const CallContext& context,
                                                             const google::protobuf::Message& request,
                                                             std::chrono::steady_clock::time_point now) {
  if (auto violations = check_rules(request, *method.rules); !violations.empty()) {
    co_return failure(violations_error(std::move(violations)));
  }
  if (now >= context.caller.deadline) {
    co_return failure(Reason::kDeadlineExceeded, "The deadline passed before the call could begin.");
  }
  std::string bug;
  try {
    co_return co_await method.invoke(context, request);
  } catch (const std::exception& thrown) {
    bug = thrown.what();
  } catch (...) {
    bug = "an exception of an unknown type";
  }
  co_return failure(internal_error("exception: " + bug));
}

bool worth_compressing(const Method& method, std::size_t size) {
  return size >= kCompressFromBytes && !method.holds_secret;
}

bool worth_compressing(const Method& method, std::size_t size, const net::Headers& headers, std::string_view name) {
  return worth_compressing(method, size) && accepts_gzip(headers, name);
}

void log_refusal(const Error& error, std::string_view method, std::string_view request_id) {
  const bool ours = (error.code() == Code::kInternal && error.reason != Reason::kUnexpectedCompression) ||
                    error.code() == Code::kDataLoss;
  log::write(ours ? log::Level::kError : log::Level::kDebug, "rpc.refused",
             {{"request_id", request_id},
              {"method", method},
              {"reason", reason_name(error.reason)},
              {"detail", error.detail.empty() ? error.message : error.detail}});
}

}  // namespace doorward::rpc
