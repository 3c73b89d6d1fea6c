#include "net/worker.h"

#include <algorithm>
#include <utility>

namespace doorward::net {
namespace {

// Often enough that a timeout is late by at most an eighth of itself, rarely enough to cost nothing: one scan for all
// connections is far cheaper than a timer for each.
Clock::duration tick_interval(const Limits& limits) {
  const auto shortest = std::min({limits.tls_handshake, limits.header_read, limits.body_read, limits.write, limits.idle,
                                  limits.handler, limits.linger});
  return std::clamp<Clock::duration>(shortest / 8, std::chrono::milliseconds(2), std::chrono::seconds(1));
}

constexpr std::chrono::milliseconds kSoonestTick{5};

}  // namespace

IoWorker::IoWorker(async::IoThread& thread, std::shared_ptr<const Site> site)
    : thread_(thread), site_(std::move(site)), tick_every_(tick_interval(site_->limits())), timer_(thread.context()) {}

void IoWorker::adopt(Transport::Socket socket, std::shared_ptr<boost::asio::ssl::context> tls,
                     ConnectionGate::Permit permit, const IpAddress& peer) {
  auto connection = std::make_shared<Connection>(shared_from_this(), site_, std::move(socket), std::move(tls),
                                                 std::move(permit), peer);
  connection->slot = connections_.size();
  connections_.push_back(connection);
  connection->start();
  if (draining_) connection->drain();
  if (!ticking_) tick();
}

void IoWorker::closed(Connection& connection) {
  const std::size_t slot = connection.slot;
  std::swap(connections_[slot], connections_.back());
  connections_[slot]->slot = slot;
  connections_.pop_back();
  release();
}

// Runs while there are connections, so an idle server sleeps.
void IoWorker::tick() {
  ticking_ = !connections_.empty();
  if (!ticking_) return;
  const auto now = Clock::now();
  next_tick_ = now + tick_every_;
  // A tick may close connections, which changes the vector.
  for (const auto& connection : std::vector(connections_)) connection->tick(now);
  wait_for_tick();
}

void IoWorker::wait_for_tick() {
  timer_.expires_at(next_tick_);  // which cancels the wait in progress
  timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
    if (error != boost::asio::error::operation_aborted) self->tick();
  });
}

void IoWorker::tick_by(Clock::time_point when) {
  if (when >= next_tick_) return;
  // A peer chooses its deadlines, and a tick looks at every connection.
  const auto soonest = Clock::now() + kSoonestTick;
  if (soonest >= next_tick_) return;
  next_tick_ = std::max(when, soonest);
  if (ticking_) wait_for_tick();
}

void IoWorker::drain() {
  draining_ = true;
  for (const auto& connection : std::vector(connections_)) connection->drain();
}

void IoWorker::abort() {
  for (const auto& connection : std::vector(connections_)) connection->abort();
}

}  // namespace doorward::net
