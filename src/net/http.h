// HTTP messages as the edges see them, the same for HTTP/1.1 and HTTP/2. No Asio here: any folder may include it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/task.h"

namespace doorward::net {

struct Header {
  std::string name;  // lower case
  std::string value;
};
using Headers = std::vector<Header>;

// The first value of `name` (lower case), or nullptr.
const std::string* find_header(const Headers& headers, std::string_view name);

enum class Protocol : std::uint8_t { kHttp11, kHttp2 };

// The body of a request as it arrives, for a handler that answers before it is complete, and what else befalls the
// request meanwhile. On the request's I/O thread; one wait at a time.
class Incoming {
 public:
  enum class What : std::uint8_t {
    kPiece,     // bytes arrived
    kEnd,       // the body is complete; told once
    kTime,      // `until` came first
    kDraining,  // the server stops: come to an end; told once
    kGone,      // nobody reads the answer any more; told from then on
  };
  struct Event {
    What what = What::kGone;
    std::string piece;
  };
  virtual ~Incoming() = default;

  virtual task<Event> wait(std::chrono::steady_clock::time_point until) = 0;
};

struct Request {
  std::string method;  // upper case as sent
  std::string path;    // as sent, still percent-encoded; leading duplicate slashes folded to one; starts with '/'
  std::string query;   // without '?'; empty when absent
  Headers headers;     // pseudo headers left out; `host` holds :authority
  std::string body;    // whole body, at most Limits::body_bytes
  std::shared_ptr<Incoming> incoming;  // in place of `body`, when ServerOptions::streams asked for it over HTTP/2

  Protocol protocol = Protocol::kHttp11;
  bool tls = false;
  std::string peer;        // source address without port, for logs and rate limits; behind a trusted proxy the client's
  std::string request_id;  // req_…, made by net; also sent back as x-request-id
  std::chrono::steady_clock::time_point deadline;  // net answers in place of the handler then
};

// Produces a long body piece by piece; nullopt ends it. Pulled only as fast as the peer reads. It must not refer to the
// fields or the body of the request, which are freed when the task has answered.
using BodyStream = std::move_only_function<task<std::optional<std::string>>()>;

struct Response {
  int status = 200;
  Headers headers;          // names in lower case; content-length, date, x-request-id and connection are added by net
  std::string body;         // ignored when `stream` is set
  std::string_view reason;  // of a refusal, a text that outlives the answer; for records, never sent
  BodyStream stream;
  Headers trailers;  // HTTP/2 trailers, or chunked trailers on HTTP/1.1 (not sent to HTTP/1.0 or with HEAD)
  std::move_only_function<Headers()> final_trailers;  // called once `stream` has ended; replaces `trailers`
};

// An edge. Called on an I/O thread; must not block it; may suspend. The request stays alive until the task ends. An
// exception that leaves it is a bug: net logs it, counts it and answers 500.
using Handler = std::function<task<Response>(const Request&)>;

// The reason phrase of RFC 9110 section 15, or "Unknown".
std::string_view status_text(int status);

// `text` and a line feed as text/plain: what net itself answers, and plain edges may.
Response text_response(int status, std::string_view text);
// The same, with Retry-After where a later try may well succeed (503).
Response refusal_response(int status, std::string_view text);

// "//oauth//token" becomes "/oauth//token": clients that join a base URL ending in '/' with a path reach the same
// route.
std::string fold_leading_slashes(std::string path);

}  // namespace doorward::net
