#include "protocol/oauth/token_request.h"

#include <optional>
#include <utility>

#include "base/encoding.h"
#include "protocol/oauth/bearer.h"

namespace doorward::oauth {
namespace {

constexpr std::string_view kClientCredentials = "client_credentials";

struct ClientAuthentication {
  std::string client_id;
  Secret<std::string> client_secret;
};

tl::unexpected<Error> invalid_client(const char* sentence) { return failure(Reason::kInvalidClient, sentence); }

// Section 2.3.1: both parts are form-encoded before they are joined by the colon.
std::optional<ClientAuthentication> decode_basic(std::string_view credentials) {
  const auto joined = base64_decode(credentials);
  if (!joined) return std::nullopt;
  const std::size_t colon = joined->find(':');
  if (colon == std::string::npos) return std::nullopt;
  auto id = percent_decode(std::string_view(*joined).substr(0, colon), true);
  auto secret = percent_decode(std::string_view(*joined).substr(colon + 1), true);
  if (!id || !secret || id->empty() || secret->empty()) return std::nullopt;
  if (!is_valid_utf8(*id) || id->find('\0') != std::string::npos) return std::nullopt;  // no client is called so
  return ClientAuthentication{*std::move(id), Secret<std::string>(*std::move(secret))};
}

Result<ClientAuthentication> authenticate(const Form& form, std::string_view authorization) {
  const std::string& id = value_of(form, "client_id");
  const std::string& secret = value_of(form, "client_secret");
  const auto basic = credentials_of(authorization, "basic");
  if (!basic) {
    if (id.empty() || secret.empty()) return invalid_client("Client authentication failed.");
    return ClientAuthentication{id, Secret<std::string>(secret)};
  }
  if (!secret.empty()) return invalid_client("The client must authenticate in one way only.");
  auto decoded = decode_basic(*basic);
  if (!decoded) return invalid_client("The Basic credentials cannot be decoded.");
  if (!id.empty() && id != decoded->client_id) return invalid_client("The client must authenticate in one way only.");
  return *std::move(decoded);
}

}  // namespace

Result<ClientCredentialsGrant> parse_token_request(std::string_view body, std::string_view query,
                                                   std::string_view authorization) {
  DOORWARD_TRY(const Form in_query, parse_form(query));
  if (in_query.contains("client_secret")) return invalid_client("The client secret must not be in the URL.");
  DOORWARD_TRY(const Form form, parse_form(body));
  const std::string& grant_type = value_of(form, "grant_type");
  if (grant_type.empty()) return failure(Reason::kMalformedRequest, "The parameter grant_type is missing.");
  if (grant_type != kClientCredentials) {
    return failure(Reason::kUnsupportedGrantType, "The grant type is not supported. Use client_credentials.");
  }
  DOORWARD_TRY(ClientAuthentication client, authenticate(form, authorization));
  return ClientCredentialsGrant{std::move(client.client_id), std::move(client.client_secret), value_of(form, "scope")};
}

}  // namespace doorward::oauth
