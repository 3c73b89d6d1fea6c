#include "app/simulator/saml_simulator.h"

#include <chrono>
#include <utility>
#include <variant>

#include "app/simulator/simulator_address.h"
#include "app/simulator/simulator_key.h"
#include "base/encoding.h"
#include "crypto/stable_certificate.h"
#include "domain/saml_addresses.h"
#include "protocol/saml/idp_metadata.h"
#include "protocol/saml/idp_metadata_write.h"
#include "protocol/saml/logout.h"
#include "protocol/saml/received_request.h"
#include "protocol/saml/redirect_binding.h"
#include "protocol/saml/response_check.h"

namespace doorward {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr const char* kCertificateName = "Doorward identity provider simulator";
constexpr const char* kIssuerName = "Doorward identity provider simulator, issuer";

// So that its certificate is the same at each start.
constexpr Timestamp kValidFrom = std::chrono::sys_days{std::chrono::year{2025} / 1 / 1};
constexpr Timestamp kValidUntil = std::chrono::sys_days{std::chrono::year{2099} / 12 / 31};

saml::MessageSigner signer_of(const Mac& mac, std::string_view purpose) {
  const Secret<std::string> key = make_simulator_key(mac, purpose);
  const Secret<std::string> seed(mac.mac(kSimulatorSamlIssuer, ""));
  std::string certificate =
      crypto::make_stable_certificate(key, seed, {kCertificateName, kIssuerName, kValidFrom, kValidUntil});
  return saml::MessageSigner::from_pkcs8(key, std::move(certificate)).value();
}

// At the first base64 digit, which has no padding.
void break_signature(std::string& xml) {
  constexpr std::string_view kBefore = "<ds:SignatureValue>";
  const std::size_t at = xml.find(kBefore);
  if (at == std::string::npos) return;
  char& digit = xml[at + kBefore.size()];
  digit = digit == 'A' ? 'B' : 'A';
}

Error not_answered() {
  return make_error(Reason::kInvalidRedirectUri,
                    "The simulator answers to addresses of this server and of this machine only.");
}

}  // namespace

SamlSimulator::SamlSimulator(Ports ports, std::string base_url)
    : ports_(ports),
      base_url_(std::move(base_url)),
      entity_id_(base_url_ + std::string(kSamlSimulatorPath)),
      signer_(signer_of(ports.mac, kSimulatorSamlKey)),
      foreign_signer_(signer_of(ports.mac, kSimulatorForeignKey)),
      metadata_(saml::write_idp_metadata(entity_id_, signer_.certificate_der())),
      description_(
          saml::read_idp_metadata(
              metadata_,
              {.entity_id = entity_id_, .signer_certificate_der = {}, .allow_http = true, .now = ports.clock.now()})
              .value()) {}

std::string SamlSimulator::new_id() const { return "_" + hex_encode(ports_.random.bytes(kIdBytes)); }

SimulatedSamlIds SamlSimulator::new_ids() const {
  return {.response = new_id(), .assertion = new_id(), .other = new_id()};
}

bool SamlSimulator::is_answered(std::string_view url) const { return is_answered_by_simulator(base_url_, url); }

std::string SamlSimulator::service_provider(const ConnectionId& connection) const {
  return base_url_ + std::string(kSamlPath) + "/" + percent_encode(connection.str());
}

Result<SamlSimulatorRequest> SamlSimulator::read_request(std::string_view query) const {
  DOORWARD_TRY(saml::RedirectMessage message, saml::read_redirect(query));
  if (message.kind != saml::MessageKind::kRequest) {
    return failure(Reason::kInvalidRequest, "A SAMLRequest belongs here.");
  }
  DOORWARD_TRY(saml::ReceivedAuthnRequest asked, saml::read_authn_request(message.xml));
  if (asked.acs_url.empty()) {
    return failure(Reason::kInvalidRequest, "The request must name its AssertionConsumerServiceURL.");
  }
  if (!is_answered(asked.acs_url)) return failure(not_answered());
  return SamlSimulatorRequest{.id = std::move(asked.id),
                              .sp_entity_id = std::move(asked.issuer),
                              .acs_url = std::move(asked.acs_url),
                              .relay_state = std::move(message.relay_state),
                              .name_id_format = std::move(asked.name_id_format),
                              .is_passive = asked.is_passive,
                              .authn_context_class_refs = std::move(asked.authn_context_class_refs),
                              .login_hint = std::move(asked.subject)};
}

