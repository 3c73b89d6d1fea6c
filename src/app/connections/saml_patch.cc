#include "app/connections/saml_patch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "app/connections/connection_patch.h"
#include "app/connections/patch_fields.h"
#include "app/relying_party/provider_documents.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "domain/saml_addresses.h"
#include "domain/saml_snapshot.h"
#include "protocol/saml/certificate_text.h"
#include "protocol/saml/idp_metadata.h"

namespace doorward {
namespace {

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";

// Texts of a description that a patch may give too.
struct Text {
  const char* name;
  std::string SamlProviderDescription::* setting;
  std::optional<std::string> SamlPatch::* given;
};
constexpr std::array kTexts{
    Text{"idp_entity_id", &SamlProviderDescription::entity_id, &SamlPatch::entity_id},
    Text{"idp_sso_url", &SamlProviderDescription::sso_url, &SamlPatch::sso_url},
    Text{"idp_slo_url", &SamlProviderDescription::slo_url, &SamlPatch::slo_url},
    Text{"slo_response_url", &SamlProviderDescription::slo_response_url, &SamlPatch::slo_response_url},
};

struct Binding {
  const char* name;
  SamlBinding SamlProviderDescription::* setting;
  std::optional<SamlBinding> SamlPatch::* given;
};
constexpr std::array kBindings{
    Binding{"idp_sso_request_binding", &SamlProviderDescription::sso_binding, &SamlPatch::sso_binding},
    Binding{"idp_slo_request_binding", &SamlProviderDescription::slo_binding, &SamlPatch::slo_binding},
};

Error contradicted(const char* field, std::string_view said) {
  return invalid_field(field,
                       fmt::format("The provider's metadata says \"{}\". Leave it out, or set configuration_type to "
                                   "MANUAL.",
                                   said),
                       "string.const");
}

bool describes_by_hand(const ConnectionPatch& patch) {
  return patch.configuration == ConfigurationType::kManual ||
         (patch.saml.metadata_url && patch.saml.metadata_url->empty());
}

// Its document was read before: what it says now is compared with what it said then.
bool is_known_address(const std::string& url, const SamlSettings& settings) {
  return !url.empty() && url == settings.metadata_url && settings.metadata_fetch_time;
}

Result<std::string> signer_of(const Connection& before, const SamlPatch& patch, Timestamp now) {
  if (!patch.metadata_certificate) return before.saml.metadata_certificate_der;
  if (patch.metadata_certificate->empty()) return std::string();
  auto certificate = saml::read_certificate(*patch.metadata_certificate, now);
  if (!certificate) {
    return failure(at_field(std::move(certificate).error(), "metadata_certificate", "string.certificate"));
  }
  return std::move(certificate->der);
}

std::set<std::string> ids_of(const std::vector<PinnedCertificate>& certificates) {
  std::set<std::string> ids;
  for (const PinnedCertificate& certificate : certificates) ids.insert(certificate.id);
  return ids;
}

// The parts of `read` that the patch asks for by name and that speak for nobody else: an address by another binding,
// and another name of whoever has the same keys.
SamlProviderDescription with_what_is_asked(const SamlPatch& patch, const SamlProviderDescription& read,
                                           SamlProviderDescription known) {
  if (patch.sso_binding && *patch.sso_binding != known.sso_binding && *patch.sso_binding == read.sso_binding) {
    known.sso_binding = read.sso_binding;
    known.sso_url = read.sso_url;
  }
  if (patch.slo_binding && *patch.slo_binding != known.slo_binding && *patch.slo_binding == read.slo_binding) {
    known.slo_binding = read.slo_binding;
    known.slo_url = read.slo_url;
    known.slo_response_url = read.slo_response_url;
  }
  if (given(patch.entity_id) && ids_of(read.certificates) == ids_of(known.certificates)) {
    known.entity_id = read.entity_id;
  }
  return known;
}

// A look at the same address for the sake of a binding, the signer or the entity is no word for what else has changed
// there: that waits as after any other look. Who asks for a declined entity by its name is asked again.
void look_again(const SamlPatch& patch, const SamlProviderDescription& read, Timestamp now, SamlSettings& settings) {
  const bool asks_for_entity = given(patch.entity_id) && *patch.entity_id != settings.provider.entity_id;
  if (asks_for_entity && settings.declined_description == description_id(read)) settings.declined_description.clear();
  settings.provider = with_what_is_asked(patch, read, std::move(settings.provider));
  settings = after_refresh(settings, read, now);
}

// What the metadata says may be repeated by the patch, and not be contradicted.
Result<void> check_against_metadata(const SamlPatch& patch, const SamlProviderDescription& said, bool was_read,
                                    Timestamp now) {
  for (const Text& text : kTexts) {
    const auto& wanted = patch.*text.given;
    if (given(wanted) && *wanted != said.*text.setting) {
      return failure(contradicted(text.name, said.*text.setting));
    }
  }
  for (const Binding& binding : kBindings) {
    const SamlBinding wanted = (patch.*binding.given).value_or(SamlBinding::kUnspecified);
    if (wanted == SamlBinding::kUnspecified || wanted == said.*binding.setting) continue;
    if (was_read) return failure(contradicted(binding.name, saml_binding_name(said.*binding.setting)));
    return failure(invalid_field(binding.name,
                                 "Give idp_metadata_url with it: the metadata says whether the provider has this "
                                 "binding, and where.",
                                 "enum.const"));
  }
  if (!given(patch.certificates)) return {};
  DOORWARD_TRY(const auto wanted, read_certificates("idp_certificate", *patch.certificates, now));
  if (ids_of(wanted) == ids_of(said.certificates)) return {};
  return failure(invalid_field("idp_certificate",
                               "The provider's metadata has other certificates. Leave it out, or set "
                               "configuration_type to MANUAL.",
                               "string.const"));
}

Result<void> take_by_hand(const SamlPatch& patch, Timestamp now, SamlSettings& settings) {
  SamlProviderDescription description = settings.provider;
  for (const Text& text : kTexts) take(patch.*text.given, description.*text.setting);
  for (const Binding& binding : kBindings) take(patch.*binding.given, description.*binding.setting);
  if (patch.certificates) {
    description.certificates.clear();
    if (!patch.certificates->empty()) {
      DOORWARD_TRY(description.certificates, read_certificates("idp_certificate", *patch.certificates, now));
    }
  }
  take_description(std::move(description), settings);
  return {};
}

void take_switches(const SamlPatch& patch, SamlSettings& settings) {
  take(patch.name_id_format, settings.name_id_format);
  take(patch.signing_option, settings.signing_option);
  take(patch.assertion_encrypted, settings.assertion_encrypted);
  take(patch.want_request_signed, settings.want_request_signed);
  take(patch.certificate_id, settings.certificate_id);
  take(patch.force_authn, settings.force_authn);
  take(patch.login_hint_as_subject, settings.login_hint_as_subject);
  take(patch.authn_context_class_refs, settings.authn_context_class_refs);
  take(patch.slo_required, settings.slo_required);
  take(patch.default_redirect_uri, settings.default_redirect_uri);
  take(patch.clock_skew, settings.clock_skew);
  take(patch.assertion_life, settings.assertion_life);
  take(patch.sp_entity_id, settings.sp_entity_id);
  take(patch.acs_aliases, settings.acs_aliases);
  take(patch.allow_sha1, settings.allow_sha1);
  take(patch.allow_cbc, settings.allow_cbc);
  take(patch.allow_comments, settings.allow_comments);
  take(patch.allow_advice, settings.allow_advice);
  take(patch.allow_expired_certificates, settings.allow_expired_certificates);
}

void put_first(const std::string& url, std::vector<std::string>& aliases) {
  if (url.empty()) {
    aliases.clear();
    return;
  }
  const auto there = std::ranges::find(aliases, url);
  if (there != aliases.end()) aliases.erase(there);
  aliases.insert(aliases.begin(), url);
}

Result<void> check_aliases(const std::vector<std::string>& aliases) {
  if (aliases.size() > kMostSamlAcsAliases) {
    return failure(invalid_field("acs_aliases", fmt::format("Name {} aliases at most.", kMostSamlAcsAliases),
                                 "repeated.max_items"));
  }
  std::set<std::string> paths;
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    const std::string field = fmt::format("acs_aliases[{}]", i);
    DOORWARD_CHECK(check_url(field.c_str(), aliases[i], oidc::PlainHttp::kAllowed));
    const std::string path = alias_path(aliases[i]);
    if (path == "/") return failure(invalid_field(field, "Give an address with a path.", "string.not_in"));
    if (!paths.insert(path).second) {
      return failure(invalid_field(field, "Two aliases have this path: name it once.", "repeated.unique"));
    }
  }
  return {};
}

Result<void> check_context_classes(const std::vector<std::string>& classes) {
  if (classes.size() > kMostAuthnContextClassRefs) {
    return failure(invalid_field("authn_context_class_refs",
                                 fmt::format("Name {} classes at most.", kMostAuthnContextClassRefs),
                                 "repeated.max_items"));
  }
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const bool is_uri = !classes[i].empty() && classes[i].size() <= kMostAuthnContextClassRefBytes &&
                        classes[i].contains(':') &&
                        std::ranges::all_of(classes[i], [](char c) { return c > 0x20 && c < 0x7F; });
    if (is_uri) continue;
    return failure(invalid_field(fmt::format("authn_context_class_refs[{}]", i),
                                 "Name a class by its URI, as \"urn:oasis:names:tc:SAML:2.0:ac:classes:Password\".",
                                 "string.uri"));
  }
  return {};
}

}  // namespace

