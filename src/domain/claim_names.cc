#include "domain/claim_names.h"

#include <algorithm>
#include <array>

namespace doorward {
namespace {

// Sorted.
constexpr std::array<std::string_view, 41> kReserved{"acr",
                                                     "act",
                                                     "amr",
                                                     "at_hash",
                                                     "aud",
                                                     "auth_time",
                                                     "azp",
                                                     "c_hash",
                                                     "client_id",
                                                     "client_keys",
                                                     "client_secret_id",
                                                     "cnf",
                                                     "connection_id",
                                                     "custom_claims",
                                                     "email_verified",
                                                     "events",
                                                     "exp",
                                                     "grant_id",
                                                     "iat",
                                                     "identities",
                                                     "idp_initiated_login",
                                                     "iss",
                                                     "jti",
                                                     "may_act",
                                                     "metadata",
                                                     "nbf",
                                                     "nonce",
                                                     "oid",
                                                     "organization_id",
                                                     "permissions",
                                                     "role",
                                                     "roles",
                                                     "s_hash",
                                                     "scope",
                                                     "scopes",
                                                     "sid",
                                                     "sub",
                                                     "token_use",
                                                     "typ",
                                                     "xoid",
                                                     "xuid"};
static_assert(std::ranges::is_sorted(kReserved));

constexpr std::array<std::string_view, 8> kStandard{"email", "family_name",  "given_name", "locale",
                                                    "name",  "phone_number", "picture",    "preferred_username"};
static_assert(std::ranges::is_sorted(kStandard));

}  // namespace

bool is_reserved_claim(std::string_view name) { return std::ranges::binary_search(kReserved, name); }

bool is_standard_claim(std::string_view name) { return std::ranges::binary_search(kStandard, name); }

}  // namespace doorward
