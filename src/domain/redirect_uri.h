// The places of an application that a browser is sent to, as a client registers them, and which given URI is one of
// them (RFC 6749 section 3.1.2, RFC 8252 section 7, RFC 9700 section 2.1).
//
// A registered URI has no query and no fragment. Besides plain URIs there are three patterns:
//   https://*.example.com/callback          any one label in place of the star; development only
//   https://{{org_slug}}.example.com/cb     a value of the person's organization as a whole label of the host or as a
//   https://example.com/{{external_id}}     whole part of the path: its slug, its external id, or its metadata by key
//   http://127.0.0.1/callback               of a native client: any port
// What stands in place of a star or a placeholder of the host is always below a domain that somebody registered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/api_client.h"
#include "domain/environment.h"
#include "domain/organization.h"

namespace doorward {

inline constexpr std::size_t kMaxRegisteredUriLength = 256;

enum class UriUse : std::uint8_t {
  kRedirect,           // where codes go
  kPostLogout,         // where a person goes after signing out
  kInitiateLogin,      // where a login begins that the identity provider wants; no star, since nothing fills it
  kBackChannelLogout,  // what the server calls: a plain URI
};

struct RedirectRules {
  ClientType client = ClientType::kWebApp;
  EnvironmentKind environment = EnvironmentKind::kProduction;
};

// What keeps a URI from being registered, as a sentence that tells what to write instead; nullopt: nothing.
std::optional<std::string> registration_fault(std::string_view uri, UriUse use, const RedirectRules& rules);

// Whether `given` is what `registered` means, character for character: no normalisation, no prefix. `registered` passed
// registration_fault(), perhaps under the rules of another environment: what these rules do not allow matches nothing.
// Without an organization, or where it has no such value, a placeholder matches nothing.
bool redirect_uri_matches(std::string_view registered, std::string_view given, const RedirectRules& rules,
                          const Organization* organization);

bool has_placeholder(std::string_view registered);

// With the organization's values in place of the placeholders: as they are in a host, percent-encoded in a path.
// nullopt: a value is missing, or cannot stand there.
std::optional<std::string> fill_placeholders(std::string_view registered, const Organization& organization);

}  // namespace doorward
