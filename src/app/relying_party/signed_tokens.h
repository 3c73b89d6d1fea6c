// Verifying what a provider signed, under the keys it publishes at that time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/relying_party/provider_documents.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/connection.h"
#include "protocol/jose/jws.h"

namespace doorward {

// Fetches the key set anew, once and seldom, when the kept one does not have the token's key, by its name or by what it
// signs. `types`: accepted values
// of `typ`; a token without one is accepted. What jose::verify_foreign refuses, kJwksFailed, and kAlgForbidden when the
// connection pins an algorithm that is not known.
task<Result<jose::VerifiedJws>> verify_signed(ProviderDocuments& documents, const Connection& connection,
                                              std::string jwks_uri, std::string_view token,
                                              std::vector<std::string_view> types, KeyUse use);

}  // namespace doorward
