// The HTTP server: listeners, connections, and every protocol on each port.
//
// A plaintext port speaks HTTP/1.1 and, by its preface, HTTP/2; a TLS port the same by ALPN (`h2`, `http/1.1`, none
// means HTTP/1.1). A connection stays on the I/O thread with the fewest connections when it arrived. Limits are in
// limits.h; what breaks one costs only its own connection or stream.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/io_threads.h"
#include "base/ip_address.h"
#include "base/result.h"
#include "base/time.h"
#include "net/http.h"
#include "net/limits.h"
#include "net/listen.h"
#include "net/observer.h"

namespace doorward::net {

class TlsContext;

struct ServerOptions {
  Limits limits;
  Handler handler;                               // called on I/O threads, concurrently
  std::function<std::string()> next_request_id;  // req_…; any thread
  std::function<Timestamp()> now;                // for the Date header; any thread
  std::shared_ptr<Observer> observer;            // may be null

  // What else net asks of its edge, on I/O threads, concurrently; each must be cheap and may be absent.
  // Whether an HTTP/2 request goes to the handler as soon as its header is complete, with Request::incoming.
  std::function<bool(const Request&)> streams;
  // How long the caller waits for the answer, by the request's own words; it can only shorten Limits::handler.
  std::function<std::optional<std::chrono::nanoseconds>(const Request&)> patience;
  // The answer when the handler has none by Request::deadline, in the form that the caller reads; by default 503.
  std::function<Response(const Request&)> too_late;
  // The answer to a request that net refused (413, 414, 431, 503, …) or whose handler failed (500), in the form that
  // the caller reads; nullopt: plain text. The request holds what was read of it, perhaps no path.
  std::function<std::optional<Response>(const Request&, int status)> refused;
  IpNetworks trusted_proxies;  // whose X-Forwarded-For says who the peer of a request is
};

class Server {
 public:
  static constexpr std::chrono::seconds kDrainAtMost{10};

  // `threads` must outlive the server. `options.handler`, `next_request_id` and `now` must be set.
  Server(async::IoThreads& threads, ServerOptions options);
  // Closes whatever is left without grace.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds and begins to accept; from one thread, before drain(). On failure nothing of this call stays bound
  // (kInvalidArgument with the system's words in the message). Returns what it bound, in the order of `where`.
  Result<std::vector<BoundAddress>> listen(const std::vector<ListenAddress>& where);
  // The same with TLS.
  Result<std::vector<BoundAddress>> listen(const std::vector<ListenAddress>& where, std::shared_ptr<TlsContext> tls);

  // Everything bound so far.
  std::vector<BoundAddress> bound() const;

  // Connections open now. Any thread.
  std::size_t connections() const;

  // Stops accepting, tells peers (GOAWAY, Connection: close), lets requests in flight finish, and closes what is left
  // after `at_most`. Blocks the caller; not from an I/O thread. True when nothing had to be cut off.
  bool drain(std::chrono::milliseconds at_most = kDrainAtMost);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// What the connections of the process have mapped beside the heap. Any thread.
std::size_t mapped_bytes();

}  // namespace doorward::net
