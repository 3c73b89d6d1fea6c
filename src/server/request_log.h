// A log line for each answered request.
#pragma once

#include "net/http.h"

namespace doorward::server {

// Wraps a handler. The line "http.request" carries method, path (without the query, which may hold secrets), status,
// duration, peer and the request id that the answer carries. Statuses from 500 on are written as warnings, the rest at
// the debug level: at full load a line a request would cost more than some requests. While the level is above that,
// the wrapper costs one comparison.
net::Handler log_requests(net::Handler next);

}  // namespace doorward::server
