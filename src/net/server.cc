#include "net/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "async/use_task.h"
#include "base/log.h"
#include "net/http2_memory.h"
#include "net/tls_context.h"
#include "net/worker.h"

namespace doorward::net {
namespace {

namespace asio = boost::asio;
using boost::asio::ip::tcp;
using boost::system::error_code;

// What is cut off ends as soon as its thread gets to it; only a body stream that waits for its producer can be later.
constexpr std::chrono::milliseconds kAbortAtMost{1000};
constexpr int kBacklog = 1024;
// Both families must get the same picked port; another program may hold it in one of them.
constexpr int kPortAttempts = 20;
// After "too many open files" and the like: let connections end before the next try.
constexpr std::chrono::milliseconds kAcceptPause{50};

IpAddress ip_address(const asio::ip::address& address) {
  IpAddress result;
  result.v6 = address.is_v6();
  const auto copy = [&](const auto& bytes) { std::ranges::copy(bytes, result.bytes.begin()); };
  if (result.v6) {
    copy(address.to_v6().to_bytes());
  } else {
    copy(address.to_v4().to_bytes());
  }
  return result;
}

}  // namespace

// One bound socket. Accepts on the first I/O thread and hands each connection to the thread with the fewest.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  Listener(async::IoThread& home, std::shared_ptr<TlsContext> tls)
      : acceptor(home.context()), pause_(home.context()), tls_(std::move(tls)) {}

  error_code bind(const std::string& address, std::uint16_t port) {
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(address, error), port);
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(kBacklog, error);
    return error;
  }

  std::uint16_t port() const {
    error_code ignored;
    return acceptor.local_endpoint(ignored).port();
  }

  task<void> accept_loop(std::shared_ptr<const Site> site, std::vector<std::shared_ptr<IoWorker>> workers) {
    const auto self = shared_from_this();
    while (acceptor.is_open()) {
      auto& worker = **std::ranges::min_element(workers, {}, [](const auto& w) { return w->load(); });
      auto [error, socket] = co_await acceptor.async_accept(worker.thread().context(), async::use_task);
      if (!acceptor.is_open()) break;
      if (error) {
        log::warning("http.accept_failed", {{"error", error.message()}});
        pause_.expires_after(kAcceptPause);
        co_await pause_.async_wait(async::use_task);
        continue;
      }
      admit(*site, worker, std::move(socket));
    }
  }

  void close() {
    error_code ignored;
    acceptor.close(ignored);
    pause_.cancel();
  }

  bool tls() const { return tls_ != nullptr; }

  tcp::acceptor acceptor;

 private:
  void admit(const Site& site, IoWorker& worker, tcp::socket socket) {
    error_code error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // already gone
    const IpAddress peer = ip_address(endpoint.address());
    auto permit = site.gate->admit(peer, site.trusts(peer));
    if (const Refusal* refusal = std::get_if<Refusal>(&permit)) return site.refused(*refusal);
    worker.reserve();
    worker.thread().post(
        [target = worker.shared_from_this(), socket = std::move(socket), context = tls_ ? tls_->current() : nullptr,
         place = std::get<ConnectionGate::Permit>(std::move(permit)),
         peer]() mutable { target->adopt(std::move(socket), std::move(context), std::move(place), peer); });
  }

  asio::steady_timer pause_;
  const std::shared_ptr<TlsContext> tls_;
};

struct Server::State {
  State(async::IoThreads& t, ServerOptions options)
      : threads(t), site(std::make_shared<const Site>(std::move(options))) {
    for (std::size_t i = 0; i < threads.size(); ++i) {
      workers.push_back(std::make_shared<IoWorker>(threads.thread(i), site));
    }
  }

  Result<std::vector<std::shared_ptr<Listener>>> bind(const ListenAddress& where, std::shared_ptr<TlsContext> tls);
  void on_every_thread(void (IoWorker::*what)()) {
    for (std::size_t i = 0; i < workers.size(); ++i) {
      threads.run_on(i, [&] { (*workers[i].*what)(); });
    }
  }
  void stop_accepting() {
    threads.run_on(0, [this] {
      for (const auto& listener : listeners) listener->close();
    });
  }