Result<std::optional<MetadataSource>> metadata_source(const Connection& before, const ConnectionPatch& patch,
                                                      Timestamp now) {
  const SamlPatch& saml = patch.saml;
  const SamlSettings& was = before.saml;
  DOORWARD_TRY(std::string signer, signer_of(before, saml, now));
  const bool by_url = !given(saml.metadata_xml);
  if (by_url && (!given(saml.metadata_url) || describes_by_hand(patch))) return std::nullopt;

  const bool again = by_url && is_known_address(*saml.metadata_url, was);
  const auto differs = [](const auto& wanted, const auto& setting) { return wanted && *wanted != setting; };
  if (again && !differs(saml.entity_id, was.provider.entity_id) &&
      !differs(saml.sso_binding, was.provider.sso_binding) && !differs(saml.slo_binding, was.provider.slo_binding) &&
      signer == was.metadata_certificate_der) {
    return std::nullopt;
  }
  const SamlProviderDescription known = again ? was.provider : SamlProviderDescription();
  return MetadataSource{.url = by_url ? *saml.metadata_url : std::string(),
                        .xml = saml.metadata_xml.value_or(std::string()),
                        .entity_id = given(saml.entity_id) ? *saml.entity_id : known.entity_id,
                        .signer_certificate_der = std::move(signer),
                        .sso_binding = saml.sso_binding.value_or(known.sso_binding),
                        .slo_binding = saml.slo_binding.value_or(known.slo_binding),
                        .allow_http = patch.debug_enabled.value_or(before.debug_enabled)};
}

