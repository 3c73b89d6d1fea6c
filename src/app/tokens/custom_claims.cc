#include "app/tokens/custom_claims.h"

#include "domain/claim_names.h"

namespace doorward {

void add_custom_claims(boost::json::object& claims, const ApiClient& client) {
  for (const auto& [name, value] : client.custom_claims) {
    if (!is_reserved_claim(name) && !claims.contains(name)) claims[name] = value;
  }
}

}  // namespace doorward
