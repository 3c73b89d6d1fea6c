#include "domain/saml_snapshot.h"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>
#include <cstddef>
#include <string>

#include "domain/certificate_id.h"

namespace doorward {
namespace {

void set_text(boost::json::object& snapshot, std::string_view name, std::string_view text) {
  if (!text.empty()) snapshot[name] = text;
}

boost::json::array certificates_snapshot(const std::vector<PinnedCertificate>& certificates) {
  boost::json::array snapshot;
  for (const PinnedCertificate& certificate : certificates) {
    boost::json::object one{
        {"id", certificate.id}, {"subject", certificate.subject}, {"not_after", to_rfc3339(certificate.not_after)}};
    if (certificate.warn_time) one["expiry_announced_at"] = to_rfc3339(*certificate.warn_time);
    snapshot.emplace_back(std::move(one));
  }
  return snapshot;
}

void add_description(const SamlProviderDescription& description, boost::json::object& snapshot) {
  set_text(snapshot, "idp_entity_id", description.entity_id);
  set_text(snapshot, "idp_sso_url", description.sso_url);
  set_text(snapshot, "idp_sso_request_binding", saml_binding_name(description.sso_binding));
  set_text(snapshot, "idp_slo_url", description.slo_url);
  set_text(snapshot, "idp_slo_response_url", description.slo_response_url);
  set_text(snapshot, "idp_slo_request_binding", saml_binding_name(description.slo_binding));
  snapshot["idp_certificates"] = certificates_snapshot(description.certificates);
  snapshot["idp_wants_requests_signed"] = description.want_requests_signed;
}

}  // namespace

std::string_view saml_binding_name(SamlBinding binding) {
  switch (binding) {
    case SamlBinding::kHttpPost:
      return "HTTP_POST";
    case SamlBinding::kHttpRedirect:
      return "HTTP_REDIRECT";
    case SamlBinding::kUnspecified:
      break;
  }
  return "";
}

std::string_view name_id_format_name(NameIdFormat format) {
  switch (format) {
    case NameIdFormat::kUnspecified:
      return "UNSPECIFIED";
    case NameIdFormat::kEmail:
      return "EMAIL";
    case NameIdFormat::kTransient:
      return "TRANSIENT";
    case NameIdFormat::kPersistent:
      return "PERSISTENT";
    case NameIdFormat::kNil:
      break;
  }
  return "";
}

std::string_view saml_signing_option_name(SamlSigningOption option) {
  switch (option) {
    case SamlSigningOption::kNoSigning:
      return "NO_SIGNING";
    case SamlSigningOption::kResponse:
      return "SAML_ONLY_RESPONSE_SIGNING";
    case SamlSigningOption::kAssertion:
      return "SAML_ONLY_ASSERTION_SIGNING";
    case SamlSigningOption::kResponseAndAssertion:
      return "SAML_RESPONSE_ASSERTION_SIGNING";
    case SamlSigningOption::kResponseOrAssertion:
      return "SAML_RESPONSE_OR_ASSERTION_SIGNING";
    case SamlSigningOption::kUnspecified:
      break;
  }
  return "";
}

boost::json::object saml_snapshot(const SamlSettings& settings) {
  boost::json::object snapshot;
  add_description(settings.provider, snapshot);
  set_text(snapshot, "idp_metadata_url", settings.metadata_url);
  snapshot["metadata_signature_required"] = !settings.metadata_certificate_der.empty();
  set_text(snapshot, "metadata_certificate_id", certificate_id(settings.metadata_certificate_der));
  if (settings.pending_description) {
    boost::json::object pending;
    add_description(*settings.pending_description, pending);
    snapshot["pending_metadata"] = std::move(pending);
  }
  set_text(snapshot, "idp_name_id_format", name_id_format_name(settings.name_id_format));
  set_text(snapshot, "saml_signing_option", saml_signing_option_name(settings.signing_option));
  snapshot["assertion_encrypted"] = settings.assertion_encrypted;
  snapshot["want_request_signed"] = settings.want_request_signed;
  set_text(snapshot, "certificate_id", settings.certificate_id);
  snapshot["force_authn"] = settings.force_authn;
  snapshot["login_hint_as_subject"] = settings.login_hint_as_subject;
  if (!settings.authn_context_class_refs.empty()) {
    snapshot["authn_context_class_refs"] = boost::json::value_from(settings.authn_context_class_refs);
  }
  snapshot["idp_slo_required"] = settings.slo_required;
  set_text(snapshot, "default_redirect_uri", settings.default_redirect_uri);
  snapshot["clock_skew_seconds"] = settings.clock_skew.count();
  snapshot["assertion_life_seconds"] = settings.assertion_life.count();
  set_text(snapshot, "sp_entity_id", settings.sp_entity_id);
  if (!settings.acs_aliases.empty()) snapshot["acs_aliases"] = boost::json::value_from(settings.acs_aliases);
  snapshot["allow_sha1"] = settings.allow_sha1;
  snapshot["allow_cbc"] = settings.allow_cbc;
  snapshot["allow_comments"] = settings.allow_comments;
  snapshot["allow_advice"] = settings.allow_advice;
  snapshot["allow_expired_certificates"] = settings.allow_expired_certificates;
  return snapshot;
}

}  // namespace doorward
