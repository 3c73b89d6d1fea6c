// Internal: a server's share of one I/O thread.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "async/io_context.h"
#include "net/connection.h"

namespace doorward::net {

class IoWorker final : public Worker, public std::enable_shared_from_this<IoWorker> {
 public:
  IoWorker(async::IoThread& thread, std::shared_ptr<const Site> site);

  // -- any thread
  async::IoThread& thread() { return thread_; }
  // Connections here, with those on their way: what the balance goes by.
  std::size_t load() const { return load_.load(std::memory_order_relaxed); }
  void reserve() { load_.fetch_add(1, std::memory_order_relaxed); }
  void release() { load_.fetch_sub(1, std::memory_order_relaxed); }

  // -- on its thread
  // Takes over a place from reserve().
  void adopt(Transport::Socket socket, std::shared_ptr<boost::asio::ssl::context> tls, ConnectionGate::Permit permit,
             const IpAddress& peer);
  void drain();
  void abort();
  void closed(Connection& connection) override;
  void tick_by(Clock::time_point when) override;
  std::string_view date() override { return date_.get(site_->options.now()); }

 private:
  void tick();
  void wait_for_tick();

  async::IoThread& thread_;
  const std::shared_ptr<const Site> site_;
  const Clock::duration tick_every_;
  boost::asio::steady_timer timer_;
  Clock::time_point next_tick_;
  bool ticking_ = false;
  bool draining_ = false;
  std::vector<std::shared_ptr<Connection>> connections_;  // Connection::slot is the index
  DateCache date_;
  std::atomic<std::size_t> load_{0};
};

}  // namespace doorward::net
