#include "net/outbound/cares_worker.h"

#define CARES_NO_DEPRECATED  // the calls of the oldest supported release
#include <ares.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>

#include "base/log.h"
#include "net/outbound/egress_policy.h"

namespace doorward::net {
namespace {

constexpr int kLongestPollMilliseconds = 60'000;
constexpr int kInternetClass = 1;  // RFC 1035 section 3.2.4
constexpr int kTxtType = 16;       // RFC 1035 section 3.2.2
constexpr int kCnameType = 5;      // the same
constexpr int kDnameType = 39;     // RFC 6672

void start_cares_once() {
  static const int kStarted = ares_library_init(ARES_LIB_INIT_ALL);
  if (kStarted != ARES_SUCCESS) throw std::runtime_error("c-ares cannot start");
}

Error error_of(int status) {
  std::string detail = ares_strerror(status);
  switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
      return make_error(Reason::kNameNotFound, "There is no such name.", std::move(detail));
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION:
      return make_error(Reason::kCancelled, "The server is shutting down.", std::move(detail));
    default:
      return make_error(Reason::kNameUnresolved, "The name could not be looked up.", std::move(detail));
  }
}

std::chrono::seconds time_to_live(const ares_addrinfo& found) {
  int least = found.nodes == nullptr ? 0 : found.nodes->ai_ttl;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) least = std::min(least, node->ai_ttl);
  for (const auto* alias = found.cnames; alias != nullptr; alias = alias->next) least = std::min(least, alias->ttl);
  return std::chrono::seconds(std::max(least, 0));
}

Result<Answer> read_addresses(const ares_addrinfo& found) {
  Answer answer;
  for (const auto* node = found.nodes; node != nullptr; node = node->ai_next) {
    const auto address = ip_address_of(*node->ai_addr);
    if (address && std::ranges::find(answer.addresses, *address) == answer.addresses.end()) {
      answer.addresses.push_back(*address);
    }
    if (answer.addresses.size() > CaresResolver::kMaxAddresses) {
      return failure(Reason::kNameUnresolved, "The name has too many addresses.");
    }
  }
  if (answer.addresses.empty()) return failure(error_of(ARES_ENODATA));
  return answer;
}

// Whether an answer, of which c-ares has found that it is well-formed, leads to another name than the one asked for.
// c-ares gives the records of that name as if they stood here.
bool leads_elsewhere(std::span<const unsigned char> message) {
  constexpr std::size_t kHeaderBytes = 12;
  constexpr std::size_t kQuestionBytes = 4;  // behind the name: type and class
  constexpr std::size_t kRecordBytes = 10;   // behind the name: type, class, time to live, length
  const auto number = [&](std::size_t at) { return message[at] << 8 | message[at + 1]; };
  std::size_t at = kHeaderBytes;
  const auto skip_name = [&] {
    char* name = nullptr;
    long encoded = 0;
    if (at >= message.size() || ares_expand_name(message.data() + at, message.data(), static_cast<int>(message.size()),
                                                 &name, &encoded) != ARES_SUCCESS) {
      return false;
    }
    ares_free_string(name);
    at += static_cast<std::size_t>(encoded);
    return true;
  };
  if (message.size() < kHeaderBytes) return false;
  for (int left = number(4); left > 0; --left, at += kQuestionBytes) {
    if (!skip_name()) return false;
  }
  for (int left = number(6); left > 0; --left) {
    if (!skip_name() || at + kRecordBytes > message.size()) return false;
    const int type = number(at);
    if (type == kCnameType || type == kDnameType) return true;
    at += kRecordBytes + static_cast<std::size_t>(number(at + kRecordBytes - 2));
  }
  return false;
}

Result<Answer> read_texts(const unsigned char* message, int length) {
  ares_txt_ext* records = nullptr;
  if (const int status = ares_parse_txt_reply_ext(message, length, &records); status != ARES_SUCCESS) {
    return failure(error_of(status));
  }
  Answer answer;
  for (const auto* piece = records; piece != nullptr && answer.texts.size() <= CaresResolver::kMaxTexts;
       piece = piece->next) {
    if (piece->record_start != 0 || answer.texts.empty()) answer.texts.emplace_back();
    answer.texts.back().append(piece->txt, piece->txt + piece->length);
  }
  ares_free_data(records);
  if (answer.texts.size() > CaresResolver::kMaxTexts) {
    return failure(Reason::kNameUnresolved, "The name has too many TXT records.");
  }
  const bool elsewhere = leads_elsewhere({message, static_cast<std::size_t>(length)});
  if (answer.texts.empty() || elsewhere) return failure(error_of(ARES_ENODATA));
  return answer;
}

}  // namespace

