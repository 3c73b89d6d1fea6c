// Methods whose requests or answers are streams: what their handlers see. Only over gRPC and HTTP/2.
#pragma once

#include <google/protobuf/message.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/result.h"
#include "base/task.h"
#include "rpc/call_context.h"

namespace doorward::rpc {

// The requests of one call. One next() at a time.
class RequestStream {
 public:
  enum class What : std::uint8_t {
    kMessage,
    kEnd,       // the caller sends no more; told once
    kTime,      // `until` came first
    kDraining,  // the server stops: come to an end; told once
    kGone,      // nobody reads the answers any more
  };
  struct Event {
    What what = What::kGone;
    std::unique_ptr<google::protobuf::Message> message;  // of the method's input type
  };
  virtual ~RequestStream() = default;

  // Fails for bytes that are no message of the method, and with kDeadlineExceeded at the caller's deadline: the handler
  // passes it on.
  virtual task<Result<Event>> next(std::chrono::steady_clock::time_point until) = 0;
};

// One running call, on one I/O thread. Asked for an answer only when the peer has taken the one before, so at most one
// waits to be sent.
class StreamingCall {
 public:
  virtual ~StreamingCall() = default;

  // nullptr ends the call well, an error with its status.
  virtual task<Result<std::unique_ptr<google::protobuf::Message>>> next(RequestStream& requests) = 0;
};

// Begins a call. The context outlives it; its deadline is the caller's own, if any, and it tells no header fields.
// Thread-safe.
using OpenStream = std::function<std::unique_ptr<StreamingCall>(const CallContext&)>;

}  // namespace doorward::rpc
