#include "receiver.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

#include "wire.h"

namespace {

constexpr std::string_view kDone = "HTTP/1.1 204 No Content\r\n\r\n";
constexpr std::string_view kBroken = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";

[[noreturn]] void fail(const char* what) { throw std::runtime_error(std::string(what) + ": " + std::strerror(errno)); }

std::size_t content_length(std::string_view head) {
  for (auto line = head.find("\r\n"); line != std::string_view::npos; line = head.find("\r\n", line + 2)) {
    constexpr std::string_view kName = "content-length:";
    if (head.size() - line - 2 < kName.size() || strncasecmp(head.data() + line + 2, kName.data(), kName.size()) != 0) {
      continue;
    }
    auto value = head.substr(line + 2 + kName.size());
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    std::size_t length = 0;
    std::from_chars(value.data(), value.data() + value.size(), length);
    return length;
  }
  return 0;
}

std::string_view data_id(std::string_view body) {
  constexpr std::string_view kId = "\"id\": \"";
  const auto data = body.find("\"data\": {");
  if (data == std::string_view::npos) return {};
  auto at = body.find(kId, data);
  if (at == std::string_view::npos) return {};
  at += kId.size();
  return body.substr(at, body.find('"', at) - at);
}

}  // namespace

int Receivers::add(Behaviour behaviour) {
  auto peer = std::make_unique<Peer>();
  peer->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (peer->socket < 0) fail("socket");
  peer->listens = true;
  peer->receiver = listeners_.size();
  peer->behaviour = behaviour;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(peer->socket, reinterpret_cast<const sockaddr*>(&address), size) != 0) fail("bind");
  if (getsockname(peer->socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) fail("getsockname");
  if (behaviour != Behaviour::kRefusing) {
    if (listen(peer->socket, SOMAXCONN) != 0) fail("listen");
    epoll_event event{.events = EPOLLIN, .data = {.ptr = peer.get()}};
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, peer->socket, &event) != 0) fail("epoll_ctl");
  }
  listeners_.push_back(std::move(peer));
  return ntohs(address.sin_port);
}

void Receivers::ready(Peer& peer) {
  if (peer.listens) {
    accept_from(peer);
  } else {
    read(peer);
  }
}

void Receivers::accept_from(Peer& listener) {
  while (true) {
    const int accepted = accept4(listener.socket, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted < 0) {
      if (errno == EAGAIN || errno == ECONNABORTED) return;
      fail("accept");
    }
    const int on = 1;
    setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto* peer =
        new Peer{.socket = accepted, .receiver = listener.receiver, .behaviour = listener.behaviour, .buffer = {}};
    epoll_event event{.events = EPOLLIN, .data = {.ptr = peer}};
    if (epoll_ctl(poll_, EPOLL_CTL_ADD, accepted, &event) != 0) fail("epoll_ctl");
  }
}

// A connection lives until its client ends it.
void Receivers::read(Peer& peer) {
  const auto got = recv(peer.socket, input_.data(), input_.size(), 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    close(peer.socket);
    delete &peer;
    return;
  }
  if (peer.behaviour == Behaviour::kSilent) return;
  peer.buffer.append(input_.data(), static_cast<std::size_t>(got));
  while (take_request(peer)) send_all(peer.socket, peer.behaviour == Behaviour::kBreaks ? kBroken : kDone);
}

bool Receivers::take_request(Peer& peer) {
  const auto end = peer.buffer.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const std::string_view all(peer.buffer);
  const auto body_size = content_length(all.substr(0, end + 2));
  if (all.size() < end + 4 + body_size) return false;
  if (peer.behaviour == Behaviour::kAnswers) on_arrival_(peer.receiver, data_id(all.substr(end + 4, body_size)));
  peer.buffer.erase(0, end + 4 + body_size);
  return true;
}
