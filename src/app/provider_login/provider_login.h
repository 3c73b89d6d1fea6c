// A login at an identity provider of an organization, whichever protocol it speaks.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "protocol/profile/profile.h"

namespace doorward {

struct LoginStart {
  std::string state;       // 256 random bits of the caller, who keeps their hash and finds the transaction by it
  std::string login_hint;  // empty: none
  std::string prompt;      // as the application asked; what providers do not know is not passed on
  std::optional<std::chrono::seconds> max_age;
  std::vector<std::string> acr_values;
};

// Who the provider says it is. A person is known by (connection, issuer, subject), never by e-mail.
struct ProviderIdentity {
  std::string issuer;          // of the ID token: Entra's with the tenant in it; of the assertion
  std::string subject;         // 1 to 255 bytes; SAML: to 256 characters
  std::string logout_subject;  // by which logouts name the person
  std::string session;         // "sid", SessionIndex; empty: not said
  // What the provider's logout is told of the login, as one text that only its own protocol reads: the ID token; a
  // SamlLogoutName. Empty: nothing is known.
  Secret<std::string> logout_hint;
  std::optional<Timestamp> auth_time;
  std::optional<Timestamp> session_end;  // the login is good until then
  std::string acr;                       // empty: not said
  // email_verified is what the provider claims; whoever knows the organization's verified domains may raise it where
  // the connection's trust_email is on.
  profile::Profile profile;
};

}  // namespace doorward
