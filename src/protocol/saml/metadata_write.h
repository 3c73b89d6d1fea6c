// Metadata of Doorward as service provider (SAML metadata 2.4.4), for one connection.
#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "domain/saml_settings.h"
#include "protocol/saml/signature_write.h"

namespace doorward::saml {

struct ServiceProviderMetadata {
  std::string entity_id;
  std::vector<std::string> acs_urls;      // the first is the default one
  std::string slo_url;                    // both bindings; empty: none
  std::vector<std::string> certificates;  // DER, in use first; each both for signing and for encryption
  NameIdFormat name_id_format = NameIdFormat::kNil;
  bool requests_signed = false;
  bool want_assertions_signed = false;
  bool aes_cbc_allowed = false;
};

// The document, with XML declaration. `signer` null: unsigned. Without a date of expiry: providers that were given it
// as a file would stop on that day.
std::string write_metadata(const ServiceProviderMetadata& metadata, const MessageSigner* signer);

}  // namespace doorward::saml
