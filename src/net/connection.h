// Internal: one connection, from accept to close. Everything here runs on the connection's I/O thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/task.h"
#include "net/date.h"
#include "net/exchange.h"
#include "net/site.h"
#include "net/transport.h"

namespace doorward::net {

class Connection;

// An idle connection gives back its buffers then: soon enough that thousands can wait, late enough that a busy one
// keeps them from request to request.
inline constexpr std::chrono::milliseconds kRestAfter{250};

// What speaks HTTP on a connection once its protocol is known.
class Session {
 public:
  virtual ~Session() = default;
  // Until the connection is to be closed.
  virtual task<void> run() = 0;
  // Finish what is in flight, take nothing new.
  virtual void drain() = 0;
  // Called every few milliseconds to seconds (Worker): checks deadlines.
  virtual void tick(Clock::time_point now) = 0;
  // The transport is closed: wait for no handler any more.
  virtual void abort() = 0;
};

// The connections of one I/O thread, their shared tick, and its Date header.
class Worker {
 public:
  virtual ~Worker() = default;
  virtual void closed(Connection& connection) = 0;
  virtual std::string_view date() = 0;
  // A deadline that the next tick may come too late for.
  virtual void tick_by(Clock::time_point when) = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<Worker> worker, std::shared_ptr<const Site> site, Transport::Socket socket,
             std::shared_ptr<boost::asio::ssl::context> tls, ConnectionGate::Permit permit, const IpAddress& peer);
  ~Connection();

  // Runs it to its end; Worker::closed then.
  void start();
  void drain();
  void tick(Clock::time_point now);
  void abort();

  // -- for its session
  Transport& transport() { return transport_; }
  const Limits& limits() const { return site_->limits(); }
  const std::shared_ptr<const Site>& site() const { return site_; }
  std::string_view date() { return worker_->date(); }
  void tick_by(Clock::time_point when) { worker_->tick_by(when); }
  std::shared_ptr<Exchange> new_exchange(Protocol protocol);
  // Once the header is complete: behind a trusted proxy Request::peer is who the proxy says it is.
  void settle_peer(Request& request) const;

  // Our side says no more; reads on for a moment, so that the peer can read what we said before the reset that closing
  // with unread bytes would send (RFC 9112 section 9.6).
  task<void> close_gracefully();

  std::size_t slot = 0;  // the Worker's

 private:
  task<void> run();
  task<bool> read_preface(std::string& bytes);

  const std::shared_ptr<Worker> worker_;
  const std::shared_ptr<const Site> site_;
  Transport transport_;
  const ConnectionGate::Permit permit_;
  const IpAddress peer_;
  const bool behind_proxy_;
  std::unique_ptr<Session> session_;
  // Of the phases before and after the session; `max` means none.
  Clock::time_point deadline_ = Clock::time_point::max();
  Refusal expired_means_ = Refusal::kTlsHandshake;
  bool draining_ = false;
};

// `bytes` were already read from the connection.
std::unique_ptr<Session> make_http1_session(Connection& connection, std::string bytes);
std::unique_ptr<Session> make_http2_session(Connection& connection, std::string bytes);

}  // namespace doorward::net
