#include "app/simulator/simulator.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "app/paging/sealed_token.h"
#include "app/simulator/simulator_address.h"
#include "app/simulator/simulator_key.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "protocol/jose/jwk.h"
#include "protocol/jose/jws.h"
#include "protocol/oauth/authorization_response.h"
#include "protocol/oauth/bearer.h"
#include "protocol/oauth/client_authentication.h"
#include "protocol/oauth/pkce.h"
#include "protocol/oauth/scope.h"
#include "protocol/oidc/provider_url.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr std::string_view kCode = "simulator_code";
constexpr std::string_view kAccessToken = "simulator_access_token";
constexpr std::size_t kTokenIdBytes = 16;

constexpr std::chrono::minutes kSkew{10};  // of the wrong clock
constexpr std::chrono::minutes kExpiredSince{30};

std::string discovery_of(const std::string& issuer) {
  return json::serialize(json::object{
      {"issuer", issuer},
      {"authorization_endpoint", issuer + "/authorize"},
      {"token_endpoint", issuer + "/token"},
      {"userinfo_endpoint", issuer + "/userinfo"},
      {"jwks_uri", issuer + "/keys"},
      {"end_session_endpoint", issuer + "/logout"},
      {"response_types_supported", json::array{"code"}},
      {"response_modes_supported", json::array{"query"}},
      {"grant_types_supported", json::array{"authorization_code"}},
      {"subject_types_supported", json::array{"public"}},
      {"id_token_signing_alg_values_supported", json::array{"ES256"}},
      {"scopes_supported", json::array{"openid", "profile", "email"}},
      {"token_endpoint_auth_methods_supported", json::array{"client_secret_basic", "client_secret_post", "none"}},
      {"code_challenge_methods_supported", json::array{"S256"}},
      {"claims_supported", json::array{"sub", "email", "email_verified", "name", "given_name", "family_name",
                                       "preferred_username", "groups"}},
      {"authorization_response_iss_parameter_supported", true}});
}

crypto::EcPrivateKey signing_key(const Mac& mac) {
  return crypto::EcPrivateKey::from_pkcs8(crypto::Curve::kP256, make_simulator_key(mac, kSimulatorSigningKey)).value();
}

// RFC 7638 names members in this order; the key has no name otherwise.
std::string thumbprint_of(const crypto::EcPublicKey& key) {
  return base64url_encode(crypto::sha256(R"({"crv":"P-256","kty":"EC","x":")" + base64url_encode(key.x()) +
                                         R"(","y":")" + base64url_encode(key.y()) + R"("})"));
}

std::string key_set_of(const crypto::EcPublicKey& key, const std::string& key_id) {
  const std::array keys{jose::VerificationKey{key_id, jose::Algorithm::kEs256, key}};
  return jose::to_key_set(keys);
}

// Half of a hash (OpenID Connect Core section 3.1.3.6).
std::string at_hash_of(std::string_view access_token) {
  return base64url_encode(crypto::sha256(access_token).substr(0, crypto::kSha256Bytes / 2));
}

std::string text_at(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

// Sealed by us, so it is what we wrote.
std::optional<json::object> open(const Mac& mac, std::string_view purpose, std::string_view token, Timestamp now) {
  const auto payload = open_token(mac, purpose, "", token);
  if (!payload) return std::nullopt;
  json::object object = json::parse(*payload).as_object();
  if (object.at("exp").to_number<std::int64_t>() <= to_unix_seconds(now)) return std::nullopt;
  return object;
}

}  // namespace

Simulator::Simulator(Ports ports, std::string base_url)
    : ports_(ports),
      base_url_(std::move(base_url)),
      issuer_(base_url_ + std::string(kSimulatorPath)),
      key_(signing_key(ports.mac)),
      key_id_(thumbprint_of(key_.public_key())),
      key_set_(key_set_of(key_.public_key(), key_id_)),
      discovery_document_(discovery_of(issuer_)),
      redeemed_(kRememberedCodes) {}

bool Simulator::is_answered(std::string_view redirect_uri) const {
  return is_answered_by_simulator(base_url_, redirect_uri);
}

