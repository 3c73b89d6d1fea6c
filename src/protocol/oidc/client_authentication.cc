#include "protocol/oidc/client_authentication.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward::oidc {
namespace {

namespace json = boost::json;

constexpr std::string_view kAssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

}  // namespace

TokenAuthType authentication_method(TokenAuthType configured, const std::vector<std::string>& supported,
                                    bool has_secret) {
  if (configured != TokenAuthType::kUnspecified) return configured;
  if (!has_secret) return TokenAuthType::kNone;
  const auto takes = [&](std::string_view method) { return std::ranges::count(supported, method) != 0; };
  // Core section 9: Basic is what a provider takes that says nothing.
  if (supported.empty() || takes("client_secret_basic")) return TokenAuthType::kClientSecretBasic;
  if (!takes("client_secret_post") && takes("client_secret_jwt")) return TokenAuthType::kClientSecretJwt;
  return TokenAuthType::kClientSecretPost;
}

Result<jose::Algorithm> assertion_algorithm(const std::vector<std::string>& supported) {
  if (supported.empty() || std::ranges::count(supported, "RS256") != 0) return jose::Algorithm::kRs256;
  if (std::ranges::count(supported, "ES256") != 0) return jose::Algorithm::kEs256;
  return failure(Reason::kTokenExchange, "The provider takes no client assertion signed with RS256 or ES256.");
}

AuthenticatedForm authenticate(std::vector<std::pair<std::string_view, std::string>> parameters,
                               const ClientCredentialsAtProvider& credentials) {
  AuthenticatedForm form;
  form.headers = {{"content-type", "application/x-www-form-urlencoded"}, {"accept", "application/json"}};
  if (credentials.method == TokenAuthType::kClientSecretBasic) {
    // RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
    form.headers.emplace_back("authorization",
                              "Basic " + base64_encode(percent_encode(credentials.client_id) + ':' +
                                                       percent_encode(credentials.client_secret.reveal())));
  } else {
    parameters.emplace_back("client_id", credentials.client_id);
  }
  if (credentials.method == TokenAuthType::kClientSecretPost) {
    parameters.emplace_back("client_secret", credentials.client_secret.reveal());
  }
  if (!credentials.assertion.empty()) {
    parameters.emplace_back("client_assertion_type", kAssertionType);
    parameters.emplace_back("client_assertion", credentials.assertion);
  }
  for (const auto& [name, value] : parameters) {
    if (!form.body.empty()) form.body += '&';
    form.body.append(name).append("=").append(percent_encode(value));
  }
  return form;
}

std::string assertion_claims(const AssertionClaims& claims) {
  const std::int64_t now = to_unix_seconds(claims.now);
  return json::serialize(json::object{{"iss", claims.client_id},
                                      {"sub", claims.client_id},
                                      {"aud", claims.audience},
                                      {"jti", claims.token_id},
                                      {"iat", now},
                                      {"exp", now + kAssertionLife.count()}});
}

std::string symmetric_assertion(const AssertionClaims& claims, const Secret<std::string>& client_secret) {
  // Not in jose/'s table of algorithms: Doorward makes such signatures and never accepts one.
  const std::string input =
      base64url_encode(R"({"alg":"HS256","typ":"JWT"})") + '.' + base64url_encode(assertion_claims(claims));
  return input + '.' + base64url_encode(crypto::hmac_sha256(client_secret.reveal(), input));
}

}  // namespace doorward::oidc
