// Internal to the resolver: the thread that drives c-ares, and the questions that are open.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/completion.h"
#include "base/result.h"
#include "base/task.h"
#include "net/outbound/cares_resolver.h"

struct ares_channeldata;
struct ares_addrinfo;

namespace doorward::net {

struct Question {
  enum class Kind : std::uint8_t { kAddresses, kTexts };
  Kind kind;
  std::string name;  // canonical

  friend auto operator<=>(const Question&, const Question&) = default;
};

struct Answer {
  std::vector<IpAddress> addresses;
  std::vector<std::string> texts;
};

class CaresResolver::Worker {
 public:
  explicit Worker(ResolverOptions options);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void stop();

  // Any thread. An empty list: known not to exist.
  std::optional<DnsCache::Addresses> find(std::string_view name);
  task<Result<Answer>> ask(Question question, SteadyTime deadline);

 private:
  using Deliver = Completion<Result<Answer>>::Deliver;
  struct Waiter {
    SteadyTime deadline;
    Deliver deliver;
  };
  // One question at the servers. c-ares keeps a pointer to it until it calls back.
  struct Lookup {
    Worker* worker;
    Question question;
    std::vector<Waiter> waiters;
  };
  struct Asked {
    Question question;
    Waiter waiter;
  };

  void submit(Question question, Waiter waiter);
  void open_channel();

  // On the worker's thread.
  void run();
  bool take_asked();
  void start(Asked asked);
  void poll_once();
  int milliseconds_to_poll() const;
  void expire();
  void finish(Lookup& lookup, const Result<Answer>& outcome);

  static void on_addresses(void* lookup, int status, int timeouts, ares_addrinfo* found);
  static void on_texts(void* lookup, int status, int timeouts, unsigned char* message, int length);
  static void on_socket(void* self, int fd, int readable, int writable);

  const ResolverOptions options_;
  ares_channeldata* channel_ = nullptr;
  int wake_fd_ = -1;
  std::map<int, short> sockets_;  // of c-ares, with the poll() events it waits for
  std::map<Question, std::unique_ptr<Lookup>> open_;

  std::mutex mutex_;
  std::vector<Asked> asked_;  // guarded by mutex_
  std::size_t waiting_ = 0;   // asked and not answered; guarded by mutex_
  bool stopping_ = false;     // guarded by mutex_
  DnsCache cache_;            // guarded by mutex_

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace doorward::net
