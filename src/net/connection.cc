#include "net/connection.h"

#include <array>
#include <boost/asio/error.hpp>
#include <utility>

#include "base/log.h"
#include "net/forwarded.h"

namespace doorward::net {
namespace {

constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";  // RFC 9113 section 3.4
constexpr std::size_t kMostDiscarded = 256 * 1024;                              // while closing

}  // namespace

Connection::Connection(std::shared_ptr<Worker> worker, std::shared_ptr<const Site> site, Transport::Socket socket,
                       std::shared_ptr<boost::asio::ssl::context> tls, ConnectionGate::Permit permit,
                       const IpAddress& peer)
    : worker_(std::move(worker)),
      site_(std::move(site)),
      transport_(std::move(socket), std::move(tls)),
      permit_(std::move(permit)),
      peer_(peer),
      behind_proxy_(site_->trusts(peer)) {
  if (site_->options.observer) site_->options.observer->connection_opened(transport_.tls());
}

Connection::~Connection() {
  if (site_->options.observer) site_->options.observer->connection_closed(transport_.tls());
}

void Connection::start() {
  start_task(run(), [self = shared_from_this()](const std::exception_ptr& error) {
    if (error) log::error("http.connection_failed", {{"peer", to_string(self->peer_)}});
    self->transport_.close();
    self->worker_->closed(*self);
  });
}

void Connection::drain() {
  draining_ = true;
  if (session_) return session_->drain();
  transport_.close();  // no request yet
}

void Connection::abort() {
  transport_.close();
  if (session_) session_->abort();
}

void Connection::tick(Clock::time_point now) {
  if (now >= deadline_) {
    deadline_ = Clock::time_point::max();
    if (!session_) site_->refused(expired_means_);
    transport_.close();
  } else if (session_) {
    session_->tick(now);
  }
}

std::shared_ptr<Exchange> Connection::new_exchange(Protocol protocol) {
  auto exchange = std::make_shared<Exchange>(site_);
  exchange->request.protocol = protocol;
  exchange->request.tls = transport_.tls();
  exchange->request.peer = to_string(unmapped(peer_));
  return exchange;
}

void Connection::settle_peer(Request& request) const {
  if (behind_proxy_) request.peer = to_string(client_address(peer_, request.headers, site_->options.trusted_proxies));
}

// False when the peer went away. `bytes` is then what arrived beyond doubt: the preface, or its first difference.
task<bool> Connection::read_preface(std::string& bytes) {
  // No part of the frame of this coroutine, which may be made a part of run()'s and then lives as long as the
  // connection.
  thread_local std::array<char, 4096> buffer;
  do {
    if (const auto waited = co_await transport_.readable(); waited.error) co_return false;
    const auto [error, size] = transport_.try_read(boost::asio::buffer(buffer));
    if (error == boost::asio::error::would_block) continue;
    if (error) co_return false;
    bytes.append(buffer.data(), size);
  } while (bytes.size() < kHttp2Preface.size() && kHttp2Preface.starts_with(bytes));
  co_return true;
}

task<void> Connection::run() {
  const Limits& limits = site_->limits();
  if (transport_.tls()) {
    deadline_ = Clock::now() + limits.tls_handshake;
    if (const auto handshake = co_await transport_.handshake(); handshake.error) {
      if (!draining_ && deadline_ != Clock::time_point::max()) site_->refused(Refusal::kTlsHandshake);
      co_return;
    }
  }
  deadline_ = Clock::now() + limits.header_read;
  expired_means_ = Refusal::kHeaderTimeout;
  bool http2 = transport_.alpn() == "h2";
  std::string bytes;
  if (!transport_.tls()) {
    if (!co_await read_preface(bytes)) co_return;
    http2 = bytes.starts_with(kHttp2Preface);
  }
  deadline_ = Clock::time_point::max();
  session_ = http2 ? make_http2_session(*this, std::move(bytes)) : make_http1_session(*this, std::move(bytes));
  if (draining_) session_->drain();
  co_await session_->run();
}

task<void> Connection::close_gracefully() {
  deadline_ = Clock::now() + site_->limits().linger;
  co_await transport_.shutdown();
  std::array<char, 4096> buffer;
  for (std::size_t total = 0; total < kMostDiscarded;) {
    const auto [error, size] = co_await transport_.discard_some(boost::asio::buffer(buffer));
    if (error) break;
    total += size;
  }
  transport_.close();
}

}  // namespace doorward::net
