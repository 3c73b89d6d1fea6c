// Whatever arrives on a connection, in HTTP/1.1 or behind the preface of HTTP/2: the connection ends when the peer has,
// and nothing is left of it. Runs the session's own code on a socket pair.
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "async/io_threads.h"
#include "net/worker.h"

using namespace doorward;
using namespace doorward::net;

namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::chrono::seconds kPatience{10};

struct Host {
  Host() : threads(1) {
    ServerOptions options;
    options.limits.unread_bytes = 64 * 1024;
    options.limits.body_bytes = 16 * 1024;
    options.limits.reset_burst = 20;
    options.limits.control_burst = 50;
    options.limits.linger = std::chrono::milliseconds(1);
    options.handler = [](const Request& request) -> task<Response> { return answer(request); };
    options.next_request_id = [] { return std::string("req_1"); };
    options.now = [] { return Timestamp{}; };
    site = std::make_shared<const Site>(std::move(options));
    worker = std::make_shared<IoWorker>(threads.thread(0), site);
  }
  static task<Response> answer(const Request& request) {
    Response response;
    response.body = request.path + request.query + request.body;
    if (request.path == "/t") response.trailers.push_back({"x", "y"});
    co_return response;
  }

  async::IoThreads threads;
  std::shared_ptr<const Site> site;
  std::shared_ptr<IoWorker> worker;
};

}  // namespace

// The first byte chooses the protocol.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Host host;
  if (size == 0 || size > 64 * 1024) return 0;
  std::string bytes(data[0] % 2 == 0 ? kPreface : std::string_view());
  bytes.append(reinterpret_cast<const char*>(data) + 1, size - 1);

  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) std::abort();
  const int room = 256 * 1024;
  setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto sent = ::send(pair[1], rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) std::abort();
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(pair[1], SHUT_WR);

  auto permit = host.site->gate->admit(IpAddress{});
  host.worker->reserve();
  host.threads.run_on(0, [&] {
    Transport::Socket socket(host.worker->thread().context());
    socket.assign(boost::asio::ip::tcp::v4(), pair[0]);
    host.worker->adopt(std::move(socket), nullptr, std::get<ConnectionGate::Permit>(std::move(permit)), IpAddress{});
  });
  char answers[4096];
  while (::recv(pair[1], answers, sizeof answers, 0) > 0) {
  }
  ::close(pair[1]);
  if (!host.site->gate->wait_empty(kPatience)) std::abort();
  if (host.site->unread_bytes != 0) std::abort();
  return 0;
}