Result<std::string> SamlSimulator::redirect_of(const oauth::Form& form) const {
  const std::string& field = oauth::value_of(form, "SAMLRequest");
  if (field.empty()) return failure(Reason::kInvalidRequest, "A SAMLRequest belongs here.");
  DOORWARD_TRY(const std::string xml, saml::decode_post_message(field));
  return saml::redirect_url(entity_id_ + "/sso", saml::MessageKind::kRequest, xml, oauth::value_of(form, "RelayState"),
                            nullptr);
}

SamlSimulatorRequest SamlSimulator::unsolicited(const ConnectionId& connection) const {
  SamlSimulatorRequest request;
  request.sp_entity_id = service_provider(connection);
  request.acs_url = request.sp_entity_id + "/callback";
  return request;
}

saml::PostTo SamlSimulator::answer(const SamlSimulatorRequest& request, const SimulatedLogin& login) const {
  return posted(request, simulated_saml_answer(request, login, entity_id_, new_ids(), ports_.clock.now()), login);
}

saml::PostTo SamlSimulator::answer_passive(const SamlSimulatorRequest& request) const {
  return posted(request, simulated_passive_answer(request, entity_id_, new_ids(), ports_.clock.now()), {});
}

saml::PostTo SamlSimulator::posted(const SamlSimulatorRequest& request, SimulatedSamlAnswer answer,
                                   const SimulatedLogin& login) const {
  const saml::MessageSigner& signer = login.outcome == SimulatedOutcome::kOtherKey ? foreign_signer_ : signer_;
  const bool is_signed = login.outcome != SimulatedOutcome::kUnsigned;
  saml::XmlElement response = to_element(answer.response);
  if (answer.assertion) {
    saml::XmlElement assertion = to_element(*answer.assertion);
    if (is_signed && login.signing != SimulatedSigning::kResponse) saml::sign_enveloped(assertion, signer);
    response.add(std::move(assertion));
  }
  if (is_signed && (login.signing != SimulatedSigning::kAssertion || !answer.assertion)) {
    saml::sign_enveloped(response, signer);
  }
  std::string xml = response.to_xml();
  if (login.outcome == SimulatedOutcome::kBadSignature) break_signature(xml);
  return {.action = request.acs_url,
          .parameter = "SAMLResponse",
          .message = base64_encode(xml),
          .relay_state = login.outcome == SimulatedOutcome::kIdpInitiated ? std::string() : request.relay_state};
}

Result<std::string> SamlSimulator::log_out(std::string_view query) const {
  DOORWARD_TRY(const saml::RedirectMessage message, saml::read_redirect(query));
  if (message.kind == saml::MessageKind::kResponse) return std::string();
  DOORWARD_TRY(const saml::ReceivedLogoutRequest request, saml::read_logout_request(message.xml));
  if (!request.issuer.starts_with(base_url_ + "/sso/v1/")) return failure(not_answered());
  const std::string destination = request.issuer + "/slo";
  saml::LogoutResponse response;
  response.id = new_id();
  response.issue_instant = ports_.clock.now();
  response.destination = destination;
  response.issuer = entity_id_;
  response.in_response_to = request.id;
  return saml::redirect_url(destination, saml::MessageKind::kResponse, to_element(response).to_xml(),
                            message.relay_state, &signer_);
}

std::string SamlSimulator::begin_logout(const ConnectionId& connection, const saml::SamlNameId& name_id) const {
  const std::string destination = service_provider(connection) + "/slo";
  saml::LogoutRequest request;
  request.id = new_id();
  request.issue_instant = ports_.clock.now();
  request.destination = destination;
  request.issuer = entity_id_;
  request.name_id = name_id;
  request.not_on_or_after = request.issue_instant + saml::kLogoutRequestLife;
  return saml::redirect_url(destination, saml::MessageKind::kRequest, to_element(request).to_xml(), {}, &signer_);
}

}  // namespace doorward
