#include "app/tokens/custom_claims.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "app/tokens/client_credentials.h"
#include "app/tokens/token_class.h"

namespace doorward {
namespace {

constexpr auto kReserved = std::to_array<std::string_view>({"sub",
                                                            "iss",
                                                            "aud",
                                                            "exp",
                                                            "iat",
                                                            "nbf",
                                                            "jti",
                                                            "oid",
                                                            "sid",
                                                            "xoid",
                                                            "xuid",
                                                            "roles",
                                                            "scope",
                                                            "scopes",
                                                            "permissions",
                                                            "client_id",
                                                            "azp",
                                                            "act",
                                                            "cnf",
                                                            "auth_time",
                                                            kTokenClassClaim,
                                                            kGrantIdClaim,
                                                            kClientSecretIdClaim,
                                                            kClientKeysClaim});

}  // namespace

void add_custom_claims(boost::json::object& claims, const ApiClient& client) {
  for (const auto& [name, value] : client.custom_claims) {
    const bool reserved = std::ranges::find(kReserved, name) != kReserved.end();
    if (!reserved && !claims.contains(name)) claims[name] = value;
  }
}

}  // namespace doorward
