// Who issued a token, where one configured issuer can stand for many: Entra's addresses for several tenants.
#pragma once

#include <string>
#include <string_view>

namespace doorward::oidc {

// What Entra's documents put where the tenant of the person belongs.
inline constexpr std::string_view kTenantPlaceholder = "{tenantid}";

bool is_issuer_template(std::string_view issuer);

// The issuer that a token of the tenant `tid` must name. `tid` counts only for a template, where it must be a GUID;
// otherwise the result is empty, which no token names.
std::string issuer_of_tenant(std::string_view configured, std::string_view tid);

// Whether `said` may be the issuer: exactly, byte for byte, or, for a template, with some tenant in its place.
bool issuer_fits(std::string_view configured, std::string_view said);

// Microsoft's clouds, whatever the connection calls its provider: their e-mail claims are under a tenant's control and
// prove nothing by themselves.
bool is_entra_issuer(std::string_view issuer);

}  // namespace doorward::oidc
