// For tests of net: a server on loopback with small limits, a handler by path, and what the observer saw.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <semaphore>
#include <thread>

#include "base/completion.h"
#include "net/router.h"
#include "net/server.h"
#include "tests/support/socket_client.h"

namespace doorward::net {

class RecordingObserver final : public Observer {
 public:
  void connection_opened(bool) override {
    note([this] { ++open; });
  }
  void connection_closed(bool) override {
    note([this] { --open; });
  }
  void request_started(Protocol) override {
    note([this] { ++started; });
  }
  void request_finished(Protocol, int status, std::chrono::microseconds) override {
    note([&] { ++finished[status]; });
  }
  void refused(Refusal refusal) override {
    note([&] { ++refusals[refusal]; });
  }
  void handler_failed() override {
    note([this] { ++failures; });
  }

  // Waits until `holds(*this)`; fails the test otherwise.
  template <class Holds>
  void wait_for(Holds holds) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, doorward::testing::SocketClient::kPatience, [&] { return holds(*this); }));
  }
  int count(Refusal refusal) {
    std::lock_guard lock(mutex_);
    return refusals[refusal];
  }
  void wait_for_refusal(Refusal refusal) {
    SCOPED_TRACE(refusal_name(refusal));
    wait_for([&](RecordingObserver& seen) { return seen.refusals[refusal] > 0; });
  }

  int open = 0, started = 0, failures = 0;
  std::map<int, int> finished;
  std::map<Refusal, int> refusals;

 private:
  template <class Change>
  void note(Change change) {
    std::lock_guard lock(mutex_);
    change();
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
};

// Holds handlers back until it is opened.
class Gate {
 public:
  task<void> pass() {
    co_await Completion<bool>([this](Completion<bool>::Deliver deliver) {
      std::lock_guard lock(mutex_);
      ++arrived_;
      changed_.notify_all();
      if (open_) return deliver(true);
      waiting_.push_back(std::move(deliver));
    });
  }
  void wait_for_arrivals(int count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, doorward::testing::SocketClient::kPatience, [&] { return arrived_ >= count; }));
  }
  void open() {
    std::vector<Completion<bool>::Deliver> released;
    {
      std::lock_guard lock(mutex_);
      open_ = true;
      released.swap(waiting_);
    }
    for (auto& deliver : released) deliver(true);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Completion<bool>::Deliver> waiting_;
  int arrived_ = 0;
  bool open_ = false;
};

// Paths: /echo (what net made of the request), /body (the body back), /big?N (N bytes), /stream?N (N pieces of 1000
// bytes and a trailer), /wait (until gate.open()), /throw, /throw-early, /status?N,
// /evil-header, /peer (Request::peer).
// /talk streams: each piece of the body in <>, then "end"; ends after `patience` of silence. A field x-patience-ms
// says how long the caller waits for any path.
class ServerFixture : public ::testing::Test {
 protected:
  using SocketClient = doorward::testing::SocketClient;

  ~ServerFixture() override { gate.open(); }

  Server& start(Limits limits = {}, std::shared_ptr<TlsContext> tls = nullptr) {
    ServerOptions options;
    options.limits = limits;
    options.handler = [this](const Request& request) { return handle(request); };
    options.next_request_id = [n = std::make_shared<std::atomic<int>>(0)] { return "req_" + std::to_string(++*n); };
    options.now = [] { return from_micros(1'795'330'226'000'000); };
    options.observer = observer;
    options.streams = [](const Request& request) { return request.path == "/talk"; };
    options.patience = [](const Request& request) -> std::optional<std::chrono::nanoseconds> {
      const std::string* sent = find_header(request.headers, "x-patience-ms");
      if (sent == nullptr) return std::nullopt;
      return std::chrono::milliseconds(std::stoi(*sent));
    };
    if (says_late)
      options.too_late = [](const Request& request) { return text_response(504, request.path + " is late"); };
    options.trusted_proxies = trusted_proxies;
    server = std::make_unique<Server>(threads, std::move(options));
    const auto bound = tls ? server->listen({{{"127.0.0.1"}, 0}}, tls) : server->listen({{{"127.0.0.1"}, 0}});
    EXPECT_TRUE(bound) << bound.error().message;
    port = bound->front().port;
    return *server;
  }

  task<Response> handle(const Request& request);

  // Sends one request on a new connection and reads all that comes.
  std::string exchange(std::string_view bytes) {
    SocketClient client(port);
    client.send(bytes);
    return client.read_to_end();
  }

  std::shared_ptr<RecordingObserver> observer = std::make_shared<RecordingObserver>();
  IpNetworks trusted_proxies;  // set before start()
  Gate gate;
  std::chrono::milliseconds patience{50};  // of /talk
  bool says_late = false;                  // an edge with a form of its own for late answers
  async::IoThreads threads{2};
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

}  // namespace doorward::net
