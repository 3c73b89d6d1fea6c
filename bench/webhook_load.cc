// Sends SCIM requests at a given rate and receives the webhooks that follow, in one thread and by one clock: the time
// from an answer to the arrival of each of its webhooks.
//
//   webhook_load PORT LIVE BACKLOG BROKEN SILENT REFUSING
//
// The numbers say how many receivers of each kind there are; BACKLOG ones answer as LIVE ones do and are only counted.
// Prints their ports on one line, in this order, then obeys lines of its input:
//
//   run REQUESTS COPIES RATE PATIENCE
//
// REQUESTS: a file as for load. COPIES: a file with a line for each request, how many live receivers its event goes to.
// RATE: requests a second, sent by the clock whatever became of those before. PATIENCE: seconds after the last answer
// in which webhooks are waited for. Prints one JSON object: of times, those of webhooks that did not come are what they
// were at the end.
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <unordered_map>

#include "conversation.h"
#include "receiver.h"
#include "wire.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kConnections = 16;
constexpr int kSilenceMillis = 30'000;  // no answer of the server for so long is a failure
constexpr std::size_t kReadSize = 256 * 1024;

double seconds(Clock::duration time) { return std::chrono::duration<double>(time).count(); }

// What one request led to.
struct Event {
  bool answered = false;
  Clock::time_point answer;
  std::size_t copies = 0;
  std::vector<std::pair<std::size_t, Clock::time_point>> arrivals;  // receiver and when
};

struct Sender {
  int socket = -1;
  std::unique_ptr<Conversation> conversation;
  std::size_t request = 0;
};

class WebhookLoad {
 public:
  WebhookLoad(int port, std::size_t live)
      : port_(port),
        live_(live),
        receivers_(poll_, [this](std::size_t receiver, std::string_view id) { arrived(receiver, id); }) {}

  int add(Behaviour behaviour) { return receivers_.add(behaviour); }

  void run(const char* requests, const char* copies, double rate, double patience) {
    begin(requests, copies, rate);
    auto progress = Clock::now();
    while (answered_ < requests_.size()) {
      ask_what_is_due();
      const auto before = answered_;
      look(sent_ < requests_.size() && !idle_.empty() ? 1 : 1000);
      if (answered_ != before || in_flight() == 0) progress = Clock::now();
      if (Clock::now() - progress > std::chrono::milliseconds(kSilenceMillis)) {
        throw std::runtime_error("the server stopped answering");
      }
    }
    answered_at_ = Clock::now();
    while (received_ < expected_ && seconds(Clock::now() - answered_at_) < patience) look(20);
    print();
    for (auto& sender : senders_) close(sender.socket);
  }

  // Between two runs too what comes must be received.
  void look(int millis) {
    epoll_event events[256];
    const int ready = epoll_wait(poll_, events, 256, millis);
    for (int i = 0; i < ready; ++i) {
      void* const owner = events[i].data.ptr;
      if (owner == this) {
        input_ready_ = true;
      } else if (const auto sender = find_sender(owner); sender != nullptr) {
        read(*sender);
      } else {
        receivers_.ready(*static_cast<Receivers::Peer*>(owner));
      }
    }
  }

  // False at the end of the input.
  bool next_line(std::string& line) {
    epoll_event event{.events = EPOLLIN, .data = {.ptr = this}};
    epoll_ctl(poll_, EPOLL_CTL_ADD, STDIN_FILENO, &event);
    for (input_ready_ = false; !input_ready_;) look(1000);
    epoll_ctl(poll_, EPOLL_CTL_DEL, STDIN_FILENO, nullptr);
    return static_cast<bool>(std::getline(std::cin, line));
  }

 private:
  std::size_t in_flight() const { return sent_ - answered_; }

  Sender* find_sender(void* owner) {
    const auto found = std::find_if(senders_.begin(), senders_.end(), [&](Sender& s) { return &s == owner; });
    return found == senders_.end() ? nullptr : &*found;
  }

