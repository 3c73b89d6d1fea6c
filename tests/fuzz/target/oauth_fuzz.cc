// Whatever arrives at the token endpoint: a grant with both credentials, or a refusal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/oauth/token_request.h"
#include "protocol/oauth/token_response.h"

using namespace doorward;

// The input is the body, the query and the Authorization field, each on a line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto line = [&rest] {
    const std::string_view taken = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(taken.size() < rest.size() ? taken.size() + 1 : taken.size());
    return taken;
  };
  const std::string_view body = line();
  const std::string_view query = line();
  const auto grant = oauth::parse_token_request(body, query, rest);
  if (grant) {
    if (grant->client_id.empty() || grant->client_secret.reveal().empty()) std::abort();
  } else if (oauth::error_answer(grant.error().reason).status >= 500) {
    std::abort();
  }
  return 0;
}