  async::IoThreads& threads;
  const std::shared_ptr<const Site> site;
  std::vector<std::shared_ptr<IoWorker>> workers;
  std::vector<std::shared_ptr<Listener>> listeners;
  std::vector<BoundAddress> bound;
};

// All addresses of one host on one port.
Result<std::vector<std::shared_ptr<Listener>>> Server::State::bind(const ListenAddress& where,
                                                                   std::shared_ptr<TlsContext> tls) {
  error_code error;
  for (int attempt = 0; attempt < (where.port == 0 ? kPortAttempts : 1); ++attempt) {
    std::vector<std::shared_ptr<Listener>> opened;
    std::uint16_t port = where.port;
    error.clear();
    for (const std::string& address : where.addresses) {
      auto listener = std::make_shared<Listener>(threads.thread(0), tls);
      const error_code failed = listener->bind(address, port);
      if (!failed) {
        port = listener->port();
        opened.push_back(std::move(listener));
      } else if (where.addresses.size() == 1 || (failed != asio::error::address_family_not_supported &&
                                                 failed != boost::system::errc::address_not_available)) {
        error = failed;  // a machine without one family still serves localhost on the other
      }
    }
    if (!error && !opened.empty()) return opened;
  }
  return failure(Reason::kInvalidArgument,
                 fmt::format("cannot listen on {}: {}", to_string({where.addresses.front(), where.port}),
                             error ? error.message() : "no such address here"));
}

Server::Server(async::IoThreads& threads, ServerOptions options) {
  if (!options.handler || !options.next_request_id || !options.now) {
    throw std::logic_error("a server needs a handler, request ids and a clock");
  }
  state_ = std::make_shared<State>(threads, std::move(options));
}

Server::~Server() { drain(std::chrono::milliseconds(0)); }

Result<std::vector<BoundAddress>> Server::listen(const std::vector<ListenAddress>& where) {
  return listen(where, nullptr);
}

Result<std::vector<BoundAddress>> Server::listen(const std::vector<ListenAddress>& where,
                                                 std::shared_ptr<TlsContext> tls) {
  std::vector<std::shared_ptr<Listener>> opened;
  for (const ListenAddress& one : where) {
    DOORWARD_TRY(auto some, state_->bind(one, tls));
    std::ranges::move(some, std::back_inserter(opened));
  }
  std::vector<BoundAddress> bound;
  for (const auto& listener : opened) {
    const auto endpoint = listener->acceptor.local_endpoint();
    bound.push_back({endpoint.address().to_string(), endpoint.port(), tls != nullptr});
  }
  state_->threads.run_on(0, [&] {
    for (const auto& listener : opened) {
      start_task(listener->accept_loop(state_->site, state_->workers), [](const std::exception_ptr& error) {
        if (error) log::error("http.accept_loop_failed");
      });
    }
  });
  std::ranges::move(opened, std::back_inserter(state_->listeners));
  std::ranges::copy(bound, std::back_inserter(state_->bound));
  return bound;
}

std::vector<BoundAddress> Server::bound() const { return state_->bound; }

std::size_t mapped_bytes() { return Http2Memory::mapped(); }

std::size_t Server::connections() const { return state_->site->gate->open(); }

bool Server::drain(std::chrono::milliseconds at_most) {
  state_->stop_accepting();
  state_->on_every_thread(&IoWorker::drain);
  const bool all = state_->site->gate->wait_empty(at_most);
  if (!all) {
    state_->on_every_thread(&IoWorker::abort);
    state_->site->gate->wait_empty(kAbortAtMost);
    // Handlers that were told of it by way of their threads' queues have run when these return.
    for (std::size_t i = 0; i < state_->threads.size(); ++i) state_->threads.run_on(i, [] {});
  }
  return all;
}

}  // namespace doorward::net