  void begin(const char* requests, const char* copies, double rate) {
    requests_ = read_requests(requests);
    copies_.clear();
    std::ifstream lines(copies);
    for (std::size_t number = 0; lines >> number;) copies_.push_back(number);
    if (copies_.size() != requests_.size()) throw std::runtime_error("COPIES does not fit REQUESTS");
    events_.clear();
    statuses_.clear();
    sent_ = answered_ = expected_ = received_ = repeated_ = backlog_ = 0;
    rate_ = rate;
    senders_ = std::vector<Sender>(kConnections);
    idle_.clear();
    for (auto& sender : senders_) {
      sender.socket = connect_to(port_);
      sender.conversation = http1_conversation();
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &sender}};
      epoll_ctl(poll_, EPOLL_CTL_ADD, sender.socket, &event);
      idle_.push_back(&sender);
    }
    started_ = Clock::now();
  }

  void ask_what_is_due() {
    while (sent_ < requests_.size() && !idle_.empty() &&
           seconds(Clock::now() - started_) * rate_ >= static_cast<double>(sent_)) {
      Sender& sender = *idle_.front();
      idle_.pop_front();
      sender.request = sent_;
      out_.clear();
      sender.conversation->ask(requests_[sent_++], out_);
      send_all(sender.socket, out_);
    }
  }

  void read(Sender& sender) {
    const auto got = ::read(sender.socket, input_.data(), input_.size());
    if (got <= 0) throw std::runtime_error("the server closed a connection");
    Answer answer;
    if (!sender.conversation->take({input_.data(), static_cast<std::size_t>(got)}, out_, answer)) return;
    const auto now = Clock::now();
    ++answered_;
    ++statuses_[answer.status];
    idle_.push_back(&sender);
    if (answer.status / 100 != 2 || answer.location.empty()) return;
    Event& event = events_[answer.location.substr(answer.location.rfind('/') + 1)];
    event.answered = true;
    event.answer = now;
    event.copies = copies_[sender.request];
    expected_ += event.copies;
    received_ += event.arrivals.size();
  }

  void arrived(std::size_t receiver, std::string_view id) {
    if (receiver >= live_) {
      ++backlog_;
      return;
    }
    Event& event = events_[std::string(id)];
    for (const auto& [before, when] : event.arrivals) {
      if (before == receiver) {
        ++repeated_;
        return;
      }
    }
    event.arrivals.emplace_back(receiver, Clock::now());
    if (event.answered) ++received_;
  }

  void print() {
    const auto end = Clock::now();
    auto last = started_;
    std::vector<double> times;  // milliseconds
    for (const auto& [id, event] : events_) {
      if (!event.answered) continue;  // of a run before
      for (const auto& [receiver, when] : event.arrivals) {
        times.push_back(std::max(0.0, seconds(when - event.answer)) * 1e3);
        last = std::max(last, when);
      }
      for (auto n = event.arrivals.size(); n < event.copies; ++n) times.push_back(seconds(end - event.answer) * 1e3);
    }
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
      return times.empty() ? 0.0 : times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    std::printf(
        "{\"requests\": %zu, \"event_rate\": %.1f, \"expected\": %zu, \"missing\": %zu, \"repeated\": %zu, "
        "\"delivery_rate\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, \"backlog\": %zu, "
        "\"seconds\": %.3f, \"statuses\": {",
        requests_.size(), static_cast<double>(requests_.size()) / seconds(answered_at_ - started_), expected_,
        expected_ - std::min(expected_, received_), repeated_,
        static_cast<double>(received_) / std::max(1e-9, seconds(std::max(last, answered_at_) - started_)), at(0.5),
        at(0.99), at(1), backlog_, seconds(end - started_));
    const char* separator = "";
    for (const auto& [status, number] : statuses_) {
      std::printf("%s\"%d\": %zu", separator, status, number);
      separator = ", ";
    }
    std::printf("}}\n");
    std::fflush(stdout);
  }

  const int port_;
  const std::size_t live_;
  const int poll_ = epoll_create1(EPOLL_CLOEXEC);
  Receivers receivers_;
  std::vector<Sender> senders_;
  std::deque<Sender*> idle_;
  std::vector<std::string> requests_;
  std::vector<std::size_t> copies_;
  std::unordered_map<std::string, Event> events_;  // by id of what was made
  std::map<int, std::size_t> statuses_;
  double rate_ = 0;
  std::size_t sent_ = 0, answered_ = 0, expected_ = 0, received_ = 0, repeated_ = 0, backlog_ = 0;
  Clock::time_point started_, answered_at_;
  bool input_ready_ = false;
  std::string out_;
  std::vector<char> input_ = std::vector<char>(kReadSize);
};

void allow_many_descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: webhook_load PORT LIVE BACKLOG BROKEN SILENT REFUSING\n");
    return 2;
  }
  try {
    allow_many_descriptors();
    WebhookLoad load(std::atoi(argv[1]), static_cast<std::size_t>(std::atoi(argv[2])));
    const Behaviour kinds[] = {Behaviour::kAnswers, Behaviour::kAnswers, Behaviour::kBreaks, Behaviour::kSilent,
                               Behaviour::kRefusing};
    for (int kind = 0; kind < 5; ++kind) {
      for (int n = std::atoi(argv[2 + kind]); n > 0; --n) std::printf("%d ", load.add(kinds[kind]));
    }
    std::printf("\n");
    std::fflush(stdout);
    for (std::string line; load.next_line(line);) {
      std::string run, requests, copies;
      double rate = 0, patience = 0;
      if (!(std::istringstream(line) >> run >> requests >> copies >> rate >> patience) || run != "run") {
        throw std::runtime_error("not understood: " + line);
      }
      load.run(requests.c_str(), copies.c_str(), rate, patience);
    }
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "webhook_load: %s\n", fault.what());
    return 1;
  }
  return 0;
}
