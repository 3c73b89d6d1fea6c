// A small name server on a free port of 127.0.0.1, UDP and TCP, for tests of what Doorward makes of answers: it records
// every question and answers with whatever records the test wants, also wrong ones or none.
//
// Wire: RFC 1035. A message is a header (id, flags, four counts), the question as it came, and answer records whose
// owner is either the question's name (as a pointer, 0xC00C) or written out. On TCP two bytes of length come first.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace doorward::testing {

enum class DnsType : std::uint16_t { kA = 1, kCname = 5, kTxt = 16, kAaaa = 28 };

struct DnsQuestion {
  std::string name;  // lower case
  DnsType type{};
  bool tcp = false;
};

struct DnsRecord {
  std::string owner;  // empty: the name that was asked for
  DnsType type{};
  std::string data;  // as on the wire
  std::uint32_t time_to_live = 60;
};

struct DnsReply {
  std::vector<DnsRecord> records;
  int rcode = 0;                     // 2 server failure, 3 no such name
  bool truncated = false;            // over UDP: no records, ask by TCP
  std::uint16_t other_id = 0;        // combined with the question's id: not zero is an answer to something else
  std::optional<std::string> bytes;  // instead of all of the above
};

class DnsServer {
 public:
  // nullopt: no answer. Called on the server's thread.
  using Handler = std::function<std::optional<DnsReply>(const DnsQuestion&)>;

  static DnsRecord a(std::string_view address, std::uint32_t time_to_live = 60) {
    std::string data(4, '\0');
    inet_pton(AF_INET, std::string(address).c_str(), data.data());
    return {.type = DnsType::kA, .data = data, .time_to_live = time_to_live};
  }
  static DnsRecord aaaa(std::string_view address, std::uint32_t time_to_live = 60) {
    std::string data(16, '\0');
    inet_pton(AF_INET6, std::string(address).c_str(), data.data());
    return {.type = DnsType::kAaaa, .data = data, .time_to_live = time_to_live};
  }
  static DnsRecord cname(std::string_view name, std::uint32_t time_to_live = 60) {
    return {.type = DnsType::kCname, .data = wire_name(name), .time_to_live = time_to_live};
  }
  static DnsRecord txt(const std::vector<std::string>& pieces) {
    DnsRecord record{.type = DnsType::kTxt};
    for (const auto& piece : pieces) record.data += static_cast<char>(piece.size()) + piece;
    return record;
  }

  explicit DnsServer(Handler handler) : handler_(std::move(handler)) {
    udp_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    stop_ = eventfd(0, EFD_CLOEXEC);
    // The same port for both: picked by UDP, and again when TCP has it in use.
    for (int attempt = 0; attempt < 100 && port_ == 0; ++attempt) bind_both();
    if (port_ == 0 || listen(listener_, 64) != 0) throw std::runtime_error("the name server cannot listen");
    thread_ = std::thread([this] { run(); });
  }

  ~DnsServer() {
    eventfd_write(stop_, 1);
    thread_.join();
    for (const int fd : clients_) close(fd);
    for (const int fd : {udp_, listener_, stop_}) close(fd);
  }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;

  std::uint16_t port() const { return port_; }