Result<Connection> patched_saml(const Connection& before, const ConnectionPatch& patch,
                                const std::optional<DescribedProvider>& found, Timestamp now) {
  Connection after = before;
  take_common(patch, after);
  SamlSettings& saml = after.saml;
  take_switches(patch.saml, saml);
  if (patch.saml.acs_url) put_first(*patch.saml.acs_url, saml.acs_aliases);
  DOORWARD_CHECK(check_aliases(saml.acs_aliases));
  DOORWARD_TRY(saml.metadata_certificate_der, signer_of(before, patch.saml, now));

  const bool again = found && is_known_address(found->source.url, saml);
  if ((found && !again) || describes_by_hand(patch)) forget_metadata(saml);
  if (again) {
    look_again(patch.saml, found->description, now, saml);
  } else if (found) {
    saml.metadata_url = found->source.url;
    if (!saml.metadata_url.empty()) saml.metadata_fetch_time = now;
    take_description(found->description, saml);
  }
  if (patch.configuration == ConfigurationType::kDiscovery && saml.metadata_url.empty()) {
    return failure(invalid_field("idp_metadata_url", "Give the address of the provider's metadata.", "required"));
  }
  if (found || !saml.metadata_url.empty()) {
    const SamlProviderDescription& said = found ? found->description : saml.provider;
    DOORWARD_CHECK(check_against_metadata(patch.saml, said, found.has_value(), now));
  } else {
    DOORWARD_CHECK(take_by_hand(patch.saml, now, saml));
  }
  const bool described =
      !saml.provider.entity_id.empty() || !saml.provider.sso_url.empty() || !saml.provider.certificates.empty();
  after.configuration = !saml.metadata_url.empty() ? ConfigurationType::kDiscovery
                        : described                ? ConfigurationType::kManual
                                                   : patch.configuration.value_or(before.configuration);
  return after;
}