CaresResolver::Worker::Worker(ResolverOptions options) : options_(std::move(options)), cache_(options_.cache) {
  start_cares_once();
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_fd_ < 0) throw std::runtime_error("the resolver cannot start: no event descriptor");
  open_channel();
  thread_ = std::thread([this] { run(); });
}

void CaresResolver::Worker::open_channel() {
  ares_options settings{};
  std::string lookups = "fb";  // the hosts file, then the servers
  settings.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES;
  settings.timeout = static_cast<int>(options_.try_timeout.count());
  settings.tries = options_.tries;
  settings.lookups = lookups.data();
  settings.sock_state_cb = &Worker::on_socket;
  settings.sock_state_cb_data = this;
  int given = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_QUERY_CACHE
  settings.qcache_max_ttl = 0;  // newer releases keep answers by themselves; ours are kept, or not, by our own rules
  given |= ARES_OPT_QUERY_CACHE;
#endif
  int status = ares_init_options(&channel_, &settings, given);
  if (status == ARES_SUCCESS && !options_.servers.empty()) {
    std::string list;
    for (const DnsServer& server : options_.servers) list += (list.empty() ? "" : ",") + to_string(server);
    status = ares_set_servers_ports_csv(channel_, list.c_str());
  }
  if (status == ARES_SUCCESS) return;
  if (channel_ != nullptr) ares_destroy(channel_);
  close(wake_fd_);
  throw std::runtime_error(fmt::format("the resolver cannot start: {}", ares_strerror(status)));
}

CaresResolver::Worker::~Worker() {
  stop();
  ares_destroy(channel_);
  close(wake_fd_);
}

void CaresResolver::Worker::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  eventfd_write(wake_fd_, 1);
  if (thread_.joinable()) thread_.join();
}

std::optional<DnsCache::Addresses> CaresResolver::Worker::find(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  return cache_.find(name, std::chrono::steady_clock::now());
}

task<Result<Answer>> CaresResolver::Worker::ask(Question question, SteadyTime deadline) {
  co_return co_await Completion<Result<Answer>>(
      [&, this](Deliver deliver) { submit(std::move(question), {deadline, std::move(deliver)}); });
}

void CaresResolver::Worker::submit(Question question, Waiter waiter) {
  {
    std::unique_lock lock(mutex_);
    if (stopping_ || waiting_ >= options_.max_waiting) {
      const bool stopping = stopping_;
      lock.unlock();
      waiter.deliver(stopping ? failure(Reason::kCancelled, "The server is shutting down.")
                              : failure(Reason::kOverloaded, "Too many names are being looked up."));
      return;
    }
    ++waiting_;
    asked_.push_back({std::move(question), std::move(waiter)});
  }
  eventfd_write(wake_fd_, 1);
}

void CaresResolver::Worker::run() {
  while (take_asked()) {
    expire();
    poll_once();
  }
  ares_cancel(channel_);  // calls back for each open lookup
}

// False when the worker is to stop; what was asked is then part of what run() cancels.
bool CaresResolver::Worker::take_asked() {
  std::vector<Asked> asked;
  bool stopping = false;
  {
    const std::scoped_lock lock(mutex_);
    asked.swap(asked_);
    stopping = stopping_;
  }
  for (auto& one : asked) start(std::move(one));
  return !stopping;
}

void CaresResolver::Worker::start(Asked asked) {
  if (const auto open = open_.find(asked.question); open != open_.end()) {
    open->second->waiters.push_back(std::move(asked.waiter));
    return;
  }
  auto made = std::make_unique<Lookup>(Lookup{.worker = this, .question = asked.question});
  Lookup* lookup = made.get();
  lookup->waiters.push_back(std::move(asked.waiter));
  const bool full = open_.size() >= options_.max_open;
  open_.emplace(asked.question, std::move(made));
  if (full) {
    finish(*lookup, failure(Reason::kOverloaded, "Too many names are being looked up."));
  } else if (asked.question.kind == Question::Kind::kAddresses) {
    ares_addrinfo_hints hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = ARES_AI_NOSORT;  // sorting would open sockets towards addresses that nobody has judged
    ares_getaddrinfo(channel_, asked.question.name.c_str(), nullptr, &hints, &Worker::on_addresses, lookup);
  } else {
    ares_query(channel_, asked.question.name.c_str(), kInternetClass, kTxtType, &Worker::on_texts, lookup);
  }
}

