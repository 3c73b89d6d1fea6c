#include "store/sql/saml_document.h"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "store/sql/document.h"

namespace doorward::store {
namespace {

template <class Enum>
std::int64_t number_of(Enum value) {
  return static_cast<std::int64_t>(value);
}

// Bytes that are no text, as base64.
std::string bytes_in(const boost::json::object& document, std::string_view name) {
  return base64_decode(text_in(document, name)).value_or(std::string());
}

std::optional<Timestamp> time_in(const boost::json::object& document, std::string_view name) {
  if (!document.contains(name)) return std::nullopt;
  return from_micros(number_in(document, name));
}
void set_time(boost::json::object& document, std::string_view name, const std::optional<Timestamp>& time) {
  if (time) document[name] = to_micros(*time);
}

boost::json::object certificate_document(const PinnedCertificate& certificate) {
  boost::json::object document{{"id", certificate.id},
                               {"der", base64_encode(certificate.der)},
                               {"subject", certificate.subject},
                               {"issuer", certificate.issuer},
                               {"not_before", to_micros(certificate.not_before)},
                               {"not_after", to_micros(certificate.not_after)},
                               {"create_time", to_micros(certificate.create_time)}};
  set_time(document, "warn_time", certificate.warn_time);
  return document;
}

PinnedCertificate certificate_of(const boost::json::object& document) {
  return {.id = text_in(document, "id"),
          .der = bytes_in(document, "der"),
          .subject = text_in(document, "subject"),
          .issuer = text_in(document, "issuer"),
          .not_before = from_micros(number_in(document, "not_before")),
          .not_after = from_micros(number_in(document, "not_after")),
          .create_time = from_micros(number_in(document, "create_time")),
          .warn_time = time_in(document, "warn_time")};
}

boost::json::object description_document(const SamlProviderDescription& description) {
  boost::json::array certificates;
  for (const PinnedCertificate& certificate : description.certificates) {
    certificates.emplace_back(certificate_document(certificate));
  }
  return {{"entity_id", description.entity_id},
          {"sso_url", description.sso_url},
          {"sso_binding", number_of(description.sso_binding)},
          {"slo_url", description.slo_url},
          {"slo_response_url", description.slo_response_url},
          {"slo_binding", number_of(description.slo_binding)},
          {"certificates", std::move(certificates)},
          {"want_requests_signed", description.want_requests_signed}};
}

SamlProviderDescription description_of(const boost::json::object& document) {
  SamlProviderDescription description{.entity_id = text_in(document, "entity_id"),
                                      .sso_url = text_in(document, "sso_url"),
                                      .sso_binding = enum_in(document, "sso_binding", SamlBinding::kUnspecified),
                                      .slo_url = text_in(document, "slo_url"),
                                      .slo_response_url = text_in(document, "slo_response_url"),
                                      .slo_binding = enum_in(document, "slo_binding", SamlBinding::kUnspecified),
                                      .certificates = {},
                                      .want_requests_signed = flag_in(document, "want_requests_signed")};
  if (const auto* certificates = document.if_contains("certificates")) {
    for (const auto& one : certificates->as_array()) {
      description.certificates.push_back(certificate_of(one.as_object()));
    }
  }
  return description;
}

}  // namespace

boost::json::object saml_document(const SamlSettings& settings) {
  boost::json::object document{{"provider", description_document(settings.provider)},
                               {"name_id_format", number_of(settings.name_id_format)},
                               {"signing_option", number_of(settings.signing_option)},
                               {"assertion_encrypted", settings.assertion_encrypted},
                               {"want_request_signed", settings.want_request_signed},
                               {"certificate_id", settings.certificate_id},
                               {"force_authn", settings.force_authn},
                               {"login_hint_as_subject", settings.login_hint_as_subject},
                               {"authn_context_class_refs", boost::json::value_from(settings.authn_context_class_refs)},
                               {"slo_required", settings.slo_required},
                               {"default_redirect_uri", settings.default_redirect_uri},
                               {"clock_skew", settings.clock_skew.count()},
                               {"assertion_life", settings.assertion_life.count()},
                               {"sp_entity_id", settings.sp_entity_id},
                               {"acs_aliases", boost::json::value_from(settings.acs_aliases)},
                               {"allow_sha1", settings.allow_sha1},
                               {"allow_cbc", settings.allow_cbc},
                               {"allow_comments", settings.allow_comments},
                               {"allow_advice", settings.allow_advice},
                               {"allow_expired_certificates", settings.allow_expired_certificates},
                               {"metadata_url", settings.metadata_url},
                               {"metadata_certificate", base64_encode(settings.metadata_certificate_der)},
                               {"metadata_error", settings.metadata_error},
                               {"declined_description", settings.declined_description}};
  set_time(document, "metadata_fetch_time", settings.metadata_fetch_time);
  if (settings.pending_description) {
    document["pending_description"] = description_document(*settings.pending_description);
  }
  return document;
}

SamlSettings saml_of(const boost::json::object& document) {
  const SamlSettings otherwise;
  SamlSettings settings{
      .provider = {},
      .name_id_format = enum_in(document, "name_id_format", otherwise.name_id_format),
      .signing_option = enum_in(document, "signing_option", otherwise.signing_option),
      .assertion_encrypted = flag_in(document, "assertion_encrypted"),
      .want_request_signed = flag_in(document, "want_request_signed"),
      .certificate_id = text_in(document, "certificate_id"),
      .force_authn = flag_in(document, "force_authn"),
      .login_hint_as_subject = flag_in(document, "login_hint_as_subject"),
      .authn_context_class_refs = texts_in(document, "authn_context_class_refs"),
      .slo_required = flag_in(document, "slo_required"),
      .default_redirect_uri = text_in(document, "default_redirect_uri"),
      .clock_skew = std::chrono::seconds(number_in(document, "clock_skew", std::int64_t{otherwise.clock_skew.count()})),
      .assertion_life =
          std::chrono::seconds(number_in(document, "assertion_life", std::int64_t{otherwise.assertion_life.count()})),
      .sp_entity_id = text_in(document, "sp_entity_id"),
      .acs_aliases = texts_in(document, "acs_aliases"),
      .allow_sha1 = flag_in(document, "allow_sha1"),
      .allow_cbc = flag_in(document, "allow_cbc"),
      .allow_comments = flag_in(document, "allow_comments"),
      .allow_advice = flag_in(document, "allow_advice"),
      .allow_expired_certificates = flag_in(document, "allow_expired_certificates"),
      .metadata_url = text_in(document, "metadata_url"),
      .metadata_certificate_der = bytes_in(document, "metadata_certificate"),
      .metadata_fetch_time = time_in(document, "metadata_fetch_time"),
      .metadata_error = text_in(document, "metadata_error"),
      .pending_description = std::nullopt,
      .declined_description = text_in(document, "declined_description")};
  if (const auto* provider = document.if_contains("provider"))
    settings.provider = description_of(provider->as_object());
  if (const auto* pending = document.if_contains("pending_description")) {
    settings.pending_description = description_of(pending->as_object());
  }
  return settings;
}

}  // namespace doorward::store
