#include "app/tokens/api_authentication.h"

#include <boost/json/value.hpp>
#include <utility>

#include "app/tokens/client_credentials.h"
#include "crypto/hash.h"
#include "protocol/jose/jws.h"

namespace doorward {
namespace {

constexpr const char* kExpired = "The access token has expired.";

}  // namespace

Result<ApiAuthentication::Verified> ApiAuthentication::verify(const BearerToken& token, Timestamp now) {
  if (token.text.size() > jose::kMostTokenBytes) {
    return failure(make_error(Reason::kInvalidToken, "The access token is not valid.", "token: too long"));
  }
  // The digest, not the token, so that memory holds nothing that opens the API.
  const std::string digest = crypto::sha256(token.text);
  const std::uint64_t generation = verifier_.keys_generation();
  {
    const std::lock_guard lock(mutex_);
    if (const Verified* known = remembered_.find(digest); known != nullptr && known->keys_generation == generation) {
      if (now >= known->expires_at) return failure(Reason::kTokenExpired, kExpired);
      return *known;
    }
  }
  DOORWARD_CHECK(forgeries_.check(token.source));
  auto claims = verifier_.verify_api(token.text, now);
  if (!claims) {
    if (claims.error().reason == Reason::kInvalidToken) forgeries_.record_failure(token.source);
    return tl::unexpected(std::move(claims).error());
  }
  Verified verified{ApiClientId(claims->subject), ClientSecretId(text_claim(*claims, kClientSecretIdClaim)),
                    text_claim(*claims, kClientKeysClaim), claims->expires_at, generation};
  // Only after its own time, without the skew that a fresh token enjoys, is a remembered one refused: never remember
  // one that is in its last seconds.
  if (now < verified.expires_at) {
    const std::lock_guard lock(mutex_);
    remembered_.put(digest, verified);
  }
  return verified;
}

bool ApiAuthentication::still_good(const Verified& verified, const ClientState* state, Timestamp now) {
  if (state == nullptr) return false;
  if (verified.secret_id.empty()) {
    return !state->client.jwks.empty() && verified.keys_name == client_keys_name(state->client.jwks);
  }
  const ClientSecret* secret = state->find_secret(verified.secret_id);
  return secret != nullptr && secret->is_live(now);
}

task<Result<Caller>> ApiAuthentication::authenticate(BearerToken token) {
  const Timestamp now = clock_.now();
  DOORWARD_CO_TRY(const Verified verified, verify(token, now));
  DOORWARD_CO_TRY(auto state, co_await clients_.find(verified.client_id, token.deadline));
  bool good = still_good(verified, state.get(), now);
  if (!good && state != nullptr) {
    // Another node may have issued the token for a secret that is younger than what is remembered here.
    DOORWARD_CO_TRY(state, co_await clients_.read(verified.client_id, token.deadline));
    good = still_good(verified, state.get(), now);
  }
  if (!good) co_return failure(Reason::kTokenRevoked, "The access token has been revoked.");
  if (!state->client.enabled) co_return failure(Reason::kClientDisabled, "The client is disabled.");
  if (!state->client.api_access) co_return failure(Reason::kApiAccessDenied, "The client may not call the API.");
  Caller caller;
  caller.kind = CallerKind::kApiClient;
  caller.environment_id = state->client.environment_id;
  caller.id = verified.client_id.str();
  caller.request_id = token.request_id;
  caller.deadline = token.deadline;
  co_return caller;
}

}  // namespace doorward
