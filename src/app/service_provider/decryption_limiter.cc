#include "app/service_provider/decryption_limiter.h"

#include <string>

namespace doorward {
namespace {

std::string pair_of(const ConnectionId& connection, std::string_view source) {
  return connection.str() + " " + failure_source(source);
}

}  // namespace

Result<void> DecryptionLimiter::take(const ConnectionId& connection, std::string_view source) {
  const std::string pair = pair_of(connection, source);
  DOORWARD_CHECK(pairs_.take(pair));
  auto taken = connections_.take(connection.str());
  if (!taken) pairs_.give_back(pair);
  return taken;
}

void DecryptionLimiter::give_back(const ConnectionId& connection, std::string_view source) {
  pairs_.give_back(pair_of(connection, source));
  connections_.give_back(connection.str());
}

}  // namespace doorward
