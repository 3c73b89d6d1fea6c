// What the simulated SAML provider answers to a request, with the one thing wrong that was chosen.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "app/simulator/simulated_login.h"
#include "base/time.h"
#include "protocol/saml/response_write.h"

namespace doorward {

// Of a service provider that wants somebody signed in; without an id: nobody asked.
struct SamlSimulatorRequest {
  std::string id;
  std::string sp_entity_id;
  std::string acs_url;
  std::string relay_state;
  std::string name_id_format;  // URI; empty: none is asked for
  bool is_passive = false;
  std::vector<std::string> authn_context_class_refs;
  std::string login_hint;
};

inline constexpr std::chrono::seconds kSamlAssertionLife{300};

// How the person is named: by address where that is asked for, by a name of no meaning where a transient one is, else
// by the subject.
saml::SamlNameId name_id_of(const SimulatedPerson& person, std::string_view format);

struct SimulatedSamlAnswer {
  saml::WrittenResponse response;
  std::optional<saml::WrittenAssertion> assertion;  // none: nobody is signed in
};

// Three that nobody had before (xs:NCName).
struct SimulatedSamlIds {
  std::string response;
  std::string assertion;
  std::string other;
};
SimulatedSamlAnswer simulated_saml_answer(const SamlSimulatorRequest& request, const SimulatedLogin& login,
                                          const std::string& entity_id, const SimulatedSamlIds& ids, Timestamp now);

// That nobody can be signed in without being asked (SAML core 3.4.1, IsPassive).
SimulatedSamlAnswer simulated_passive_answer(const SamlSimulatorRequest& request, const std::string& entity_id,
                                             const SimulatedSamlIds& ids, Timestamp now);

}  // namespace doorward