tl::expected<SimulatorRequest, SimulatorRefusal> Simulator::read_request(const oauth::Form& query) const {
  SimulatorRequest request{.client_id = oauth::value_of(query, "client_id"),
                           .redirect_uri = oauth::value_of(query, "redirect_uri"),
                           .state = oauth::value_of(query, "state"),
                           .nonce = oauth::value_of(query, "nonce"),
                           .code_challenge = oauth::value_of(query, "code_challenge"),
                           .login_hint = oauth::value_of(query, "login_hint")};
  if (request.client_id.empty() || request.client_id.size() > kMostSimulatedText) {
    return tl::unexpected(SimulatorRefusal{make_error(Reason::kInvalidRequest, "The client_id is missing."), {}});
  }
  if (!is_answered(request.redirect_uri)) {
    return tl::unexpected(
        SimulatorRefusal{make_error(Reason::kInvalidRedirectUri,
                                    "The simulator answers to callbacks of this server and of this machine only."),
                         {}});
  }
  const auto refuse = [&](Reason reason, const char* sentence) {
    Error error = make_error(reason, sentence);
    std::string location = oauth::error_redirect({request.redirect_uri, request.state, issuer_}, error);
    return tl::unexpected(SimulatorRefusal{std::move(error), std::move(location)});
  };
  if (oauth::value_of(query, "response_type") != "code") {
    return refuse(Reason::kUnsupportedResponseType, "The response_type must be code.");
  }
  if (!oauth::has_scope(oauth::value_of(query, "scope"), "openid")) {
    return refuse(Reason::kInvalidScope, "The scope must have openid.");
  }
  if (!request.code_challenge.empty() && (oauth::value_of(query, "code_challenge_method") != "S256" ||
                                          request.code_challenge.size() != oauth::kChallengeCharacters)) {
    return refuse(Reason::kInvalidRequest, "The code_challenge must be of method S256.");
  }
  if (request.nonce.size() > kMostSimulatedText) return refuse(Reason::kInvalidRequest, "The nonce is too long.");
  if (oauth::value_of(query, "prompt") == "none") {
    return refuse(Reason::kLoginRequired, "Nobody is signed in at the simulator.");
  }
  return request;
}

std::string Simulator::initiate(const ConnectionId& connection, std::string_view login_hint) const {
  std::string url = base_url_ + "/sso/v1/oidc/" + percent_encode(connection.str()) + "/initiate";
  url = oauth::with_parameter(std::move(url), "iss", issuer_);
  return oauth::with_parameter(std::move(url), "login_hint", login_hint);
}

std::string Simulator::answer(const SimulatorRequest& request, const SimulatedLogin& login) const {
  const oauth::AuthorizationResponseTarget target{request.redirect_uri, request.state, issuer_};
  if (login.outcome == SimulatedOutcome::kAccessDenied) {
    return oauth::error_redirect(target, make_error(Reason::kAccessDenied, "The person was refused at the simulator."));
  }
  if (login.outcome == SimulatedOutcome::kIdpInitiated) {
    // Registered with a real provider; here it stands beside the callback.
    constexpr std::string_view kCallback = "/callback";
    std::string url = request.redirect_uri;
    if (url.ends_with(kCallback)) url.resize(url.size() - kCallback.size());
    url = oauth::with_parameter(url + "/initiate", "iss", issuer_);
    return oauth::with_parameter(std::move(url), "login_hint", login.person.email);
  }
  const Timestamp now = ports_.clock.now();
  const json::object code{{"exp", to_unix_seconds(now + kCodeLife)},
                          {"jti", base64url_encode(ports_.random.bytes(kTokenIdBytes))},
                          {"auth_time", to_micros(now)},
                          {"client_id", request.client_id},
                          {"redirect_uri", base64url_encode(crypto::sha256(request.redirect_uri))},
                          {"nonce", request.nonce},
                          {"code_challenge", request.code_challenge},
                          {"login", to_json(login)}};
  return oauth::code_redirect(target, seal_token(ports_.mac, kCode, "", json::serialize(code)));
}

