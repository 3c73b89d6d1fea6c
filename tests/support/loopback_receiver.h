// A small HTTP/1.1 server on a free port of 127.0.0.1 for tests of what Doorward sends: it records every request and
// answers with whatever bytes the test wants, also wrong ones or none.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cctype>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace doorward::testing {

struct ReceivedRequest {
  std::string method;
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  int connection = 0;  // counts from 1 in the order of acceptance
};

class LoopbackReceiver {
 public:
  // The bytes to answer with; nullopt: no answer while the receiver lives. Called on the connection's thread.
  using Handler = std::function<std::optional<std::string>(const ReceivedRequest&)>;

  static std::string answer(int status, std::string_view body = "", std::string_view more_headers = "") {
    return "HTTP/1.1 " + std::to_string(status) + " X\r\ncontent-length: " + std::to_string(body.size()) + "\r\n" +
           std::string(more_headers) + "\r\n" + std::string(body);
  }

  // `greeting` is written as soon as somebody connects.
  explicit LoopbackReceiver(
      Handler handler = [](const ReceivedRequest&) { return answer(200); }, std::uint16_t port = 0,
      std::string greeting = "")
      : handler_(std::move(handler)), greeting_(std::move(greeting)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, length) != 0 || listen(listener_, 512) != 0 ||
        getsockname(listener_, generic, &length) != 0) {
      throw std::runtime_error("the receiver cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~LoopbackReceiver() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
    {
      std::lock_guard lock(mutex_);
      for (const int open : open_) shutdown(open, SHUT_RDWR);
      changed_.notify_all();
    }
    for (auto& thread : connections_) thread.join();
  }

  std::uint16_t port() const { return port_; }
  std::string url(std::string_view path = "/webhook") const {
    return "http://127.0.0.1:" + std::to_string(port_) + std::string(path);
  }

  std::vector<ReceivedRequest> received() const {
    std::lock_guard lock(mutex_);
    return received_;
  }

  // Blocks until `count` requests have come in all; the test's own time limit is the only one.
  std::vector<ReceivedRequest> wait_for(std::size_t count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return received_.size() >= count; });
    return received_;
  }

  // Blocks until `count` connections have been closed in all.
  void wait_closed(std::size_t count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return closed_ >= count; });
  }

 private:
  void accept_all() {
    while (!stopping_) {
      const int accepted = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (accepted < 0) continue;
      std::lock_guard lock(mutex_);
      open_.insert(accepted);
      const int number = static_cast<int>(connections_.size()) + 1;
      connections_.emplace_back([this, accepted, number] {
        serve(accepted, number);
        std::lock_guard closing(mutex_);
        open_.erase(accepted);
        close(accepted);
        ++closed_;
        changed_.notify_all();
      });
    }
  }

  void serve(int fd, int number) {
    if (!write_all(fd, greeting_)) return;
    std::string input;
    while (auto request = read_request(fd, input)) {
      request->connection = number;
      {
        std::lock_guard lock(mutex_);
        received_.push_back(*request);
        changed_.notify_all();
      }
      const auto bytes = handler_(*request);
      if (!bytes) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return stopping_.load(); });
        return;
      }
      if (!write_all(fd, *bytes)) return;
    }
  }

  static bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const auto written = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
  }

  static bool read_more(int fd, std::string& input) {
    char buffer[8192];
    const auto count = recv(fd, buffer, sizeof buffer, 0);
    if (count <= 0) return false;
    input.append(buffer, static_cast<std::size_t>(count));
    return true;
  }

  static std::optional<ReceivedRequest> read_request(int fd, std::string& input) {
    std::size_t head_end = 0;
    while ((head_end = input.find("\r\n\r\n")) == std::string::npos) {
      if (!read_more(fd, input)) return std::nullopt;
    }
    ReceivedRequest request;
    std::string_view head = std::string_view(input).substr(0, head_end);
    const auto line = next_line(head);
    const auto first_space = line.find(' ');
    const auto last_space = line.rfind(' ');
    request.method = line.substr(0, first_space);
    request.path = line.substr(first_space + 1, last_space - first_space - 1);
    while (!head.empty()) {
      const auto header = next_line(head);
      const auto colon = header.find(": ");
      std::string name(header.substr(0, colon));
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      request.headers[name] = header.substr(colon + 2);
    }
    const auto length = request.headers.find("content-length");
    const std::size_t body_size = length == request.headers.end() ? 0 : std::stoul(length->second);
    while (input.size() < head_end + 4 + body_size) {
      if (!read_more(fd, input)) return std::nullopt;
    }
    request.body = input.substr(head_end + 4, body_size);
    input.erase(0, head_end + 4 + body_size);
    return request;
  }

  static std::string_view next_line(std::string_view& text) {
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    return line;
  }

  Handler handler_;
  std::string greeting_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread acceptor_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<ReceivedRequest> received_;
  std::set<int> open_;
  std::size_t closed_ = 0;
  std::vector<std::thread> connections_;
};

}  // namespace doorward::testing
