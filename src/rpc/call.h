// The part of a call that both wires share: who calls, and running the handler.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "base/result.h"
#include "base/task.h"
#include "net/http.h"
#include "rpc/authenticator.h"
#include "rpc/call_context.h"
#include "rpc/method.h"

namespace doorward::rpc {

// Authenticates the caller and asks the method's access rule. The caller's deadline is that of the request.
task<Result<CallContext>> admit(const Method& method, Authenticator& authenticator, const net::Request& request);

// The caller waits no longer than `patience`. Compared as durations: the longest patience would overflow the clock.
void shorten_deadline(CallContext& context, std::chrono::nanoseconds patience,
                      std::chrono::steady_clock::time_point now);

// Checks the field rules and runs the handler. `now` against context.deadline: a call that is already late is not
// begun. An exception of the handler is logged and becomes an internal error, so that the caller still gets its wire's
// form.
task<Result<std::unique_ptr<google::protobuf::Message>>> run(const Method& method, const CallContext& context,
                                                             const google::protobuf::Message& request,
                                                             std::chrono::steady_clock::time_point now);

// Whether an answer of `size` bytes is to be compressed for a peer that takes it. Not an answer that can hold a secret:
// its length beside text of the caller's choice would tell of the secret (BREACH).
bool worth_compressing(const Method& method, std::size_t size);
// The same for a peer that says what it takes in the field `name`.
bool worth_compressing(const Method& method, std::size_t size, const net::Headers& headers, std::string_view name);

// Logs what only the log may know of a refused call. Call it once for every error sent.
void log_refusal(const Error& error, std::string_view method, std::string_view request_id);

}  // namespace doorward::rpc
