// Where to listen, as options say it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace doorward::net {

// One host and port to bind. A host may mean several addresses, which then share the port, also when it is picked.
struct ListenAddress {
  std::vector<std::string> addresses;  // numeric, without brackets; at least one
  std::uint16_t port = 0;              // 0 picks a free one

  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

// Reads a comma-separated list of `host:port`, `[v6]:port`, `:port` and `localhost:port`. `localhost` is 127.0.0.1 and
// ::1, an empty host every address of both families; other hosts must be numeric, because a listener must not depend
// on name resolution. An empty text or "off" is an empty list. kInvalidArgument, with a sentence that names the piece.
Result<std::vector<ListenAddress>> parse_listen(std::string_view text);

// An address that is being listened on. to_string gives "127.0.0.1:8080" or "[::1]:8080".
struct BoundAddress {
  std::string address;
  std::uint16_t port = 0;
  bool tls = false;
};
std::string to_string(const BoundAddress& bound);

}  // namespace doorward::net