Result<void> check_saml_patch(const SamlPatch& patch) {
  if (given(patch.metadata_url) && given(patch.metadata_xml)) {
    return failure(invalid_field("metadata_xml", "Give the document or its address, not both.", "oneof"));
  }
  if (given(patch.metadata_xml) && patch.metadata_xml->size() > saml::kMostMetadataBytes) {
    return failure(invalid_field("metadata_xml", fmt::format("Write {} bytes at most.", saml::kMostMetadataBytes),
                                 "string.max_bytes"));
  }
  DOORWARD_CHECK(check_entity_id("idp_entity_id", patch.entity_id));
  DOORWARD_CHECK(check_entity_id("sp_entity_id", patch.sp_entity_id));
  if (patch.authn_context_class_refs) DOORWARD_CHECK(check_context_classes(*patch.authn_context_class_refs));
  if (given(patch.default_redirect_uri)) {
    DOORWARD_CHECK(check_url("default_redirect_uri", *patch.default_redirect_uri, oidc::PlainHttp::kAllowed));
  }
  if (patch.clock_skew && (*patch.clock_skew < std::chrono::seconds(0) || *patch.clock_skew > kMostSamlClockSkew)) {
    return failure(invalid_field("clock_skew", fmt::format("Give 0 to {} seconds.", kMostSamlClockSkew.count()),
                                 "duration.range"));
  }
  if (patch.assertion_life &&
      (*patch.assertion_life < kLeastSamlAssertionLife || *patch.assertion_life > kMostSamlAssertionLife)) {
    return failure(invalid_field(
        "assertion_life",
        fmt::format("Give {} to {} seconds.", kLeastSamlAssertionLife.count(), kMostSamlAssertionLife.count()),
        "duration.range"));
  }
  return {};
}

Result<void> check_saml_addresses(const HttpClient& http, const Connection& before, const Connection& after) {
  const oidc::PlainHttp plain_http = plain_http_of(after);
  const SamlSettings& saml = after.saml;
  const auto check = [&](const char* field, const std::string& url) {
    return url.empty() ? Result<void>() : check_url(field, url, plain_http);
  };
  DOORWARD_CHECK(check("idp_sso_url", saml.provider.sso_url));
  DOORWARD_CHECK(check("idp_slo_url", saml.provider.slo_url));
  DOORWARD_CHECK(check("slo_response_url", saml.provider.slo_response_url));
  if (saml.metadata_url.empty()) return {};
  return check_address(http, "idp_metadata_url", saml.metadata_url, plain_http,
                       saml.metadata_url != before.saml.metadata_url);
}

