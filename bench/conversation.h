// One side of a connection that sends the next request as soon as the last answer is complete.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct Answer {
  int status = 0;             // HTTP status; for gRPC 200 only when a message came
  std::size_t body_size = 0;  // bytes
  std::string location;       // Location header, where there was one
  std::string cookie;         // name=value of the last Set-Cookie header, HTTP/1.1 only
  std::string page;           // the body where it is text/html, HTTP/1.1 only
};

class Conversation {
 public:
  virtual ~Conversation() = default;

  // What goes first on a fresh connection.
  virtual std::string greeting() = 0;

  // Appends one request to `out`.
  virtual void ask(std::string_view request, std::string& out) = 0;

  // Takes bytes that arrived; true when they completed the answer, which is then in `answer`. May append to `out` what
  // the protocol asks us to send back. Throws std::runtime_error on what it does not understand.
  virtual bool take(std::string_view bytes, std::string& out, Answer& answer) = 0;
};

// Requests are whole HTTP/1.1 messages.
std::unique_ptr<Conversation> http1_conversation();

// Requests are the payloads of one HEADERS and one DATA frame, the first with its length in four bytes before it. They
// are replayed on stream after stream, so the header block must not touch the dynamic table of RFC 7541.
std::unique_ptr<Conversation> http2_conversation();
