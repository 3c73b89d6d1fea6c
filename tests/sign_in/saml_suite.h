// Signing in through a SAML provider without a socket: what it posts is made here, signed by the key that the
// connection pins.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/keys/signing_keys.h"
#include "app/sign_in/assertion_consumer.h"
#include "app/sign_in/idp_initiated_login.h"
#include "base/encoding.h"
#include "crypto/certificate.h"
#include "domain/saml_addresses.h"
#include "protocol/saml/certificate_text.h"
#include "protocol/saml/names.h"
#include "protocol/saml/redirect_binding.h"
#include "protocol/saml/response_write.h"
#include "sign_in/suite.h"

namespace doorward::store {

// A provider's own key; tests share it, since making one takes long.
inline const saml::MessageSigner& provider_signer() {
  static const saml::MessageSigner signer = [] {
    const auto key = crypto::RsaPrivateKey::generate();
    const std::string certificate =
        crypto::self_signed_certificate(key.to_pkcs8(), {.common_name = "idp.test",
                                                         .serial = std::string(16, '\1'),
                                                         .not_before = from_micros(1'790'000'000'000'000),
                                                         .not_after = from_micros(2'100'000'000'000'000)});
    return saml::MessageSigner::from_pkcs8(key.to_pkcs8(), certificate).value();
  }();
  return signer;
}

inline constexpr const char* kIdp = "https://idp.test/saml";

// What an honest provider answers to a login that began, or to nobody (empty `state`).
struct ProviderAnswer {
  std::string state;
  std::string name_id = "ann";
  std::string assertion_id = "_a1";
  std::string response_id = "_r1";
  std::string session_index = "s1";
  std::string issuer = kIdp;
  std::string audience;   // empty: ours
  std::string recipient;  // empty: ours
  std::string email = "ann@corp.test";
  std::string authn_instant;  // empty: now
  std::string session_not_on_or_after;
  bool is_signed = true;
};

class SamlSignInSuite : public SignInSuite {
 protected:
  static constexpr const char* kInitiate = "https://app.test/initiate";

  void SetUp() override {
    SignInSuite::SetUp();
    client_.initiate_login_uri = kInitiate;
    must([&](WriteTx& tx) { return tx.clients().update(client_); });
    sync_wait(saml_keys_->current()).value();
    connection_ = saml_connection();
    must([&](WriteTx& tx) { return tx.connections().insert(connection_); });
    make_consumer();
  }

  doorward::Connection saml_connection() {
    doorward::Connection made = connection_;
    made.id = ids().next<ConnectionId>();
    made.type = ConnectionType::kSaml;
    made.oidc = {};
    made.saml.provider = {
        .entity_id = kIdp,
        .sso_url = "https://idp.test/sso",
        .sso_binding = SamlBinding::kHttpRedirect,
        .slo_url = "https://idp.test/slo",
        .slo_binding = SamlBinding::kHttpRedirect,
        .certificates = {saml::read_certificate_der(provider_signer().certificate_der(), now()).value()}};
    return made;
  }
  template <class Change>
  void change_connection(Change change) {
    change(connection_);
    must([&](WriteTx& tx) { return tx.connections().update(connection_); });
  }

  void make_consumer(FailureLimiter::Limits failures = kAnswerFailureLimits) {
    if (!signing_keys_) {
      signing_keys_.emplace(SigningKeys::load({make_signing_key(home_.id, ids(), *keys_, now())}, *keys_).value());
    }
    initiated_.emplace(IdpInitiatedLogin::Ports{store(), clock_, offload_, *keys_}, *signing_keys_, *service_provider_,
                       *log_, home_of_logins());
    consumer_.emplace(AssertionConsumer::Ports{store(), clock_, offload_},
                      AssertionConsumer::Parts{*sign_in_, *initiated_, *log_}, home_.id, failures);
  }

  std::string xml_of(const ProviderAnswer& answer) const {
    const SamlAddresses own = saml_addresses(kBaseUrl, connection_);
    const std::string request = answer.state.empty() ? std::string() : saml_request_id(answer.state);
    const std::string recipient = answer.recipient.empty() ? own.acs_url : answer.recipient;
    const std::string soon = to_rfc3339(now() + std::chrono::minutes(5));
    saml::WrittenAssertion assertion{
        .id = answer.assertion_id,
        .issue_instant = to_rfc3339(now()),
        .issuer = answer.issuer,
        .name_id = {.value = answer.name_id, .format = std::string(saml::kNameIdPersistent)},
        .confirmations = {{.method = std::string(saml::kBearerConfirmation),
                           .recipient = recipient,
                           .in_response_to = request,
                           .not_on_or_after = soon}},
        .not_before = to_rfc3339(now()),
        .not_on_or_after = soon,
        .audience_restrictions = {{answer.audience.empty() ? own.entity_id : answer.audience}},
        .authn_instant = answer.authn_instant.empty() ? to_rfc3339(now()) : answer.authn_instant,
        .session_index = answer.session_index,
        .session_not_on_or_after = answer.session_not_on_or_after,
        .authn_context_class_ref = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password"};
    if (!answer.email.empty()) assertion.attributes.push_back({.name = "email", .values = {answer.email}});
    saml::XmlElement signed_assertion = saml::to_element(assertion);
    if (answer.is_signed) saml::sign_enveloped(signed_assertion, provider_signer());
    saml::XmlElement response = saml::to_element(saml::WrittenResponse{.id = answer.response_id,
                                                                       .issue_instant = to_rfc3339(now()),
                                                                       .destination = recipient,
                                                                       .in_response_to = request,
                                                                       .issuer = answer.issuer,
                                                                       .status = std::string(saml::kStatusSuccess)});
    return response.add(std::move(signed_assertion)).to_xml();
  }

  static std::string state_of(const SentToProvider& sent) {
    return oauth::value_of(query_of(sent.location), "RelayState");
  }
  SignInResult<SignInEnd> post(const std::string& xml, const std::string& browser_secret,
                               std::string relay_state = {}) {
    return sync_wait(consumer_->consume(
        connection_.id, {.saml_response = base64_encode(xml), .relay_state = std::move(relay_state), .received_at = {}},
        browser(browser_secret)));
  }
  SignInResult<SignInEnd> answer(const SentToProvider& sent, ProviderAnswer changed = {}) {
    if (changed.state.empty()) changed.state = state_of(sent);
    return post(xml_of(changed), sent.browser_secret.reveal(), state_of(sent));
  }
  std::vector<Session> sessions(const std::string& name_id) {
    return must_read(
        [&](const ReadTx& tx) { return tx.sign_in().sessions_at_provider(home_.id, connection_.id, name_id, ""); });
  }

  std::optional<SigningKeys> signing_keys_;
  std::optional<IdpInitiatedLogin> initiated_;
  std::optional<AssertionConsumer> consumer_;
};

inline std::string back(const SignInResult<SignInEnd>& end) { return std::get<SentBack>(*end).location; }

}  // namespace doorward::store
