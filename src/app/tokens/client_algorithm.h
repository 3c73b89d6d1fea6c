// What signs the tokens that are for a client to read (OpenID Connect Registration section 2).
#pragma once

#include "domain/api_client.h"
#include "protocol/jose/algorithm.h"

namespace doorward {

inline jose::Algorithm id_token_algorithm(const ApiClient& client) {
  return jose::find_algorithm(client.id_token_signed_response_alg).value_or(jose::Algorithm::kRs256);
}

}  // namespace doorward
