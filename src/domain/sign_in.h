// What signing in leaves behind: the transaction while a person is away at the identity provider, the authorization
// code, the grant with its refresh tokens, the session.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

// What the application asked for at /oauth/authorize, as far as later steps need it. Checked.
struct AuthorizationRequest {
  ApiClientId client_id;
  std::string redirect_uri;
  std::string scope;  // granted names, separated by spaces
  std::string state;
  std::string nonce;
  std::string code_challenge;  // S256; empty: none
  std::string login_hint;
  std::string prompt;
  std::optional<std::int64_t> max_age;  // seconds
  std::string acr_values;               // one of which the provider must answer with, separated by spaces; empty: any
};

enum class LoginPurpose : std::uint8_t {
  kSignIn = 1,
  kConnectionTest = 2,  // an administrator tries the connection; nobody is signed in
  kSignOut = 3,         // somebody has signed out and is on the way back from the provider
};

// Between the redirect to the identity provider and its answer. Found by the hash of `state`; used at most once.
struct LoginTransaction {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  ConnectionId connection_id;
  AuthRequestId auth_request_id;
  std::string state_hash;    // 32 bytes, keyed; also the primary key
  std::string browser_hash;  // 32 bytes, keyed, of the cookie that the browser must bring back
  LoginPurpose purpose = LoginPurpose::kSignIn;
  ConnectionTestId test_id;      // kConnectionTest only
  AuthorizationRequest request;  // kSignIn only
  std::string sealed_secrets;    // envelope text of what the provider's answer is checked against: nonce, verifier; of
                                 // kSignOut: where the browser goes then
  Timestamp create_time;
  Timestamp expire_time;
};

// Who signed in, in the provider-independent form that tokens are made of. Kept with the grant and the session.
struct SignedInUser {
  OrganizationId organization_id;
  std::string organization_external_id;
  ConnectionId connection_id;
  std::string subject;  // of our tokens: "<connection id>;<subject at the provider>"
  std::string email;
  bool email_verified = false;
  boost::json::object claims;      // further claims of the ID token: name, given_name, identities, custom attributes, …
  std::string provider_subject;    // by which its logout names the person
  std::string provider_session;    // `sid`, or SessionIndex, of the provider; empty: unknown
  std::string sealed_logout_hint;  // envelope text: how its logout is told whom; empty: not kept
  Timestamp auth_time;
  std::optional<Timestamp> session_end;  // no token of this login outlives it, where the provider says so
};

struct AuthorizationCode {
  EnvironmentId environment_id;
  std::string code_hash;  // 32 bytes, keyed; primary key
  ApiClientId client_id;
  GrantId grant_id;
  std::string redirect_uri;
  std::string code_challenge;
  std::string nonce;
  Timestamp create_time;
  Timestamp expire_time;
  std::optional<Timestamp> used_time;
};

// Everything that one authorization may still do. When it is revoked, so are its codes, access and refresh tokens.
struct Grant {
  EnvironmentId environment_id;
  GrantId id;
  ApiClientId client_id;
  SessionId session_id;
  AuthRequestId auth_request_id;
  std::string scope;
  SignedInUser user;
  Timestamp create_time;
  std::optional<Timestamp> revoke_time;
  std::string revoke_reason;  // "logout", "refresh_reuse", "code_reuse", "revoked", …
};

struct RefreshToken {
  EnvironmentId environment_id;
  std::string token_hash;  // 32 bytes, keyed; primary key
  GrantId grant_id;
  Timestamp create_time;
  Timestamp expire_time;
  std::optional<Timestamp> used_time;
};

enum class SessionStatus : std::uint8_t { kActive = 1, kLoggedOut = 2, kRevoked = 3 };

// `sid`. Its service comes with people.
struct Session {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  ConnectionId connection_id;
  SessionId id;
  std::string subject;  // of our tokens
  std::string provider_subject;
  std::string provider_session;
  SessionStatus status = SessionStatus::kActive;
  Timestamp create_time;
  Timestamp last_active_time;
  std::optional<Timestamp> end_time;
};

// What is over for a client when a session or the client's grants end.
struct EndedLogin {
  ApiClientId client_id;
  SessionId session_id;
  std::string subject;  // of our tokens

  friend bool operator==(const EndedLogin&, const EndedLogin&) = default;
};

// Parameters that a client pushed (RFC 9126). Found by the hash of the request_uri; used at most once.
struct PushedRequest {
  EnvironmentId environment_id;
  std::string uri_hash;
  ApiClientId client_id;
  std::vector<std::pair<std::string, std::string>> parameters;
  Timestamp expire_time;
};

}  // namespace doorward
