// A load generator with little cost of its own: one thread, epoll, requests made ahead, one request in flight on each
// connection.
//
//   load PROTOCOL PORT CONNECTIONS SECONDS once|cycle REQUESTS [LOCATIONS]
//
// PROTOCOL: http1 or http2 (prior knowledge). REQUESTS: a file of requests, each with its length as four bytes before
// it. Ends when the requests are sent (once) or after SECONDS, and prints one JSON object. LOCATIONS: a file to write
// the Location header of every answer to.
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <stdexcept>

#include "conversation.h"
#include "wire.h"

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kSilenceMillis = 30'000;  // longer without any answer is a failure
constexpr std::size_t kReadSize = 256 * 1024;

struct Connection {
  int socket = -1;
  std::unique_ptr<Conversation> conversation;
  Clock::time_point asked;
};

class Load {
 public:
  Load(std::vector<std::string> requests, bool cycle, double seconds)
      : requests_(std::move(requests)), cycle_(cycle), limit_(seconds) {
    latencies_.reserve(1 << 20);
  }

  void run(bool http2, int port, int count) {
    const int poll = epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> connections(static_cast<std::size_t>(count));
    for (auto& connection : connections) {
      connection.socket = connect_to(port);
      connection.conversation = http2 ? http2_conversation() : http1_conversation();
      send_all(connection.socket, connection.conversation->greeting());
      epoll_event event{.events = EPOLLIN, .data = {.ptr = &connection}};
      epoll_ctl(poll, EPOLL_CTL_ADD, connection.socket, &event);
    }
    started_ = Clock::now();
    for (auto& connection : connections) ask(connection);
    std::vector<epoll_event> events(connections.size());
    while (in_flight_ > 0) {
      const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), kSilenceMillis);
      if (ready == 0) throw std::runtime_error("no answer for 30 s");
      for (int i = 0; i < ready; ++i) read(*static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr));
    }
    ended_ = Clock::now();
    for (auto& connection : connections) close(connection.socket);
    close(poll);
  }

  void write_locations(const char* path) const {
    std::ofstream file(path);
    for (const auto& location : locations_) file << location << '\n';
  }

  void print() {
    std::sort(latencies_.begin(), latencies_.end());
    const double seconds = std::chrono::duration<double>(ended_ - started_).count();
    const auto at = [&](double share) {
      return latencies_[static_cast<std::size_t>(share * static_cast<double>(latencies_.size() - 1))];
    };
    std::printf(
        "{\"requests\": %zu, \"seconds\": %.6f, \"rate\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"statuses\": {",
        latencies_.size(), seconds, static_cast<double>(latencies_.size()) / seconds, at(0.5), at(0.99));
    const char* separator = "";
    for (const auto& [status, number] : statuses_) {
      std::printf("%s\"%d\": %zu", separator, status, number);
      separator = ", ";
    }
    std::printf("}, \"smallest_body\": %zu, \"largest_body\": %zu}\n", smallest_, largest_);
  }

 private:
  void ask(Connection& connection) {
    if (next_ == requests_.size() && cycle_) next_ = 0;
    if (next_ == requests_.size()) return;
    out_.clear();
    connection.conversation->ask(requests_[next_++], out_);
    ++in_flight_;
    connection.asked = Clock::now();
    send_all(connection.socket, out_);
  }

  void read(Connection& connection) {
    const auto got = recv(connection.socket, input_.data(), input_.size(), 0);
    if (got <= 0) {
      throw std::runtime_error(
          "the server closed a connection, " + std::string(got < 0 ? std::strerror(errno) : "in order") + ", after " +
          std::to_string(latencies_.size()) + " answers, the last of them " + std::to_string(last_status_));
    }
    Answer answer;
    out_.clear();
    const bool complete = connection.conversation->take({input_.data(), static_cast<std::size_t>(got)}, out_, answer);
    if (!out_.empty()) send_all(connection.socket, out_);
    if (!complete) return;
    const auto now = Clock::now();
    latencies_.push_back(std::chrono::duration<float, std::micro>(now - connection.asked).count());
    last_status_ = answer.status;
    ++statuses_[answer.status];
    smallest_ = std::min(smallest_, answer.body_size);
    largest_ = std::max(largest_, answer.body_size);
    if (!answer.location.empty()) locations_.push_back(std::move(answer.location));
    --in_flight_;
    if (std::chrono::duration<double>(now - started_).count() < limit_) ask(connection);
  }

  std::vector<std::string> requests_;
  bool cycle_;
  double limit_;
  std::size_t next_ = 0;
  std::size_t in_flight_ = 0;
  Clock::time_point started_, ended_;
  std::vector<float> latencies_;
  std::map<int, std::size_t> statuses_;
  int last_status_ = 0;
  std::size_t smallest_ = SIZE_MAX, largest_ = 0;
  std::vector<std::string> locations_;
  std::string out_;
  std::vector<char> input_ = std::vector<char>(kReadSize);
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) {
    std::fprintf(stderr, "usage: load http1|http2 PORT CONNECTIONS SECONDS once|cycle REQUESTS [LOCATIONS]\n");
    return 2;
  }
  try {
    Load load(read_requests(argv[6]), std::string_view(argv[5]) == "cycle", std::atof(argv[4]));
    load.run(std::string_view(argv[1]) == "http2", std::atoi(argv[2]), std::atoi(argv[3]));
    load.print();
    if (argc > 7) load.write_locations(argv[7]);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "load: %s\n", fault.what());
    return 1;
  }
  return 0;
}