void CaresResolver::Worker::poll_once() {
  std::vector<pollfd> fds{{.fd = wake_fd_, .events = POLLIN, .revents = 0}};
  for (const auto& [fd, events] : sockets_) fds.push_back({.fd = fd, .events = events, .revents = 0});
  poll(fds.data(), fds.size(), milliseconds_to_poll());
  if (fds[0].revents != 0) {
    eventfd_t count = 0;
    eventfd_read(wake_fd_, &count);
  }
  for (const pollfd& one : std::span(fds).subspan(1)) {
    if (one.revents == 0) continue;
    const bool readable = (one.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
    const bool writable = (one.revents & (POLLOUT | POLLERR | POLLHUP)) != 0;
    ares_process_fd(channel_, readable ? one.fd : ARES_SOCKET_BAD, writable ? one.fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // what timed out
}

int CaresResolver::Worker::milliseconds_to_poll() const {
  timeval longest{.tv_sec = kLongestPollMilliseconds / 1000, .tv_usec = 0};
  timeval buffer{};
  const timeval* until_timeout = ares_timeout(channel_, &longest, &buffer);
  auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::chrono::seconds(until_timeout->tv_sec) +
                                                           std::chrono::microseconds(until_timeout->tv_usec));
  const auto now = std::chrono::steady_clock::now();
  for (const auto& [question, lookup] : open_) {
    for (const Waiter& waiter : lookup->waiters) {
      wait = std::min(wait, std::chrono::ceil<std::chrono::milliseconds>(waiter.deadline - now));
    }
  }
  return static_cast<int>(std::clamp<std::int64_t>(wait.count(), 0, kLongestPollMilliseconds));
}

// The lookup itself goes on: its answer may still serve others, and c-ares ends it in bounded time.
void CaresResolver::Worker::expire() {
  const auto now = std::chrono::steady_clock::now();
  std::vector<Waiter> expired;
  for (auto& [question, lookup] : open_) {
    std::erase_if(lookup->waiters, [&](Waiter& waiter) {
      if (waiter.deadline > now) return false;
      expired.push_back(std::move(waiter));
      return true;
    });
  }
  if (expired.empty()) return;
  {
    const std::scoped_lock lock(mutex_);
    waiting_ -= expired.size();
  }
  for (auto& waiter : expired) {
    waiter.deliver(failure(Reason::kDeadlineExceeded, "The name could not be looked up in time."));
  }
}

void CaresResolver::Worker::finish(Lookup& lookup, const Result<Answer>& outcome) {
  const auto node = open_.extract(lookup.question);
  {
    const std::scoped_lock lock(mutex_);
    waiting_ -= lookup.waiters.size();
  }
  for (auto& waiter : lookup.waiters) waiter.deliver(outcome);
}

void CaresResolver::Worker::on_addresses(void* argument, int status, int, ares_addrinfo* found) {
  auto& lookup = *static_cast<Lookup*>(argument);
  Worker& worker = *lookup.worker;
  Result<Answer> outcome = failure(error_of(status));
  std::chrono::seconds keep{0};
  if (status == ARES_SUCCESS && found != nullptr) {
    outcome = read_addresses(*found);
    keep = time_to_live(*found);
  }
  if (found != nullptr) ares_freeaddrinfo(found);
  const bool missing = !outcome && outcome.error().reason == Reason::kNameNotFound;
  if (outcome || missing) {
    const std::scoped_lock lock(worker.mutex_);
    worker.cache_.put(lookup.question.name, outcome ? outcome->addresses : DnsCache::Addresses(),
                      missing ? std::chrono::seconds::max() : keep, std::chrono::steady_clock::now());
  }
  worker.finish(lookup, outcome);
}

void CaresResolver::Worker::on_texts(void* argument, int status, int, unsigned char* message, int length) {
  auto& lookup = *static_cast<Lookup*>(argument);
  lookup.worker->finish(lookup, status == ARES_SUCCESS ? read_texts(message, length) : failure(error_of(status)));
}

void CaresResolver::Worker::on_socket(void* self, int fd, int readable, int writable) {
  auto& sockets = static_cast<Worker*>(self)->sockets_;
  if (readable == 0 && writable == 0) {
    sockets.erase(fd);
  } else {
    sockets[fd] = static_cast<short>((readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0));
  }
}

}  // namespace doorward::net
