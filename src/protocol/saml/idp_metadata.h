// Metadata of an identity provider (SAML metadata 2.4.3), as an administrator uploads it or a URL serves it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/saml_settings.h"

namespace doorward::saml {

// A federation's aggregate of some hundred providers; one provider's own is some 10 KiB.
inline constexpr std::size_t kMostMetadataBytes = std::size_t{4} * 1024 * 1024;

struct MetadataRules {
  std::string entity_id;               // the one to take; empty: the only identity provider in it
  std::string signer_certificate_der;  // empty: a signature is not asked for and not looked at
  bool allow_http = false;             // endpoints may be http: development, or a connection that debugs
  SamlBinding sso_binding = SamlBinding::kUnspecified;  // preferred where it is offered; else by redirect, then by form
  SamlBinding slo_binding = SamlBinding::kUnspecified;
  Timestamp now;
};

// What it says of the provider: its certificates for signing (at most kMostPinnedCertificates, those that have not
// expired first; each judged as read_certificate() does), its endpoints by redirect where it offers that, else by form.
//
// kTooLarge and the other refusals of the gate; kWrongRoot; those of check_signature where a signer is configured;
// kMetadataInvalid with a sentence for the administrator: not the entity asked for, or none or several; no identity
// provider; no SAML 2.0 in it; validUntil is over; no usable certificate for signing; no endpoint by redirect or form;
// an endpoint that is no https URL.
Result<SamlProviderDescription> read_idp_metadata(std::string_view xml, const MetadataRules& rules);

// How `after` differs from `before`.
struct DescriptionDiff {
  bool entity_id = false;
  bool endpoints = false;  // of sign-in or logout
  bool want_requests_signed = false;
  std::vector<std::string> certificates_added;  // ids
  std::vector<std::string> certificates_removed;

  bool any() const;
  // What a stranger would change: who the provider is, which keys speak for it, where people are sent. An administrator
  // confirms it.
  bool needs_confirmation() const;
};

DescriptionDiff diff_of(const SamlProviderDescription& before, const SamlProviderDescription& after);

}  // namespace doorward::saml