std::string Simulator::id_token(const SimulatedLogin& login, const std::string& client_id, const std::string& nonce,
                                std::string_view access_token, Timestamp authenticated_at) const {
  using enum SimulatedOutcome;
  Timestamp issued_at = ports_.clock.now();
  if (login.outcome == kClockSkew) issued_at += kSkew;
  if (login.outcome == kExpired) issued_at -= kTokenLife + kExpiredSince;
  json::object claims = claims_of(login);
  claims["iss"] = issuer_;
  claims["aud"] = login.outcome == kWrongAudience ? "somebody-else" : client_id;
  claims["iat"] = to_unix_seconds(issued_at);
  claims["exp"] = to_unix_seconds(issued_at + kTokenLife);
  if (login.outcome == kClockSkew) claims["nbf"] = to_unix_seconds(issued_at);
  claims["auth_time"] = to_unix_seconds(authenticated_at);
  claims["at_hash"] = at_hash_of(access_token);
  if (login.outcome == kReplay) {
    claims["nonce"] = base64url_encode(ports_.random.bytes(kTokenIdBytes));
  } else if (!nonce.empty()) {
    claims["nonce"] = nonce;
  }
  std::string input = jose::signing_input({.algorithm = jose::Algorithm::kEs256, .key_id = key_id_, .type = "JWT"},
                                          json::serialize(claims));
  std::string signature = key_.sign(input);
  if (login.outcome == kBadSignature) signature.back() = static_cast<char>(signature.back() ^ 1);
  return jose::append_signature(std::move(input), signature);
}

Result<std::string> Simulator::redeem(const oauth::Form& form, std::string_view query, std::string_view authorization) {
  if (oauth::value_of(form, "grant_type") != "authorization_code") {
    return failure(Reason::kUnsupportedGrantType, "The simulator knows the grant authorization_code only.");
  }
  DOORWARD_TRY(const oauth::ClientCredential client, oauth::read_client_credential(form, query, authorization));
  const std::string& sent = oauth::value_of(form, "code");
  const Timestamp now = ports_.clock.now();
  const auto code = open(ports_.mac, kCode, sent, now);
  if (!code || (!client.client_id.empty() && text_at(*code, "client_id") != client.client_id) ||
      text_at(*code, "redirect_uri") != base64url_encode(crypto::sha256(oauth::value_of(form, "redirect_uri")))) {
    return failure(Reason::kInvalidGrant, "The code is unknown, was issued to another client, or has expired.");
  }
  if (!oauth::proves_possession(oauth::value_of(form, "code_verifier"), text_at(*code, "code_challenge"))) {
    return failure(Reason::kInvalidGrant, "The code_verifier does not fit the code_challenge.");
  }
  {
    const std::lock_guard lock(mutex_);
    const std::string id = text_at(*code, "jti");
    if (redeemed_.find(id) != nullptr) return failure(Reason::kInvalidGrant, "The code was redeemed already.");
    redeemed_.put(id, true);
  }
  const json::object& kept = code->at("login").as_object();
  const std::string access_token =
      seal_token(ports_.mac, kAccessToken, "",
                 json::serialize(json::object{{"exp", to_unix_seconds(now + kTokenLife)}, {"login", kept}}));
  return json::serialize(json::object{
      {"access_token", access_token},
      {"token_type", "Bearer"},
      {"expires_in", kTokenLife.count()},
      {"id_token", id_token(simulated_login_from(kept), text_at(*code, "client_id"), text_at(*code, "nonce"),
                            access_token, from_micros(code->at("auth_time").to_number<std::int64_t>()))}});
}

Result<std::string> Simulator::user_info(std::string_view authorization) const {
  const auto sent = oauth::credentials_of(authorization, "bearer");
  const auto token = sent ? open(ports_.mac, kAccessToken, *sent, ports_.clock.now()) : std::nullopt;
  if (!token) return failure(Reason::kInvalidToken, "The access token is unknown or has expired.");
  return json::serialize(claims_of(simulated_login_from(token->at("login").as_object())));
}

std::string Simulator::after_logout(const oauth::Form& form) const {
  const std::string& url = oauth::value_of(form, "post_logout_redirect_uri");
  if (!is_answered(url)) return {};
  const std::string& state = oauth::value_of(form, "state");
  return state.empty() ? url : oauth::with_parameter(url, "state", state);
}

}  // namespace doorward
