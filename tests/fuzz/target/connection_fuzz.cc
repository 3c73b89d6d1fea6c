// Whatever arrives on a connection, in HTTP/1.1 or behind the preface of HTTP/2, at once or piece by piece: the
// connection ends when the peer has, nothing is left of it, and its answers do not tell whether it rested between the
// pieces. Runs the connection's own code on a socket pair.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "net/connection.h"
#include "net/http2_memory.h"

using namespace doorward;
using namespace doorward::net;

namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kMostPieces = 256;

task<Response> answer(const Request& request) {
  Response response;
  response.body = request.path + request.query + request.body;
  if (request.path == "/t") response.trailers.push_back({"x", "y"});
  co_return response;
}

std::shared_ptr<const Site> make_site() {
  ServerOptions options;
  options.limits.unread_bytes = 64 * 1024;
  options.limits.body_bytes = 16 * 1024;
  options.limits.reset_burst = 20;
  options.limits.control_burst = 50;
  // Nothing may depend on how fast this runs.
  options.limits.resets_per_second = options.limits.controls_per_second = 0;
  options.handler = [](const Request& request) { return answer(request); };
  options.next_request_id = [] { return std::string("req_1"); };
  options.now = [] { return Timestamp{}; };
  return std::make_shared<const Site>(std::move(options));
}

// An event loop that is turned by hand.
class Host final : public Worker {
 public:
  void closed(Connection&) override {}
  std::string_view date() override { return "Thu, 01 Jan 1970 00:00:00 GMT"; }
  void tick_by(Clock::time_point) override {}

  boost::asio::io_context& context() { return context_; }
  // Until all that has arrived has had its effect.
  void settle() {
    do context_.restart();
    while (context_.poll() > 0);
  }

 private:
  boost::asio::io_context context_{1};
};

// False once the connection is closed.
bool hear(int socket, std::string& heard) {
  char bytes[4096];
  for (;;) {
    const auto size = ::recv(socket, bytes, sizeof bytes, MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return true;
    if (size <= 0) return false;
    heard.append(bytes, static_cast<std::size_t>(size));
  }
}

// What is answered to `bytes` when `piece` of them come at a time; `later` goes by after each.
std::string answers(std::string_view bytes, std::size_t piece, Clock::duration later) {
  static const std::shared_ptr<const Site> site = make_site();
  static const std::shared_ptr<Host> host = std::make_shared<Host>();
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) std::abort();
  std::weak_ptr<Connection> connection;
  {
    Transport::Socket socket(host->context());
    socket.assign(boost::asio::ip::tcp::v4(), pair[0]);
    auto permit = std::get<ConnectionGate::Permit>(site->gate->admit(IpAddress{}));
    const auto made =
        std::make_shared<Connection>(host, site, std::move(socket), nullptr, std::move(permit), IpAddress{});
    connection = made;
    made->start();
  }
  std::string heard;
  while (!bytes.empty()) {
    const auto sent = ::send(pair[1], bytes.data(), std::min(piece, bytes.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    host->settle();
    if (!hear(pair[1], heard) || (sent < 0 && errno != EAGAIN)) break;
    if (const auto open = connection.lock()) open->tick(Clock::now() + later);
  }
  ::shutdown(pair[1], SHUT_WR);
  const auto give_up = Clock::now() + kPatience;
  while (!connection.expired()) {
    if (Clock::now() > give_up) std::abort();
    host->settle();
    hear(pair[1], heard);
  }
  hear(pair[1], heard);
  ::close(pair[1]);
  if (site->gate->open() != 0 || site->unread_bytes != 0 || Http2Memory::mapped() != 0) std::abort();
  return heard;
}

}  // namespace

// The first byte chooses the protocol and how much comes at a time, zero for all.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || size > 64 * 1024) return 0;
  std::string bytes(data[0] % 2 == 0 ? kPreface : std::string_view());
  bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = data[0] < 2 ? bytes.size() : std::max<std::size_t>(data[0] / 2, bytes.size() / kMostPieces);
  if (answers(bytes, piece, {}) != answers(bytes, piece, kRestAfter)) std::abort();
  return 0;
}
