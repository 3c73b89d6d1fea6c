#include "net/observer.h"

namespace doorward::net {

std::string_view refusal_name(Refusal refusal) {
  switch (refusal) {
    case Refusal::kConnections:
      return "connections";
    case Refusal::kConnectionsPerSource:
      return "connections_per_source";
    case Refusal::kTlsHandshake:
      return "tls_handshake";
    case Refusal::kMalformed:
      return "malformed";
    case Refusal::kHeaderBytes:
      return "header_bytes";
    case Refusal::kUrlBytes:
      return "url_bytes";
    case Refusal::kBodyBytes:
      return "body_bytes";
    case Refusal::kVersion:
      return "version";
    case Refusal::kExpectation:
      return "expectation";
    case Refusal::kConcurrentStreams:
      return "concurrent_streams";
    case Refusal::kUnreadBytes:
      return "unread_bytes";
    case Refusal::kAllUnreadBytes:
      return "all_unread_bytes";
    case Refusal::kContinuationFlood:
      return "continuation_flood";
    case Refusal::kResetFlood:
      return "reset_flood";
    case Refusal::kControlFlood:
      return "control_flood";
    case Refusal::kHeaderTimeout:
      return "header_timeout";
    case Refusal::kBodyTimeout:
      return "body_timeout";
    case Refusal::kWriteTimeout:
      return "write_timeout";
    case Refusal::kHandlerTimeout:
      return "handler_timeout";
  }
  return "unknown";
}

}  // namespace doorward::net
