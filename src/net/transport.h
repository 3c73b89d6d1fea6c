// Internal: the bytes of one connection, plain or TLS, as awaitables. On one I/O thread.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <coroutine>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace doorward::net {

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
  class Read;
  class Write;
  class Handshake;
  class Shutdown;
  Handshake handshake();
  Read read_some(boost::asio::mutable_buffer buffer);
  // Writes all of it. Tries the socket at once and suspends only when the peer is slower than we are.
  Write write(std::string_view data);
  // Ends our side and, with TLS, waits for the peer's close_notify.
  Shutdown shutdown();

  // What ALPN chose; empty without TLS or ALPN.
  std::string_view alpn() const;

  // Reads from the socket under TLS, for bytes that nobody will look at.
  Read discard_some(boost::asio::mutable_buffer buffer);

  // Ends the operations in progress with an error; the connection can still be written to.
  void cancel();
  // Closes the socket. Idempotent.
  void close();

 private:
  using Tls = boost::asio::ssl::stream<Socket&>;

  Socket socket_;
  std::shared_ptr<boost::asio::ssl::context> context_;  // used by tls_, so declared before it
  std::optional<Tls> tls_;
};

// An awaiter that keeps its outcome and is resumed by a completion handler.
class TransportAwaiter {
 public:
  Transport::Outcome await_resume() const noexcept { return outcome_; }

 protected:
  explicit TransportAwaiter(Transport& transport) : transport_(transport) {}

  auto resumes(std::coroutine_handle<> awaiter) {
    return [this, awaiter](Transport::ErrorCode error, std::size_t size = 0) {
      outcome_.error = error;
      outcome_.size += size;
      awaiter.resume();
    };
  }

  Transport& transport_;
  Transport::Outcome outcome_;
};

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
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiter);

 private:
  boost::asio::mutable_buffer buffer_;
  bool raw_;
};

class Transport::Write : public TransportAwaiter {
 public:
  Write(Transport& transport, std::string_view data) : TransportAwaiter(transport), data_(data) {}
  bool await_ready();
  void await_suspend(std::coroutine_handle<> awaiter);

 private:
  std::string_view data_;
};

class Transport::Shutdown : public TransportAwaiter {
 public:
  explicit Shutdown(Transport& transport) : TransportAwaiter(transport) {}
  bool await_ready();
  void await_suspend(std::coroutine_handle<> awaiter);
};

}  // namespace doorward::net
