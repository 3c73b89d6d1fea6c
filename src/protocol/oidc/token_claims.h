// What ID tokens and logout tokens have in common: claims that may be absent but not of the wrong type.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "protocol/jose/claims.h"

namespace doorward::oidc {

inline constexpr std::size_t kMostSubjectBytes = 255;

// Empty when absent; kJwtMalformed: no string, or over kMostSubjectBytes.
Result<std::string> short_text_claim(const boost::json::object& claims, std::string_view name);

// Whether we and nobody else are meant (OpenID Connect Core section 3.1.3.7: additional audiences must be trusted, and
// none is).
bool is_only_audience(const jose::Claims& claims, std::string_view client_id);

// The issuer that a token with these claims must name for a connection with the issuer `configured`.
std::string expected_issuer(std::string_view configured, const boost::json::object& claims);

}  // namespace doorward::oidc
