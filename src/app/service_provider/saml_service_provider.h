// Doorward as the SAML service provider of an organization's identity provider: it sends a browser there, judges what
// comes back and says who it is (SAML profiles 4.1 and 4.4). It keeps nothing: what must outlive a request is handed to
// the caller.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/provider_login/provider_login.h"
#include "app/saml_keys/saml_keys.h"
#include "app/service_provider/kept_authn_request.h"
#include "app/service_provider/saml_logout_name.h"
#include "app/tokens/failure_limiter.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/auth_request.h"
#include "domain/connection.h"
#include "ports/clock.h"
#include "ports/offload.h"
#include "protocol/saml/logout.h"
#include "protocol/saml/outgoing_message.h"
#include "protocol/saml/response_check.h"

namespace doorward {

// The ID of our requests: an XML name, of which the rest is the state of a transaction (SAML core 1.3.4).
std::string saml_request_id(std::string_view state);
// The state in what a message claims to answer; nullopt: no request of ours has such an ID.
std::optional<std::string> state_in_request_id(std::string_view id);

// Whether an answer holds an encrypted assertion, as far as its bytes tell: true also for one that merely says the
// name.
bool holds_encrypted_assertion(std::string_view xml);

// Answers that could not be decrypted, so that nobody learns a text from what a block cipher without authentication
// lets through (S-60): of one source at one connection, and, since one who asks may have many addresses, of the
// connection. The second is wide, lest a stranger lock a customer's people out (H-11).
inline constexpr FailureLimiter::Limits kDecryptFailureLimits{.burst = 10, .refill_per_second = 10.0 / 60};
inline constexpr FailureLimiter::Limits kConnectionDecryptFailureLimits{.burst = 200, .refill_per_second = 200.0 / 60};

// Thread-safe.
class DecryptionLimiter {
 public:
  explicit DecryptionLimiter(const Clock& clock)
      : pairs_(clock, kDecryptFailureLimits), connections_(clock, kConnectionDecryptFailureLimits) {}

  // Before an answer is decrypted: it counts as a failure until it is given back. kRateLimited.
  Result<void> take(const ConnectionId& connection, std::string_view source);
  void give_back(const ConnectionId& connection, std::string_view source);

 private:
  FailureLimiter pairs_;
  FailureLimiter connections_;
};

struct StartedSamlLogin {
  saml::OutgoingMessage message;
  KeptAuthnRequest kept;
};

// A Response as a browser posted it.
struct SamlAnswer {
  std::string xml;          // decoded
  std::string relay_state;  // empty: none
  std::string received_at;  // one of SamlAddresses::acs_urls; empty: acs_url
  std::string source;       // peer address
};

struct SamlCheck {
  const SamlAnswer& answer;
  std::optional<saml::SentAuthnRequest> sent;  // nullopt: nobody asked
  // Told of each fact, for the authentication log: names as in CheckedFact, and "response" when no fact says what was
  // wrong. Steps hold no secret and are short. May be empty; called before check() returns.
  std::function<void(AuthRequestStep)> on_step;
};

// Thread-safe. What is borrowed must outlive it; arguments by reference must live until the task has ended. Signatures,
// decryption and XML are worked on in the offload pool.
class SamlServiceProvider {
 public:
  struct Ports {
    const Clock& clock;
    Offload& offload;
  };

  // `base_url`: ours, without a final '/'.
  SamlServiceProvider(Ports ports, SamlKeys& keys, std::string base_url)
      : ports_(ports), keys_(keys), base_url_(std::move(base_url)), decryptions_(ports.clock) {}

  // Signed where the provider or the connection wants it. Asks the provider to ask the person again (ForceAuthn) where
  // the connection says so, and for prompt=login and max_age: SAML knows no other way to be sure.
  // kConnectionIncomplete: no entity id, no address or no certificate of the provider. kAuthnContext: the connection
  // demands authentication contexts, and none of `acr_values` is among them.
  task<Result<StartedSamlLogin>> start(const Connection& connection, const LoginStart& start);

  // Reasons of saml::check_response. kOverloaded and kRateLimited (DecryptionLimiter, only where the connection allows
  // AES-CBC) are ours.
  task<Result<saml::UnusedAssertion>> check(const Connection& connection, const SamlCheck& check);

  // A message as far as the authentication log may keep it; empty when the server is too busy for it.
  task<std::string> redacted(std::string_view xml);

  // What a message says of itself, unchecked: its ID, what it claims to answer. Empty: nothing that could be one.
  task<std::string> unchecked_id(std::string_view xml);
  task<std::string> unchecked_in_response_to(std::string_view xml);

  // Our metadata for this connection's provider, with XML declaration.
  task<Result<std::string>> metadata(const Connection& connection);

  // Asks the provider to end the login of `name`; the answer comes back with `state` (of 256 random bits).
  // kConnectionIncomplete: the provider has no address for it.
  task<Result<saml::OutgoingMessage>> logout_request(const Connection& connection, const SamlLogoutName& name,
                                                     std::string_view state);
  // Answers a request of the provider, signed. kConnectionIncomplete as above.
  task<Result<saml::OutgoingMessage>> logout_response(const Connection& connection, std::string_view in_response_to,
                                                      saml::LogoutStatus status, std::string_view relay_state,
                                                      std::string id);

  // Reasons of saml::check_logout_request and saml::check_logout_response.
  task<Result<saml::LogoutRequest>> check_logout_request(const Connection& connection,
                                                         const saml::ReceivedMessage& message);
  task<Result<saml::LogoutResponse>> check_logout_response(const Connection& connection,
                                                           const saml::ReceivedMessage& message,
                                                           std::string_view in_response_to);

  const std::string& base_url() const { return base_url_; }

 private:
  task<Result<saml::UnusedAssertion>> judge(const Connection& connection, const SamlCheck& check);
  task<Result<SamlKey>> signing_key(const Connection& connection);
  task<Result<std::vector<Secret<std::string>>>> decryption_keys(const Connection& connection, std::string_view xml);
  struct Destination {
    saml::MessageKind kind;
    const std::string& endpoint;
    SamlBinding binding;
  };
  task<Result<saml::OutgoingMessage>> send_signed(const Connection& connection, saml::XmlElement message,
                                                  Destination to, std::string_view relay_state);

  const Ports ports_;
  SamlKeys& keys_;
  const std::string base_url_;
  DecryptionLimiter decryptions_;
};

// Who it is of whom an assertion speaks. The subject is the name id; of a transient one, which is another at each
// login, an attribute that stays takes its place: what the connection maps as `sub`, else a well-known one.
//
// kNameIdInvalid: transient, and no attribute stays. kMandatoryAttributeMissing: as saml::make_profile.
Result<ProviderIdentity> identity_of(const Connection& connection, const saml::SamlAssertion& assertion,
                                     std::span<const SsoUserAttribute> attributes);

}  // namespace doorward
