// Which client is asking, at every endpoint that clients call (RFC 6749 section 2.3).
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "app/tokens/client_states.h"
#include "app/tokens/generation_cache.h"
#include "app/tokens/grant_limits.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/api_client.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/store.h"
#include "protocol/oauth/client_authentication.h"

namespace doorward {

// A client as it was when it proved itself.
struct AuthenticatedClient {
  std::shared_ptr<const ClientState> state;  // never null
  oauth::ClientAuthMethod method = oauth::ClientAuthMethod::kNone;
  ClientSecretId secret_id;  // of the secret methods

  const ApiClient& client() const { return state->client; }
};

// Names the keys by which a client proved itself: another set has another name.
std::string client_keys_name(std::string_view jwks);

// One that clients call, by protocol/oauth/metadata.h: its URL at an issuer.
using ClientEndpoint = std::string (*)(std::string_view issuer);

// Thread-safe. Everything borrowed must outlive it.
class ClientAuthentication {
 public:
  // A secret's last use is written at most this often.
  static constexpr std::chrono::minutes kTouchInterval{1};
  static constexpr std::size_t kRememberedTouches = 4096;  // secrets; twice as many at most

  struct Ports {
    Store& store;
    const Clock& clock;
    const Mac& mac;
  };

  // `issuer`: the base URL.
  ClientAuthentication(Ports ports, ClientStates& clients, std::string issuer, GrantLimits::Limits limits = {})
      : ports_(ports),
        clients_(clients),
        issuer_(std::move(issuer)),
        limits_(ports.clock, limits),
        touched_(kRememberedTouches) {}

  // `endpoint`: where the client asks; an assertion is good there if it is made out to it, to the token endpoint or to
  // the issuer (RFC 9126 section 2). `source`: the peer's address, for the limit on failures.
  // kInvalidClient: an unknown client, a wrong, ended or expired secret, an assertion that proves nothing, is for
  // another endpoint or was seen before, a confidential client without proof, a public one with one; not told apart.
  // kRateLimited: this source failed too often for this client. kClientDisabled: the proof is right. And the errors of
  // the store.
  task<Result<AuthenticatedClient>> authenticate(const oauth::ClientCredential& credential, ClientEndpoint endpoint,
                                                 std::string_view source,
                                                 std::chrono::steady_clock::time_point deadline);

 private:
  using State = std::shared_ptr<const ClientState>;
  task<Result<AuthenticatedClient>> by_secret(const oauth::ClientCredential& credential, std::string_view source,
                                              std::chrono::steady_clock::time_point deadline);
  task<Result<AuthenticatedClient>> by_assertion(const oauth::ClientCredential& credential, ClientEndpoint endpoint,
                                                 std::string_view source,
                                                 std::chrono::steady_clock::time_point deadline);
  task<Result<AuthenticatedClient>> by_name(const oauth::ClientCredential& credential, std::string_view source,
                                            std::chrono::steady_clock::time_point deadline);
  task<void> touch(const ClientState& state, ClientSecretId secret, std::chrono::steady_clock::time_point deadline);
  bool is_due(const ClientSecretId& secret, Timestamp now);

  const Ports ports_;
  ClientStates& clients_;
  const std::string issuer_;
  GrantLimits limits_;
  std::mutex mutex_;
  GenerationCache<Timestamp> touched_;  // by secret id
};

}  // namespace doorward
