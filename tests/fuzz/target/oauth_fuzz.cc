// Whatever arrives at the token endpoint: a grant with all that belongs to it and one proof of the client, or a
// refusal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/oauth/pkce.h"
#include "protocol/oauth/token_request.h"
#include "protocol/oauth/token_response.h"

using namespace doorward;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_client(const oauth::ClientCredential& client) {
  const bool secret = !client.secret.reveal().empty();
  const bool assertion = !client.assertion.reveal().empty();
  switch (client.method) {
    case oauth::ClientAuthMethod::kNone:
      demand(!client.client_id.empty() && !secret && !assertion);
      break;
    case oauth::ClientAuthMethod::kSecretBasic:
    case oauth::ClientAuthMethod::kSecretPost:
      demand(!client.client_id.empty() && secret && !assertion);
      break;
    case oauth::ClientAuthMethod::kPrivateKeyJwt:
      demand(assertion && !secret);
      break;
  }
}

}  // namespace

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
  const auto request = oauth::parse_token_request(body, query, rest);
  if (!request) {
    demand(oauth::error_answer(request.error().reason).status < 500);
    return 0;
  }
  check_client(request->client);
  if (const auto* code = std::get_if<oauth::AuthorizationCodeGrant>(&request->grant)) {
    demand(!code->code.reveal().empty());
    const std::string& verifier = code->code_verifier.reveal();
    demand(oauth::proves_possession(verifier, "") == verifier.empty());
    demand(!oauth::proves_possession(verifier, verifier) || verifier.empty());
  } else if (const auto* refresh = std::get_if<oauth::RefreshTokenGrant>(&request->grant)) {
    demand(!refresh->refresh_token.reveal().empty());
  }
  return 0;
}
