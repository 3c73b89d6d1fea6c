// The grants of OAuth 2.0 that clients use (RFC 6749 section 1.3; RFC 7591 section 2, grant_types).
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "domain/api_client.h"

namespace doorward {

inline constexpr std::string_view kAuthorizationCodeGrant = "authorization_code";
inline constexpr std::string_view kRefreshTokenGrant = "refresh_token";
inline constexpr std::string_view kClientCredentialsGrant = "client_credentials";
inline constexpr std::array kGrantTypes{kAuthorizationCodeGrant, kRefreshTokenGrant, kClientCredentialsGrant};

// A public client has nothing to prove itself with, so no tokens of its own.
constexpr bool may_have_grant(ClientType type, std::string_view grant_type) {
  return std::ranges::find(kGrantTypes, grant_type) != kGrantTypes.end() &&
         !(is_public(type) && grant_type == kClientCredentialsGrant);
}

// What the client may use: what it was given, or all that its type may have.
inline std::vector<std::string> grant_types_of(const ApiClient& client) {
  if (!client.grant_types.empty()) return client.grant_types;
  std::vector<std::string> all;
  for (const std::string_view grant : kGrantTypes) {
    if (may_have_grant(client.type, grant)) all.emplace_back(grant);
  }
  return all;
}

inline bool may_use_grant(const ApiClient& client, std::string_view grant_type) {
  return may_have_grant(client.type, grant_type) &&
         (client.grant_types.empty() || std::ranges::find(client.grant_types, grant_type) != client.grant_types.end());
}

}  // namespace doorward
