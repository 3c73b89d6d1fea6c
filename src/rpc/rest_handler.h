// REST with JSON over the same methods, by their google.api.http bindings.
#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "net/http.h"
#include "rpc/api.h"
#include "rpc/call_context.h"
#include "rpc/gzip.h"
#include "rpc/rest_route.h"
#include "rpc/route_table.h"

namespace doorward::rpc {

class RestHandler {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  // All of it must outlive the handler.
  RestHandler(Authenticator& authenticator, const Compression& compression, Now now)
      : authenticator_(authenticator), compression_(compression), now_(std::move(now)) {}

  // Adds the method's bindings. `method` must outlive the handler. Fails when a route is taken.
  Result<void> add(const Method& method);

  // Adds a route that answers 501, unless a built method has it. Call after every add.
  Result<void> announce(const AnnouncedBinding& binding);

  // 404 for an unknown path, 405 with Allow for a known path with another HTTP method, 501 for what is announced but
  // not built: all before any authentication.
  task<net::Response> handle(const net::Request& request) const;

 private:
  task<Result<net::Response>> call(const RestRoute& route, const RouteTable::Match& match, const CallContext& context,
                                   const net::Request& request) const;

  Authenticator& authenticator_;
  const Compression& compression_;
  Now now_;
  RouteTable table_;
  std::vector<RestRoute> routes_;
};

}  // namespace doorward::rpc