  std::vector<DnsQuestion> asked() const {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }
  std::size_t asked(DnsType type) const {
    const std::scoped_lock lock(mutex_);
    return static_cast<std::size_t>(
        std::count_if(asked_.begin(), asked_.end(), [&](const auto& q) { return q.type == type; }));
  }
  // Blocks until `count` questions have come in all.
  void wait_for(std::size_t count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_.size() >= count; });
  }

 private:
  static std::string wire_name(std::string_view name) {
    std::string wire;
    while (!name.empty()) {
      const auto dot = std::min(name.find('.'), name.size());
      wire += static_cast<char>(dot);
      wire += name.substr(0, dot);
      name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return wire + '\0';
  }

  static std::string be16(std::size_t value) {
    return {static_cast<char>(value >> 8 & 0xFF), static_cast<char>(value & 0xFF)};
  }

  void bind_both() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(udp_, generic, length) != 0 || getsockname(udp_, generic, &length) != 0) return;
    if (bind(listener_, generic, length) == 0) {
      port_ = ntohs(address.sin_port);
      return;
    }
    close(udp_);
    udp_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  }

  void run() {
    while (true) {
      std::vector<pollfd> fds{{stop_, POLLIN, 0}, {udp_, POLLIN, 0}, {listener_, POLLIN, 0}};
      for (const int fd : clients_) fds.push_back({fd, POLLIN, 0});
      poll(fds.data(), fds.size(), -1);
      if (fds[0].revents != 0) return;
      if (fds[1].revents != 0) answer_datagram();
      if (fds[2].revents != 0) clients_.insert(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
      for (std::size_t i = 3; i < fds.size(); ++i) {
        if (fds[i].revents != 0 && !answer_stream(fds[i].fd)) {
          close(fds[i].fd);
          clients_.erase(fds[i].fd);
        }
      }
    }
  }

  void answer_datagram() {
    std::array<char, 4096> buffer{};
    sockaddr_in peer{};
    socklen_t length = sizeof peer;
    auto* generic = reinterpret_cast<sockaddr*>(&peer);
    const auto count = recvfrom(udp_, buffer.data(), buffer.size(), 0, generic, &length);
    if (count <= 0) return;
    if (const auto reply = answer({buffer.data(), static_cast<std::size_t>(count)}, false)) {
      sendto(udp_, reply->data(), reply->size(), 0, generic, length);
    }
  }

  static bool read_exactly(int fd, char* to, std::size_t count) {
    return recv(fd, to, count, MSG_WAITALL) == static_cast<ssize_t>(count);
  }

  bool answer_stream(int fd) {
    std::array<unsigned char, 2> size{};
    if (!read_exactly(fd, reinterpret_cast<char*>(size.data()), size.size())) return false;
    std::string message(static_cast<std::size_t>(size[0] << 8 | size[1]), '\0');
    if (!read_exactly(fd, message.data(), message.size())) return false;
    if (const auto reply = answer(message, true)) {
      const std::string framed = be16(reply->size()) + *reply;
      return send(fd, framed.data(), framed.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(framed.size());
    }
    return true;
  }

  std::optional<std::string> answer(std::string_view message, bool tcp) {
    constexpr std::size_t kHeaderBytes = 12;
    std::size_t at = kHeaderBytes;
    DnsQuestion question{.tcp = tcp};
    while (at < message.size() && message[at] != 0) {
      const auto label = static_cast<std::size_t>(message[at]);
      if (!question.name.empty()) question.name += '.';
      for (const char c : message.substr(at + 1, label)) question.name += static_cast<char>(std::tolower(c));
      at += label + 1;
    }
    if (at + 5 > message.size()) return std::nullopt;
    question.type = static_cast<DnsType>(static_cast<unsigned char>(message[at + 1]) << 8 |
                                         static_cast<unsigned char>(message[at + 2]));
    {
      const std::scoped_lock lock(mutex_);
      asked_.push_back(question);
      changed_.notify_all();
    }
    const auto reply = handler_(question);
    if (!reply) return std::nullopt;
    if (reply->bytes) return reply->bytes;
    const bool cut = reply->truncated && !tcp;
    const std::size_t count = cut ? 0 : reply->records.size();
    std::string out(message.substr(0, 2));
    out[0] = static_cast<char>(out[0] ^ (reply->other_id >> 8));
    out[1] = static_cast<char>(out[1] ^ (reply->other_id & 0xFF));
    out += static_cast<char>(0x81 | (cut ? 0x02 : 0));       // an answer, recursion desired, perhaps truncated
    out += static_cast<char>(0x80 | (reply->rcode & 0x0F));  // recursion available
    out += be16(1) + be16(count) + be16(0) + be16(0);
    out += message.substr(kHeaderBytes, at + 5 - kHeaderBytes);
    for (const auto& record : reply->records) {
      if (cut) break;
      out += record.owner.empty() ? std::string("\xC0\x0C") : wire_name(record.owner);
      out += be16(static_cast<std::size_t>(record.type)) + be16(1);
      out += be16(record.time_to_live >> 16) + be16(record.time_to_live & 0xFFFF);
      out += be16(record.data.size()) + record.data;
    }
    return out;
  }

  Handler handler_;
  int udp_ = -1;
  int listener_ = -1;
  int stop_ = -1;
  std::uint16_t port_ = 0;
  std::set<int> clients_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<DnsQuestion> asked_;
  std::thread thread_;
};

}  // namespace doorward::testing