std::string alias_path(std::string_view url) {
  const std::size_t authority = url.find("://");
  if (authority == std::string_view::npos) return {};
  const std::size_t path = url.find_first_of("/?", authority + 3);
  if (path == std::string_view::npos) return "/";
  return std::string(url[path] == '?' ? "/" : "") + std::string(url.substr(path));
}

std::optional<ConnectionId> connection_in(std::string_view path) {
  if (!path.starts_with(kSamlPath)) return std::nullopt;
  path.remove_prefix(kSamlPath.size());
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  return ConnectionId(std::string(path.substr(0, path.find_first_of("/?"))));
}

Result<std::vector<PinnedCertificate>> read_certificates(const char* field, std::string_view text, Timestamp now) {
  std::vector<std::string_view> blocks;
  for (std::size_t at = text.find(kBegin); at != std::string_view::npos && blocks.size() <= kMostPinnedCertificates;) {
    const std::size_t next = text.find(kBegin, at + kBegin.size());
    blocks.push_back(text.substr(at, next == std::string_view::npos ? next : next - at));
    at = next;
  }
  // What stands before the first, or instead of one, is for the reader to judge: it may be a private key.
  if (blocks.empty()) {
    blocks.push_back(text);
  } else {
    blocks.front() = text.substr(0, text.find(kBegin) + blocks.front().size());
  }
  if (blocks.size() > kMostPinnedCertificates) {
    return failure(invalid_field(field, fmt::format("Give {} certificates at most.", kMostPinnedCertificates),
                                 "repeated.max_items"));
  }
  std::vector<PinnedCertificate> certificates;
  for (const std::string_view block : blocks) {
    auto certificate = saml::read_certificate(block, now);
    if (!certificate) return failure(at_field(std::move(certificate).error(), field, "string.certificate"));
    const auto twice = std::ranges::find(certificates, certificate->id, &PinnedCertificate::id);
    if (twice == certificates.end()) certificates.push_back(*std::move(certificate));
  }
  return certificates;
}

void take_description(SamlProviderDescription description, SamlSettings& settings) {
  for (PinnedCertificate& certificate : description.certificates) {
    const auto known = std::ranges::find(settings.provider.certificates, certificate.id, &PinnedCertificate::id);
    if (known != settings.provider.certificates.end()) certificate = *known;
  }
  settings.provider = std::move(description);
}

void forget_metadata(SamlSettings& settings) {
  settings.metadata_url.clear();
  settings.metadata_fetch_time.reset();
  settings.metadata_error.clear();
  settings.pending_description.reset();
  settings.declined_description.clear();
}

std::string description_id(const SamlProviderDescription& description) {
  std::string text =
      fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", description.entity_id, description.sso_url,
                  saml_binding_name(description.sso_binding), description.slo_url, description.slo_response_url,
                  saml_binding_name(description.slo_binding), description.want_requests_signed);
  for (const std::string& id : ids_of(description.certificates)) text += "\n" + id;
  return hex_encode(crypto::sha256(text).substr(0, 8));
}

SamlSettings after_refresh(const SamlSettings& before, const Result<SamlProviderDescription>& read, Timestamp now) {
  SamlSettings after = before;
  if (!read) {
    after.metadata_error = read.error().message;
    return after;
  }
  after.metadata_fetch_time = now;
  after.metadata_error.clear();
  after.pending_description.reset();
  const saml::DescriptionDiff diff = saml::diff_of(before.provider, *read);
  if (!diff.any()) return after;
  if (!diff.needs_confirmation()) {
    take_description(*read, after);
  } else if (description_id(*read) != before.declined_description) {
    after.pending_description = *read;
  }
  return after;
}

}  // namespace doorward
