// Internal: the TLS of one accepted connection, on a non-blocking socket that it neither owns nor waits for.
//
// OpenSSL reads and writes the socket itself: no copy through a pair of memory BIOs, and an idle connection holds no
// record buffers (SSL_MODE_RELEASE_BUFFERS), which is what lets ten thousand of them wait.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace doorward::net {

class TlsEngine {
 public:
  enum class State : std::uint8_t {
    kDone,
    kWantRead,   // again, with the same arguments, once the socket is readable
    kWantWrite,  // the same, writable
    kEnd,        // the peer has closed the connection
    kFailed,     // the protocol is broken, or the socket; nothing more can be said on the connection
  };
  struct Step {
    State state = State::kDone;
    std::size_t size = 0;  // bytes read or written; at least 1 at kDone
  };

  TlsEngine(SSL_CTX* context, int socket);
  TlsEngine(const TlsEngine&) = delete;  // the BIO knows where it is
  TlsEngine& operator=(const TlsEngine&) = delete;

  Step handshake();
  Step read(void* to, std::size_t room);
  // Possibly less than all of it.
  Step write(std::string_view data);
  // Says close_notify; does not wait for the peer's.
  Step shutdown();

  // The socket is about to be closed, and its number given to another: every later step fails.
  void detach() { socket_ = -1; }

  // Bytes are here that the socket will not announce again.
  bool has_pending() const { return SSL_has_pending(ssl_.get()) == 1; }
  // What ALPN chose; empty when nothing.
  std::string_view alpn() const;

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  Step outcome(int result);

  int socket_;  // -1 once detached
  std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace doorward::net
