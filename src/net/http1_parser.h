// Internal: HTTP/1.x requests out of bytes (RFC 9112), strict where leniency lets two servers disagree about where a
// request ends. Boost.Beast reads the grammar; the rules on top are here.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "net/http.h"
#include "net/limits.h"
#include "net/observer.h"

namespace doorward::net {

class Http1Parser {
 public:
  enum class State : std::uint8_t {
    kHeader,    // needs more bytes of the header
    kBody,      // header complete, needs more bytes of the body
    kComplete,  // `request` is filled
    kRefused,   // see refusal(); the connection must be closed after the answer
  };
  struct Refused {
    int status = 400;
    Refusal refusal = Refusal::kMalformed;
    std::string_view text;  // a sentence for the peer
  };

  explicit Http1Parser(const Limits& limits);
  ~Http1Parser();

  // Makes ready for the next request, which is written into `request` (cleared here, its memory reused).
  void begin(Request& request);

  // Until begin(): gives back what the last request left here.
  void rest();

  // Reads a prefix of `data` and says how much; call again with the rest and what came after it. Unread bytes at
  // kComplete belong to the next request. While the header or a chunk line is incomplete nothing of it is consumed; a
  // peer cannot make the caller keep more than Limits::header_bytes and kWriteStep.
  std::size_t feed(std::string_view data);

  State state() const { return state_; }
  const Refused& refused() const { return refused_; }

  // Of the complete header.
  bool keep_alive() const { return keep_alive_; }
  bool http10() const { return http10_; }
  bool expects_continue() const { return expects_continue_; }

 private:
  class Rules;

  bool header_is_clean(std::string_view header);
  void refuse(int status, Refusal refusal, std::string_view text);

  const Limits& limits_;
  std::unique_ptr<Rules> rules_;
  Request* request_ = nullptr;
  State state_ = State::kHeader;
  Refused refused_;
  std::size_t scanned_ = 0;  // of an incomplete header, already searched for its end
  bool keep_alive_ = false;
  bool http10_ = false;
  bool expects_continue_ = false;
};

}  // namespace doorward::net
