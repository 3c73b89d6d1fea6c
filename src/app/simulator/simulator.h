// An OpenID provider inside the binary, for development: whoever is sent there chooses who they are and what goes
// wrong. Towards Doorward it is an identity provider like any other: it is reached by HTTP under its issuer, signs with
// a key of its own, and nothing trusts it more.
//
// It keeps nothing: codes and access tokens carry what they stand for, authenticated, so that any node redeems what
// another one issued. It knows no clients: any client_id will do, with any secret or none, since it answers only to
// callbacks of Doorward and of this machine.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "app/simulator/simulated_login.h"
#include "app/tokens/generation_cache.h"
#include "base/result.h"
#include "crypto/ec_key.h"
#include "domain/connection.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "protocol/oauth/form.h"

namespace doorward {

// Where it is, below the base URL.
inline constexpr std::string_view kSimulatorPath = "/simulator";

// Of a relying party that wants somebody signed in (OpenID Connect Core section 3.1.2.1).
struct SimulatorRequest {
  std::string client_id;
  std::string redirect_uri;
  std::string state;
  std::string nonce;
  std::string code_challenge;  // S256; empty: none
  std::string login_hint;
};

// A refusal goes back to the relying party where `location` is not empty; else it is a page.
struct SimulatorRefusal {
  Error error;
  std::string location;
};

// Thread-safe. What is borrowed must outlive it.
class Simulator {
 public:
  static constexpr std::chrono::seconds kCodeLife{60};
  static constexpr std::chrono::seconds kTokenLife{3600};
  static constexpr std::size_t kRememberedCodes = 16'384;  // that were redeemed, so that none is twice

  struct Ports {
    const Clock& clock;
    Random& random;
    const Mac& mac;
  };

  // `base_url`: ours, without a final '/'.
  Simulator(Ports ports, std::string base_url);

  const std::string& issuer() const { return issuer_; }
  const std::string& discovery_document() const { return discovery_document_; }
  const std::string& key_set() const { return key_set_; }

  // Without a location: kInvalidRequest (no client_id), kInvalidRedirectUri. With one: kUnsupportedResponseType,
  // kInvalidScope (no openid), kInvalidRequest (PKCE other than S256, texts beyond kMostSimulatedText), kLoginRequired
  // (prompt=none: it keeps no session with a browser).
  tl::expected<SimulatorRequest, SimulatorRefusal> read_request(const oauth::Form& query) const;

  // Where the browser goes then: the callback with a code or an error, or where Doorward starts an IdP-initiated login.
  std::string answer(const SimulatorRequest& request, const SimulatedLogin& login) const;

  // Where Doorward starts an IdP-initiated login of this connection.
  std::string initiate(const ConnectionId& connection, std::string_view login_hint) const;

  // The token endpoint (section 3.1.3): JSON of the answer. kUnsupportedGrantType, kInvalidClient, kInvalidGrant.
  Result<std::string> redeem(const oauth::Form& form, std::string_view query, std::string_view authorization);

  // JSON of the userinfo endpoint (section 5.3). kInvalidToken.
  Result<std::string> user_info(std::string_view authorization) const;

  // Where to go after a logout (RP-Initiated Logout 1.0); empty: nowhere, there is a page.
  std::string after_logout(const oauth::Form& form) const;

 private:
  bool is_answered(std::string_view redirect_uri) const;
  std::string id_token(const SimulatedLogin& login, const std::string& client_id, const std::string& nonce,
                       std::string_view access_token, Timestamp authenticated_at) const;

  const Ports ports_;
  const std::string base_url_;
  const std::string issuer_;
  const crypto::EcPrivateKey key_;
  const std::string key_id_;
  const std::string key_set_;
  const std::string discovery_document_;
  std::mutex mutex_;
  GenerationCache<bool> redeemed_;
};

}  // namespace doorward
