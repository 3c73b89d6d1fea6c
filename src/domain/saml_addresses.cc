#include "domain/saml_addresses.h"

namespace doorward {

SamlAddresses saml_addresses(std::string_view base_url, const Connection& connection) {
  const SamlSettings& settings = connection.saml;
  const std::string derived = std::string(base_url) + std::string(kSamlPath) + "/" + connection.id.str();
  SamlAddresses addresses{.entity_id = settings.sp_entity_id.empty() ? derived : settings.sp_entity_id,
                          .acs_url = derived + "/callback",
                          .acs_urls = {},
                          .requested_acs_url = {},
                          .slo_url = derived + "/slo",
                          .slo_urls = {derived + "/slo", derived + "/slo/callback"},
                          .metadata_url = derived + "/metadata",
                          .test_url = derived + "/test"};
  addresses.acs_urls.push_back(addresses.acs_url);
  addresses.acs_urls.insert(addresses.acs_urls.end(), settings.acs_aliases.begin(), settings.acs_aliases.end());
  addresses.requested_acs_url = settings.acs_aliases.empty() ? addresses.acs_url : settings.acs_aliases.front();
  return addresses;
}

}  // namespace doorward
