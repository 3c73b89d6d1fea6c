// A blocking loopback client that sends and reads exactly the bytes a test says. Every wait ends after kPatience, so a
// broken server fails a test instead of hanging it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace doorward::testing {

class SocketClient {
 public:
  static constexpr std::chrono::milliseconds kPatience{10'000};

  // `from` is the IPv4 address to connect from, when not the usual one.
  explicit SocketClient(std::uint16_t port, const std::string& address = "127.0.0.1", int receive_buffer = 0,
                        const char* from = nullptr) {
    const bool v6 = address.find(':') != std::string::npos;
    socket_ = ::socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    if (receive_buffer > 0) setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in6 to6{};
    to6.sin6_family = AF_INET6;
    to6.sin6_port = htons(port);
    sockaddr_in to4{};
    to4.sin_family = AF_INET;
    to4.sin_port = htons(port);
    if (v6)
      inet_pton(AF_INET6, address.c_str(), &to6.sin6_addr);
    else
      inet_pton(AF_INET, address.c_str(), &to4.sin_addr);
    if (from != nullptr) {
      sockaddr_in own{};
      own.sin_family = AF_INET;
      inet_pton(AF_INET, from, &own.sin_addr);
      ::bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own);
    }
    const auto* to = v6 ? reinterpret_cast<const sockaddr*>(&to6) : reinterpret_cast<const sockaddr*>(&to4);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connected_ = ::connect(socket_, to, v6 ? sizeof to6 : sizeof to4) == 0;
  }
  ~SocketClient() {
    if (socket_ >= 0) ::close(socket_);
  }
  SocketClient(const SocketClient&) = delete;
  SocketClient& operator=(const SocketClient&) = delete;

  bool connected() const { return connected_; }
  int descriptor() const { return socket_; }

  // False when the server has closed the connection.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  // Reads once into the buffer; false at the end of the stream. Throws when nothing comes.
  bool read_some() {
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(kPatience.count())) <= 0) throw std::runtime_error("no answer");
    std::array<char, 16384> buffer;
    const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (size <= 0) return false;
    received_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }

  // True as soon as bytes or the end of the stream can be read.
  bool is_readable_within(std::chrono::milliseconds at_most) {
    pollfd waiting{socket_, POLLIN, 0};
    return ::poll(&waiting, 1, static_cast<int>(at_most.count())) > 0;
  }

  // Reads and forgets at most `size` bytes; false at the end of the stream.
  bool skip(std::size_t size) {
    std::string bytes(size, '\0');
    return ::recv(socket_, bytes.data(), size, 0) > 0;
  }

  // What has been read and not yet taken.
  std::string take_received() { return take(received_.size()); }

  // Everything up to and with `end`; throws when the stream ends before.
  std::string read_until(std::string_view end) {
    std::size_t at;
    while ((at = received_.find(end)) == std::string::npos) {
      if (!read_some()) throw std::runtime_error("closed after: " + received_);
    }
    return take(at + end.size());
  }
  std::string read_exactly(std::size_t size) {
    while (received_.size() < size) {
      if (!read_some()) throw std::runtime_error("closed after: " + received_);
    }
    return take(size);
  }
  std::string read_to_end() {
    while (read_some()) {
    }
    return take(received_.size());
  }

  // One HTTP/1.1 response framed by content-length (or without a body): head and body.
  std::pair<std::string, std::string> read_response() {
    std::string head = read_until("\r\n\r\n");
    const std::size_t at = head.find("content-length: ");
    return {head, at == std::string::npos ? std::string() : read_exactly(std::stoul(head.substr(at + 16)))};
  }

 private:
  std::string take(std::size_t size) {
    std::string taken = received_.substr(0, size);
    received_.erase(0, size);
    return taken;
  }

  int socket_ = -1;
  bool connected_ = false;
  std::string received_;
};

}  // namespace doorward::testing
