#include "app/tokens/client_authentication.h"

#include <array>
#include <utility>

#include "app/tokens/client_assertion.h"
#include "base/encoding.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "protocol/oauth/metadata.h"

namespace doorward {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

// The live secret that matches. Every one is compared, so that the time does not tell which did.
const ClientSecret* matching_secret(const ClientState* state, std::string_view hash, Timestamp now) {
  if (state == nullptr) return nullptr;
  const ClientSecret* match = nullptr;
  for (const ClientSecret& secret : state->secrets) {
    if (crypto::constant_time_equal(secret.lookup_hash, hash) && secret.is_live(now)) match = &secret;
  }
  // A secret is no proof of a client whose kind cannot keep one.
  return is_public(state->client.type) ? nullptr : match;
}

Result<AuthenticatedClient> if_enabled(AuthenticatedClient client) {
  if (!client.client().enabled) return failure(Reason::kClientDisabled, "The client is disabled.");
  return client;
}

}  // namespace

std::string client_keys_name(std::string_view jwks) { return base64url_encode(crypto::sha256(jwks)); }

task<Result<AuthenticatedClient>> ClientAuthentication::authenticate(const oauth::ClientCredential& credential,
                                                                     ClientEndpoint endpoint, std::string_view source,
                                                                     Deadline deadline) {
  switch (credential.method) {
    case oauth::ClientAuthMethod::kSecretBasic:
    case oauth::ClientAuthMethod::kSecretPost:
      co_return co_await by_secret(credential, source, deadline);
    case oauth::ClientAuthMethod::kPrivateKeyJwt:
      co_return co_await by_assertion(credential, endpoint, source, deadline);
    case oauth::ClientAuthMethod::kNone:
      break;
  }
  co_return co_await by_name(credential, source, deadline);
}

task<Result<AuthenticatedClient>> ClientAuthentication::by_secret(const oauth::ClientCredential& credential,
                                                                  std::string_view source, Deadline deadline) {
  const Timestamp now = ports_.clock.now();
  const ApiClientId id(credential.client_id);
  DOORWARD_CO_CHECK(limits_.check_guess(source, credential.client_id));
  // Hashed for an unknown client too, and both refusals read the store: they do the same work.
  const std::string hash = ports_.mac.lookup_hash(credential.secret.reveal());
  DOORWARD_CO_TRY(State state, co_await clients_.find(id, deadline));
  const ClientSecret* secret = matching_secret(state.get(), hash, now);
  if (secret == nullptr && state != nullptr) {
    // The secret may be younger than the remembered state.
    DOORWARD_CO_TRY(state, co_await clients_.read(id, deadline));
    secret = matching_secret(state.get(), hash, now);
  }
  if (secret == nullptr) co_return failure(limits_.refuse_guess(source, credential.client_id));
  const ClientSecretId secret_id = secret->id;
  if (state->client.enabled) co_await touch(*state, secret_id, deadline);
  co_return if_enabled({.state = std::move(state), .method = credential.method, .secret_id = secret_id});
}

task<Result<AuthenticatedClient>> ClientAuthentication::by_assertion(const oauth::ClientCredential& credential,
                                                                     ClientEndpoint endpoint, std::string_view source,
                                                                     Deadline deadline) {
  const Timestamp now = ports_.clock.now();
  const std::string& assertion = credential.assertion.reveal();
  std::string named = credential.client_id;
  if (named.empty()) {
    DOORWARD_CO_TRY(named, client_of_assertion(assertion));
  }
  DOORWARD_CO_CHECK(limits_.check_guess(source, named));
  const auto refuse = [&](const Error& why) {
    Error refusal = limits_.refuse_guess(source, named);
    refusal.detail = why.detail;
    return failure(std::move(refusal));
  };
  const ApiClientId id(named);
  DOORWARD_CO_TRY(State state, co_await clients_.find(id, deadline));
  const std::array audiences{issuer_, oauth::token_endpoint(issuer_), endpoint(issuer_)};
  const auto verify = [&]() -> Result<ClientAssertion> {
    if (state == nullptr || is_public(state->client.type) || state->client.jwks.empty()) {
      return failure(make_error(Reason::kInvalidClient, "", "assertion: the client has no keys"));
    }
    return verify_client_assertion(assertion, named, state->client.jwks, audiences, now);
  };
  auto verified = verify();
  if (!verified && state != nullptr) {
    // The keys may be younger than the remembered state.
    DOORWARD_CO_TRY(state, co_await clients_.read(id, deadline));
    verified = verify();
  }
  if (!verified) co_return refuse(verified.error());
  DOORWARD_CO_TRY(const bool first,
                  co_await ports_.store.write("client.assertion", {.deadline = deadline}, [&](WriteTx& tx) {
                    return tx.sign_in().note_seen(state->client.environment_id, "client_assertion:" + named,
                                                  verified->token_id, verified->expires_at);
                  }));
  if (!first) co_return refuse(make_error(Reason::kReplay, "", "assertion: replay"));
  co_return if_enabled({.state = std::move(state), .method = credential.method});
}

task<Result<AuthenticatedClient>> ClientAuthentication::by_name(const oauth::ClientCredential& credential,
                                                                std::string_view source, Deadline deadline) {
  DOORWARD_CO_CHECK(limits_.check_guess(source, credential.client_id));
  DOORWARD_CO_TRY(State state, co_await clients_.find(ApiClientId(credential.client_id), deadline));
  if (state == nullptr || !is_public(state->client.type)) {
    co_return failure(limits_.refuse_guess(source, credential.client_id));
  }
  co_return if_enabled({.state = std::move(state), .method = credential.method});
}

bool ClientAuthentication::is_due(const ClientSecretId& secret, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const Timestamp* last = touched_.find(secret.str());
  if (last != nullptr && now >= *last && now - *last < kTouchInterval) return false;
  touched_.put(secret.str(), now);
  return true;
}

task<void> ClientAuthentication::touch(const ClientState& state, ClientSecretId secret, Deadline deadline) {
  const Timestamp now = ports_.clock.now();
  if (!is_due(secret, now)) co_return;
  const auto touched =
      co_await ports_.store.write("client.touch_secret", {.deadline = deadline}, [&](WriteTx& tx) -> Result<bool> {
        DOORWARD_CHECK(tx.clients().touch_secret(state.client.environment_id, state.client.id, secret, now));
        return true;
      });
  // What people read for orientation is no reason to refuse anybody.
  if (!touched) {
    log::warning("client.touch_failed", {{"client_id", state.client.id.str()}, {"detail", touched.error().detail}});
  }
}

}  // namespace doorward
