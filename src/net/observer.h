// What the network edge counts. server/ implements it with metrics; tests with a list.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "net/http.h"

namespace doorward::net {

// Why net itself refused something. The texts are metric labels and so public interface.
enum class Refusal : std::uint8_t {
  kConnections,
  kConnectionsPerSource,
  kTlsHandshake,  // failed, or too slow
  kMalformed,     // 400, or an HTTP/2 protocol error
  kHeaderBytes,   // 431: block, field or count
  kUrlBytes,      // 414
  kBodyBytes,     // 413
  kVersion,       // 505
  kExpectation,   // 417
  kConcurrentStreams,
  kUnreadBytes,     // of one connection
  kAllUnreadBytes,  // of all
  kContinuationFlood,
  kResetFlood,
  kControlFlood,
  kHeaderTimeout,
  kBodyTimeout,
  kWriteTimeout,
  kHandlerTimeout,  // 503
};
std::string_view refusal_name(Refusal refusal);

// Called on I/O threads, concurrently; must not block or throw.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void connection_opened(bool tls) = 0;
  virtual void connection_closed(bool tls) = 0;
  virtual void request_started(Protocol protocol) = 0;
  // Each started request ends here once, also when net answers in place of the handler (408, 503, ...) or the peer
  // gave an HTTP/2 stream up before its answer (499). `took` from complete request
  // to complete answer made (not: read by the peer).
  virtual void request_finished(Protocol protocol, int status, std::chrono::microseconds took) = 0;
  virtual void refused(Refusal refusal) = 0;
  // An exception left the handler.
  virtual void handler_failed() = 0;
};

}  // namespace doorward::net
