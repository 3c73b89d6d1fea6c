#include "edge/api/saml_conversion.h"

#include <optional>
#include <string>
#include <utility>

#include "app/connections/saml_patch.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "domain/saml_addresses.h"
#include "edge/api/conversion.h"
#include "edge/api/wrapped_values.h"
#include "protocol/profile/profile.h"
#include "protocol/saml/certificate_text.h"
#include "protocol/saml/idp_metadata.h"
#include "protocol/saml/profile.h"

namespace doorward::api {
namespace {

namespace connections_v1 = ::scalekit::v1::connections;
namespace v1 = ::doorward::v1;

connections_v1::RequestBinding binding_of(SamlBinding binding) {
  return static_cast<connections_v1::RequestBinding>(binding);
}

void to_proto(const PinnedCertificate& certificate, connections_v1::IDPCertificate& out) {
  out.set_certificate(saml::to_pem(certificate.der));
  api::to_proto(certificate.create_time, *out.mutable_create_time());
  api::to_proto(certificate.not_after, *out.mutable_expiry_time());
  out.set_id(certificate.id);
  out.set_issuer(certificate.issuer);
}

void to_proto(const PinnedCertificate& certificate, v1::SamlProviderCertificate& out) {
  out.set_id(certificate.id);
  out.set_certificate(saml::to_pem(certificate.der));
  out.set_subject(certificate.subject);
  out.set_issuer(certificate.issuer);
  api::to_proto(certificate.not_before, *out.mutable_not_before());
  api::to_proto(certificate.not_after, *out.mutable_not_after());
  api::to_proto(certificate.create_time, *out.mutable_create_time());
  if (certificate.warn_time) api::to_proto(*certificate.warn_time, *out.mutable_expiry_announce_time());
}

void to_proto(const SamlProviderDescription& pending, const SamlProviderDescription& now,
              v1::PendingSamlMetadata& out) {
  out.set_id(description_id(pending));
  out.set_idp_entity_id(pending.entity_id);
  out.set_idp_sso_url(pending.sso_url);
  out.set_idp_sso_request_binding(binding_of(pending.sso_binding));
  out.set_idp_slo_url(pending.slo_url);
  out.set_slo_response_url(pending.slo_response_url);
  out.set_idp_slo_request_binding(binding_of(pending.slo_binding));
  out.set_idp_wants_requests_signed(pending.want_requests_signed);
  for (const PinnedCertificate& certificate : pending.certificates) to_proto(certificate, *out.add_idp_certificates());
  saml::DescriptionDiff diff = saml::diff_of(now, pending);
  for (std::string& id : diff.certificates_added) out.add_certificates_added(std::move(id));
  for (std::string& id : diff.certificates_removed) out.add_certificates_removed(std::move(id));
  out.set_entity_id_changes(diff.entity_id);
  out.set_addresses_change(diff.endpoints);
}

void add_default(ConnectionProvider provider, std::string_view attribute, v1::SamlConnectionSettings& out) {
  const auto names = saml::default_sources(provider, attribute);
  if (names.empty()) return;
  v1::SamlAttributeDefault& added = *out.add_default_attributes();
  added.set_attribute(std::string(attribute));
  for (const std::string_view name : names) added.add_names(std::string(name));
}

// Without presence, 0 stands for "not given"; what is beyond the last one is nothing that we know.
template <class Enum>
std::optional<Enum> enum_of(int value, Enum last) {
  if (value <= 0 || value > static_cast<int>(last)) return std::nullopt;
  return static_cast<Enum>(value);
}

// What follows from the connection is stored as nothing, so that it follows the server when that moves.
void clear_if(std::optional<std::string>& value, const std::string& derived) {
  if (value == derived) value = std::string();
}

}  // namespace

void to_proto(const Connection& connection, std::string_view base_url,
              connections_v1::SAMLConnectionConfigResponse& out) {
  const SamlSettings& saml = connection.saml;
  const SamlAddresses addresses = saml_addresses(base_url, connection);
  out.set_sp_entity_id(addresses.entity_id);
  out.set_sp_assertion_url(addresses.requested_acs_url);
  out.set_sp_metadata_url(addresses.metadata_url);
  out.mutable_sp_slo_url()->set_value(addresses.slo_url);
  const auto set = [](const std::string& text, google::protobuf::StringValue& (*field)(decltype(out)), auto& message) {
    if (!text.empty()) field(message).set_value(text);
  };
  using Out = decltype(out);
  using Text = google::protobuf::StringValue&;
  set(saml.metadata_url, [](Out o) -> Text { return *o.mutable_idp_metadata_url(); }, out);
  set(saml.provider.entity_id, [](Out o) -> Text { return *o.mutable_idp_entity_id(); }, out);
  set(saml.provider.sso_url, [](Out o) -> Text { return *o.mutable_idp_sso_url(); }, out);
  set(saml.provider.slo_url, [](Out o) -> Text { return *o.mutable_idp_slo_url(); }, out);
  set(connection.ui_button_title, [](Out o) -> Text { return *o.mutable_ui_button_title(); }, out);
  set(saml.default_redirect_uri, [](Out o) -> Text { return *o.mutable_default_redirect_uri(); }, out);
  set(saml.certificate_id, [](Out o) -> Text { return *o.mutable_certificate_id(); }, out);
  for (const PinnedCertificate& certificate : saml.provider.certificates) {
    to_proto(certificate, *out.add_idp_certificates());
  }
  out.set_idp_name_id_format(static_cast<connections_v1::NameIdFormat>(saml.name_id_format));
  out.set_idp_sso_request_binding(binding_of(saml.provider.sso_binding));
  out.set_idp_slo_request_binding(binding_of(saml.provider.slo_binding));
  out.set_saml_signing_option(static_cast<connections_v1::SAMLSigningOptions>(saml.signing_option));
  out.mutable_allow_idp_initiated_login()->set_value(connection.allow_idp_initiated_login);
  out.mutable_force_authn()->set_value(saml.force_authn);
  out.mutable_assertion_encrypted()->set_value(saml.assertion_encrypted);
  out.mutable_want_request_signed()->set_value(saml.want_request_signed);
  out.mutable_idp_slo_required()->set_value(saml.slo_required);
  out.mutable_sync_user_profile_on_login()->set_value(connection.sync_user_profile_on_login);
  out.mutable_jit_provisioning_with_sso_enabled()->set_value(connection.jit_provisioning);
}

void to_proto(const Connection& connection, v1::SamlConnectionSettings& out) {
  const SamlSettings& saml = connection.saml;
  for (const PinnedCertificate& certificate : saml.provider.certificates) {
    to_proto(certificate, *out.add_idp_certificates());
  }
  out.set_slo_response_url(saml.provider.slo_response_url);
  out.set_idp_wants_requests_signed(saml.provider.want_requests_signed);
  out.set_login_hint_as_subject(saml.login_hint_as_subject);
  for (const std::string& reference : saml.authn_context_class_refs) out.add_authn_context_class_refs(reference);
  out.mutable_clock_skew()->set_seconds(saml.clock_skew.count());
  out.mutable_assertion_life()->set_seconds(saml.assertion_life.count());
  for (const std::string& alias : saml.acs_aliases) out.add_acs_aliases(alias);
  out.set_allow_sha1(saml.allow_sha1);
  out.set_allow_cbc(saml.allow_cbc);
  out.set_allow_comments(saml.allow_comments);
  out.set_allow_advice(saml.allow_advice);
  out.set_allow_expired_certificates(saml.allow_expired_certificates);
  if (!saml.metadata_certificate_der.empty()) {
    out.set_metadata_certificate(saml::to_pem(saml.metadata_certificate_der));
  }
  if (saml.metadata_fetch_time) api::to_proto(*saml.metadata_fetch_time, *out.mutable_metadata_fetch_time());
  out.set_metadata_error(saml.metadata_error);
  if (saml.pending_description) to_proto(*saml.pending_description, saml.provider, *out.mutable_pending_metadata());
  add_default(connection.provider, "email", out);
  for (const auto& attribute : profile::standard_attributes()) add_default(connection.provider, attribute.name, out);
}

void to_proto(const SamlKey& key, v1::SamlKey& out) {
  out.set_id(key.id.str());
  out.set_state(static_cast<v1::SamlKeyState>(key.state));
  out.set_certificate(saml::to_pem(key.certificate_der));
  out.set_fingerprint(hex_encode(crypto::sha256(key.certificate_der)));
  to_proto(key.not_after, *out.mutable_not_after());
  to_proto(key.create_time, *out.mutable_create_time());
  if (key.retire_time) to_proto(*key.retire_time, *out.mutable_retire_time());
  if (key.decrypt_until) to_proto(*key.decrypt_until, *out.mutable_decrypt_until());
}

SamlPatch from_proto(const connections_v1::SAMLConnectionConfigRequest& input, const ConnectionId& id,
                     std::string_view base_url) {
  Connection plain;
  plain.id = id;
  const SamlAddresses derived = saml_addresses(base_url, plain);
  SamlPatch out;
  out.metadata_url = text_of(input.has_idp_metadata_url(), input.idp_metadata_url());
  out.entity_id = text_of(input.has_idp_entity_id(), input.idp_entity_id());
  out.sso_url = text_of(input.has_idp_sso_url(), input.idp_sso_url());
  out.certificates = text_of(input.has_idp_certificate(), input.idp_certificate());
  out.slo_url = text_of(input.has_idp_slo_url(), input.idp_slo_url());
  out.name_id_format = enum_of(input.idp_name_id_format(), NameIdFormat::kPersistent);
  out.sso_binding = enum_of(input.idp_sso_request_binding(), SamlBinding::kHttpRedirect);
  out.slo_binding = enum_of(input.idp_slo_request_binding(), SamlBinding::kHttpRedirect);
  out.signing_option = enum_of(input.saml_signing_option(), SamlSigningOption::kResponseOrAssertion);
  out.force_authn = flag_of(input.has_force_authn(), input.force_authn());
  out.default_redirect_uri = text_of(input.has_default_redirect_uri(), input.default_redirect_uri());
  out.assertion_encrypted = flag_of(input.has_assertion_encrypted(), input.assertion_encrypted());
  out.want_request_signed = flag_of(input.has_want_request_signed(), input.want_request_signed());
  out.certificate_id = text_of(input.has_certificate_id(), input.certificate_id());
  out.slo_required = flag_of(input.has_idp_slo_required(), input.idp_slo_required());
  out.sp_entity_id = text_of(input.has_sp_entity_id(), input.sp_entity_id());
  clear_if(out.sp_entity_id, derived.entity_id);
  out.acs_url = text_of(input.has_sp_assertion_url(), input.sp_assertion_url());
  clear_if(out.acs_url, derived.acs_url);
  return out;
}

Result<SamlPatch> from_proto(const v1::UpdateSamlConnectionSettings& input) {
  SamlPatch out;
  if (input.has_metadata_xml()) out.metadata_xml = input.metadata_xml();
  if (input.has_metadata_certificate()) out.metadata_certificate = input.metadata_certificate();
  if (input.has_slo_response_url()) out.slo_response_url = input.slo_response_url();
  if (input.has_idp_name_id_format()) out.name_id_format = static_cast<NameIdFormat>(input.idp_name_id_format());
  if (input.has_login_hint_as_subject()) out.login_hint_as_subject = input.login_hint_as_subject();
  if (input.has_authn_context_class_refs()) {
    const auto& references = input.authn_context_class_refs().class_refs();
    out.authn_context_class_refs.emplace(references.begin(), references.end());
  }
  if (input.has_clock_skew()) {
    DOORWARD_TRY(const Duration skew, api::from_proto(input.clock_skew(), "settings.saml.clock_skew"));
    out.clock_skew = std::chrono::ceil<std::chrono::seconds>(skew);
  }
  if (input.has_assertion_life()) {
    DOORWARD_TRY(const Duration life, api::from_proto(input.assertion_life(), "settings.saml.assertion_life"));
    out.assertion_life = std::chrono::ceil<std::chrono::seconds>(life);
  }
  if (input.has_acs_aliases())
    out.acs_aliases.emplace(input.acs_aliases().urls().begin(), input.acs_aliases().urls().end());
  if (input.has_allow_sha1()) out.allow_sha1 = input.allow_sha1();
  if (input.has_allow_cbc()) out.allow_cbc = input.allow_cbc();
  if (input.has_allow_comments()) out.allow_comments = input.allow_comments();
  if (input.has_allow_advice()) out.allow_advice = input.allow_advice();
  if (input.has_allow_expired_certificates()) out.allow_expired_certificates = input.allow_expired_certificates();
  return out;
}

}  // namespace doorward::api
