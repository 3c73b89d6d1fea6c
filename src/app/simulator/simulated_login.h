// What somebody who plays the identity provider chooses for one login: a person, and what goes wrong.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/oauth/form.h"

namespace doorward {

enum class SimulatedOutcome : std::uint8_t {
  kSuccess,
  kIdpInitiated,
  kAccessDenied,
  kExpired,
  kWrongAudience,
  kBadSignature,
  kReplay,
  kClockSkew,
  kMissingEmail,
};

struct SimulatedOutcomeRow {
  SimulatedOutcome outcome;
  std::string_view name;     // of the form field
  std::string_view title;    // on the page
  std::string_view explain;  // on the page
};

// In the order of the page.
inline constexpr auto kSimulatedOutcomes = std::to_array<SimulatedOutcomeRow>({
    {SimulatedOutcome::kSuccess, "success", "Sign in", "the person is signed in"},
    {SimulatedOutcome::kIdpInitiated, "idp_initiated", "Start at the identity provider",
     "this login is dropped, and one begins at the provider, as from its dashboard"},
    {SimulatedOutcome::kAccessDenied, "access_denied", "Deny access", "the provider answers error=access_denied"},
    {SimulatedOutcome::kExpired, "expired", "Expired ID token", "its exp is half an hour ago"},
    {SimulatedOutcome::kWrongAudience, "wrong_audience", "ID token for somebody else", "its aud names another client"},
    {SimulatedOutcome::kBadSignature, "bad_signature", "Bad signature", "one bit of the ID token's signature is wrong"},
    {SimulatedOutcome::kReplay, "replay", "Replayed ID token", "its nonce is of another login"},
    {SimulatedOutcome::kClockSkew, "clock_skew", "Wrong clock", "the provider's clock is ten minutes fast"},
    {SimulatedOutcome::kMissingEmail, "missing_email", "No e-mail address", "the provider tells none"},
});

std::string_view outcome_name(SimulatedOutcome outcome);

struct SimulatedPerson {
  std::string subject;
  std::string email;
  bool email_verified = true;
  std::string name;
  std::string given_name;
  std::string family_name;
  std::vector<std::string> groups;
  boost::json::object attributes;  // further claims
};

struct SimulatedLogin {
  SimulatedPerson person;
  SimulatedOutcome outcome = SimulatedOutcome::kSuccess;
};

inline constexpr std::size_t kMostSimulatedText = 255;                          // bytes of each field but the two below
inline constexpr std::size_t kMostSimulatedGroups = 100;                        // comma-separated, 255 bytes each
inline constexpr std::size_t kMostSimulatedAttributes = std::size_t{2} * 1024;  // bytes of JSON
inline constexpr std::size_t kMostSimulatedLogin = std::size_t{4} * 1024;       // bytes of all together: codes carry it

// The fields of the form, which are documented in docs/simulator.md: `email`, `outcome` ("success"), `subject` (made
// from the address), `name` (made from the next two), `given_name`, `family_name`, `email_verified` ("true"), `groups`
// (comma-separated) and `attributes` (a JSON object of further claims). Others are ignored. kInvalidArgument at the
// field: no address, an unknown outcome, a text beyond its bound, attributes that are no strict JSON object or name a
// claim that the provider itself makes; at `groups` when all together is over kMostSimulatedLogin.
Result<SimulatedLogin> read_simulated_login(const oauth::Form& form);

// What userinfo says of the person, and the ID token beside its own claims.
boost::json::object claims_of(const SimulatedLogin& login);

// The login as text, to be carried in a code, and back. from_text() takes only what to_text() made.
boost::json::object to_json(const SimulatedLogin& login);
SimulatedLogin simulated_login_from(const boost::json::object& object);

}  // namespace doorward
