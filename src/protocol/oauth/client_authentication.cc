#include "protocol/oauth/client_authentication.h"

#include <optional>
#include <utility>

#include "base/encoding.h"
#include "protocol/oauth/bearer.h"

namespace doorward::oauth {
namespace {

tl::unexpected<Error> invalid_client(const char* sentence) { return failure(Reason::kInvalidClient, sentence); }

struct BasicPair {
  std::string client_id;
  Secret<std::string> secret;
};

// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined by the colon.
std::optional<BasicPair> decode_basic(std::string_view credentials) {
  const auto joined = base64_decode(credentials);
  if (!joined) return std::nullopt;
  const std::size_t colon = joined->find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto id = percent_decode(std::string_view(*joined).substr(0, colon), true);
  auto secret = percent_decode(std::string_view(*joined).substr(colon + 1), true);
  if (!id || !secret || id->empty() || secret->empty()) return std::nullopt;
  if (!is_valid_utf8(*id) || id->find('\0') != std::string::npos) return std::nullopt;  // no client is called so
  return BasicPair{*std::move(id), Secret<std::string>(*std::move(secret))};
}

}  // namespace

std::string_view client_auth_method_name(ClientAuthMethod method) {
  switch (method) {
    case ClientAuthMethod::kNone:
      return "none";
    case ClientAuthMethod::kSecretBasic:
      return "client_secret_basic";
    case ClientAuthMethod::kSecretPost:
      return "client_secret_post";
    case ClientAuthMethod::kPrivateKeyJwt:
      return "private_key_jwt";
  }
  return "";
}

Result<ClientCredential> read_client_credential(const Form& form, std::string_view query,
                                                std::string_view authorization) {
  DOORWARD_TRY(const Form in_query, parse_form(query));
  if (in_query.contains("client_secret")) return invalid_client("The client secret must not be in the URL.");
  if (in_query.contains("client_assertion")) return invalid_client("The client assertion must not be in the URL.");

  const std::string& id = value_of(form, "client_id");
  const std::string& secret = value_of(form, "client_secret");
  const std::string& assertion = value_of(form, "client_assertion");
  const std::string& assertion_type = value_of(form, "client_assertion_type");
  const auto basic = credentials_of(authorization, "basic");
  const int ways = (basic ? 1 : 0) + (secret.empty() ? 0 : 1) + (assertion.empty() && assertion_type.empty() ? 0 : 1);
  if (ways > 1) return invalid_client("The client must authenticate in one way only.");

  if (basic) {
    auto decoded = decode_basic(*basic);
    if (!decoded) return invalid_client("The Basic credentials cannot be decoded.");
    if (!id.empty() && id != decoded->client_id) return invalid_client("The client must authenticate in one way only.");
    return ClientCredential{.method = ClientAuthMethod::kSecretBasic,
                            .client_id = std::move(decoded->client_id),
                            .secret = std::move(decoded->secret)};
  }
  if (!assertion.empty() || !assertion_type.empty()) {
    if (assertion_type != kJwtBearerAssertion || assertion.empty()) {
      return invalid_client("The client assertion is not of a kind that is supported.");
    }
    return ClientCredential{
        .method = ClientAuthMethod::kPrivateKeyJwt, .client_id = id, .assertion = Secret<std::string>(assertion)};
  }
  if (id.empty()) return invalid_client("Client authentication failed.");
  if (secret.empty()) return ClientCredential{.method = ClientAuthMethod::kNone, .client_id = id};
  return ClientCredential{
      .method = ClientAuthMethod::kSecretPost, .client_id = id, .secret = Secret<std::string>(secret)};
}

}  // namespace doorward::oauth
