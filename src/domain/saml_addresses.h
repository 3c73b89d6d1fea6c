// The names and addresses of Doorward as the SAML service provider of one connection. Whoever shows, sends or checks
// one asks here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/connection.h"

namespace doorward {

// Below it stands the id of a connection, and then what is there.
inline constexpr std::string_view kSamlPath = "/sso/v1/saml";

// Of the connection at `base_url`, which has no '/' at its end.
struct SamlAddresses {
  std::string entity_id;              // settings.sp_entity_id, else derived
  std::string acs_url;                // {base}/sso/v1/saml/{connection}/callback
  std::vector<std::string> acs_urls;  // where answers may be destined to: acs_url first, then the aliases
  std::string requested_acs_url;  // what our requests ask for: the first alias, which a provider that was set up for
                                  // the product of before knows, else acs_url
  std::string slo_url;            // …/slo
  std::vector<std::string> slo_urls;  // where logout messages may be destined to: slo_url first
  std::string metadata_url;           // …/metadata
  std::string test_url;               // …/test
};
SamlAddresses saml_addresses(std::string_view base_url, const Connection& connection);

}  // namespace doorward
