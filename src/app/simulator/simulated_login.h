// What somebody who plays the identity provider chooses for one login: a person, and what goes wrong.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/simulator/simulated_outcome.h"
#include "base/result.h"
#include "protocol/oauth/form.h"

namespace doorward {

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

// What a SAML provider signs.
enum class SimulatedSigning : std::uint8_t { kAssertion, kResponse, kBoth };

struct SimulatedLogin {
  SimulatedPerson person;
  SimulatedOutcome outcome = SimulatedOutcome::kSuccess;
  SimulatedSigning signing = SimulatedSigning::kAssertion;
};

inline constexpr std::size_t kMostSimulatedText = 255;                          // bytes of each field but the two below
inline constexpr std::size_t kMostSimulatedGroups = 100;                        // comma-separated, 255 bytes each
inline constexpr std::size_t kMostSimulatedAttributes = std::size_t{2} * 1024;  // bytes of JSON
inline constexpr std::size_t kMostSimulatedLogin = std::size_t{4} * 1024;       // bytes of all together: codes carry it

// The fields of the form, which are documented in docs/simulator.md: `email`, `outcome` ("success"), `subject` (made
// from the address), `name` (made from the next two), `given_name`, `family_name`, `email_verified` ("true"), `groups`
// (comma-separated), `attributes` (a JSON object of further claims) and, for SAML, `signed` ("assertion", "response" or
// "both"). Others are ignored. kInvalidArgument at the field: no address, an outcome that the protocol does not have, a
// text beyond its bound, attributes that are no strict JSON object or name a claim that the provider itself makes; at
// `groups` when all together is over kMostSimulatedLogin.
Result<SimulatedLogin> read_simulated_login(const oauth::Form& form, SimulatedProtocol protocol);

// What userinfo says of the person, and the ID token beside its own claims.
boost::json::object claims_of(const SimulatedLogin& login);

// The login as text, to be carried in a code, and back. from_text() takes only what to_text() made.
boost::json::object to_json(const SimulatedLogin& login);
SimulatedLogin simulated_login_from(const boost::json::object& object);

}  // namespace doorward
