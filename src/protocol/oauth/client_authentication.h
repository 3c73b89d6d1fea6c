// How a client proves itself at the endpoints that it calls (RFC 6749 section 2.3, OpenID Connect Core section 9,
// RFC 7523 section 2.2), as it was sent. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "protocol/oauth/form.h"

namespace doorward::oauth {

enum class ClientAuthMethod : std::uint8_t {
  kNone,           // "none": a public client names itself
  kSecretBasic,    // "client_secret_basic"
  kSecretPost,     // "client_secret_post"
  kPrivateKeyJwt,  // "private_key_jwt"
};
std::string_view client_auth_method_name(ClientAuthMethod method);

// The value of client_assertion_type (RFC 7523 section 2.2).
inline constexpr std::string_view kJwtBearerAssertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

struct ClientCredential {
  ClientAuthMethod method = ClientAuthMethod::kNone;
  std::string client_id;          // empty with kPrivateKeyJwt only: the assertion names the client
  Secret<std::string> secret;     // of the two secret methods
  Secret<std::string> assertion;  // of kPrivateKeyJwt
};

// `query`: what follows '?'. `authorization`: that field, "" when absent; any scheme but Basic is left alone, because
// published SDKs send the expired bearer token that they are about to replace.
// kInvalidClient: no client named, Basic that cannot be decoded, two ways at once, an unknown kind of assertion, or a
// proof in the query, where logs keep it. kMalformedRequest: the query is no form.
Result<ClientCredential> read_client_credential(const Form& form, std::string_view query,
                                                std::string_view authorization);

}  // namespace doorward::oauth
