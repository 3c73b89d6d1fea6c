// Cross-origin requests of browsers (Fetch standard, CORS protocol) to endpoints that scripts of an application call.
#pragma once

#include "app/grants/allowed_origins.h"
#include "base/task.h"
#include "net/http.h"

namespace doorward::edge {

class CrossOrigin {
 public:
  explicit CrossOrigin(AllowedOrigins& origins) : origins_(origins) {}

  // `handler`, whose answers scripts of allowed origins may read; it answers preflights too. Cookies are never allowed
  // with it: nothing here reads one. This object must outlive what is returned.
  net::Handler around(net::Handler handler);

 private:
  task<net::Response> handle(const net::Handler& handler, const net::Request& request);

  AllowedOrigins& origins_;
};

}  // namespace doorward::edge
