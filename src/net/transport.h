// Internal: the bytes of one connection, plain or TLS, as awaitables. On one I/O thread.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <coroutine>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "net/tls_engine.h"

namespace boost::asio::ssl {
class context;
}

namespace doorward::net {

class TransportAwaiter;

class Transport {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using ErrorCode = boost::system::error_code;
  struct Outcome {
    ErrorCode error;
    std::size_t size = 0;
  };

  // Plain without `context`. Sets TCP_NODELAY and non-blocking mode.
  Transport(Socket socket, std::shared_ptr<boost::asio::ssl::context> context);

  bool tls() const { return tls_.has_value(); }

  // One operation of each kind at a time; a read and a write may overlap. All end with an error after close().
  class Handshake;
  class Read;
  class Readable;
  class Write;
  class Shutdown;
  Handshake handshake();
  Read read_some(boost::asio::mutable_buffer buffer);
  // Until try_read() is worth a call: for those who keep no buffer while they wait.
  Readable readable();
  // What is there now: would_block when it is nothing.
  Outcome try_read(boost::asio::mutable_buffer buffer);
  // Writes all of it. Tries the socket at once and suspends only when the peer is slower than we are.
  Write write(std::string_view data);
  // Ends our side, with TLS after a close_notify.
  Shutdown shutdown();

  // What ALPN chose; empty without TLS or ALPN.
  std::string_view alpn() const { return tls_ ? tls_->alpn() : std::string_view(); }

  // Reads from the socket under TLS, for bytes that nobody will look at.
  Read discard_some(boost::asio::mutable_buffer buffer);

  // Ends the operations in progress with an error; the connection can still be written to.
  void cancel();
  // Closes the socket. Idempotent.
  void close();

 private:
  friend TransportAwaiter;

  Socket socket_;
  std::shared_ptr<boost::asio::ssl::context> context_;  // used by tls_, so declared before it
  std::optional<TlsEngine> tls_;
  // What the last try_read() needs before the next: TLS holds part of a record, or must write first.
  std::optional<boost::asio::socket_base::wait_type> read_wants_;
  std::size_t cancels_ = 0;  // calls of cancel(): a TLS operation may be between two waits when it comes
};

// An awaiter that keeps its outcome and is resumed by a completion handler.
class TransportAwaiter {
 public:
  Transport::Outcome await_resume() const noexcept { return outcome_; }

 protected:
  explicit TransportAwaiter(Transport& transport);

  auto resumes(std::coroutine_handle<> awaiter) {
    return [this, awaiter](Transport::ErrorCode error, std::size_t size = 0) {
      outcome_.error = error;
      outcome_.size += size;
      awaiter.resume();
    };
  }

  // Notes what a step of TLS came to; true when the operation has ended.
  bool ended_by(const TlsEngine::Step& step);
  // Waits for what the last step wanted, again and again until `attempt()` is true.
  template <class Attempt>
  void drive(std::coroutine_handle<> awaiter, Attempt attempt);

  Transport& transport_;
  Transport::Outcome outcome_;
  const std::size_t cancels_;  // of the transport when the operation began
  boost::asio::socket_base::wait_type wanted_ = boost::asio::socket_base::wait_read;
};

inline TransportAwaiter::TransportAwaiter(Transport& transport) : transport_(transport), cancels_(transport.cancels_) {}

class Transport::Handshake : public TransportAwaiter {
 public:
  explicit Handshake(Transport& transport) : TransportAwaiter(transport) {}
  bool await_ready() const noexcept { return !transport_.tls_; }
  void await_suspend(std::coroutine_handle<> awaiter);
};

class Transport::Read : public TransportAwaiter {
 public:
  Read(Transport& transport, boost::asio::mutable_buffer buffer, bool raw)
      : TransportAwaiter(transport), buffer_(buffer), raw_(raw) {}
  bool await_ready();
  void await_suspend(std::coroutine_handle<> awaiter);

 private:
  bool attempt();

  boost::asio::mutable_buffer buffer_;
  bool raw_;
};

class Transport::Readable : public TransportAwaiter {
 public:
  explicit Readable(Transport& transport) : TransportAwaiter(transport) {}
  bool await_ready() const noexcept {
    return transport_.tls_ && !transport_.read_wants_ && transport_.tls_->has_pending();
  }
  void await_suspend(std::coroutine_handle<> awaiter);
};

class Transport::Write : public TransportAwaiter {
 public:
  Write(Transport& transport, std::string_view data) : TransportAwaiter(transport), data_(data) {}
  bool await_ready();
  void await_suspend(std::coroutine_handle<> awaiter);

 private:
  bool attempt();

  std::string_view data_;
};

class Transport::Shutdown : public TransportAwaiter {
 public:
  explicit Shutdown(Transport& transport) : TransportAwaiter(transport) {}
  bool await_ready();
  void await_suspend(std::coroutine_handle<> awaiter);

 private:
  bool attempt();
};

}  // namespace doorward::net
