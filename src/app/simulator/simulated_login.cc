#include "app/simulator/simulated_login.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/encoding.h"
#include "base/trim.h"
#include "crypto/hash.h"
#include "protocol/jose/strict_json.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr std::string_view kBlank = " \t\r\n";

// Claims that the provider makes by itself, or that have a field of their own.
constexpr auto kOwnClaims = std::to_array<std::string_view>({"iss",
                                                             "sub",
                                                             "aud",
                                                             "exp",
                                                             "iat",
                                                             "nbf",
                                                             "jti",
                                                             "nonce",
                                                             "auth_time",
                                                             "azp",
                                                             "at_hash",
                                                             "c_hash",
                                                             "sid",
                                                             "email",
                                                             "email_verified",
                                                             "name",
                                                             "given_name",
                                                             "family_name",
                                                             "preferred_username",
                                                             "groups"});

constexpr jose::JsonLimits kAttributeLimits{.bytes = kMostSimulatedAttributes, .depth = 6, .members = 128};

Result<std::string> text_of(const oauth::Form& form, std::string_view field) {
  const std::string& text = oauth::value_of(form, field);
  if (text.size() <= kMostSimulatedText) return text;
  return failure(
      invalid_field(std::string(field), fmt::format("At most {} bytes.", kMostSimulatedText), "string.max_len"));
}

Result<SimulatedOutcome> outcome_of(const oauth::Form& form, SimulatedProtocol protocol) {
  const std::string& wanted = oauth::value_of(form, "outcome");
  if (wanted.empty()) return SimulatedOutcome::kSuccess;
  if (const SimulatedOutcomeRow* row = find_outcome(wanted, protocol)) return row->outcome;
  std::string names;
  for (const SimulatedOutcomeRow& one : kSimulatedOutcomes) {
    if (one.explain(protocol).empty()) continue;
    if (!names.empty()) names += ", ";
    names += one.name;
  }
  return failure(invalid_field("outcome", fmt::format("One of {}.", names), "string.in"));
}

Result<SimulatedSigning> signing_of(const oauth::Form& form) {
  const std::string& wanted = oauth::value_of(form, "signed");
  if (wanted.empty() || wanted == "assertion") return SimulatedSigning::kAssertion;
  if (wanted == "response") return SimulatedSigning::kResponse;
  if (wanted == "both") return SimulatedSigning::kBoth;
  return failure(invalid_field("signed", "One of assertion, response, both.", "string.in"));
}

Result<std::vector<std::string>> groups_of(const oauth::Form& form) {
  std::vector<std::string> groups;
  std::string_view rest = oauth::value_of(form, "groups");
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view name = trimmed(rest.substr(0, end), kBlank);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (name.empty()) continue;
    if (name.size() > kMostSimulatedText || groups.size() == kMostSimulatedGroups) {
      return failure(invalid_field("groups",
                                   fmt::format("At most {} names of at most {} bytes, with commas between.",
                                               kMostSimulatedGroups, kMostSimulatedText),
                                   "repeated.max_items"));
    }
    groups.emplace_back(name);
  }
  return groups;
}

Result<json::object> attributes_of(const oauth::Form& form) {
  const std::string& text = oauth::value_of(form, "attributes");
  if (trimmed(text, kBlank).empty()) return json::object();
  auto attributes = jose::parse_strict_object(text, kAttributeLimits);
  if (!attributes) {
    return failure(invalid_field(
        "attributes", fmt::format("A JSON object of at most {} bytes.", kAttributeLimits.bytes), "string.json"));
  }
  for (const auto& member : *attributes) {
    if (std::ranges::find(kOwnClaims, std::string_view(member.key())) == kOwnClaims.end()) continue;
    return failure(invalid_field(
        "attributes", fmt::format("{} is a claim that the simulator makes by itself.", std::string_view(member.key())),
        "string.not_in"));
  }
  return *std::move(attributes);
}

// The same person each time, whatever the letter case of the address.
std::string subject_of(std::string_view email) {
  constexpr std::size_t kDigits = 32;
  return "sim-" + hex_encode(crypto::sha256(ascii_lower(email))).substr(0, kDigits);
}

std::string text_at(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

}  // namespace

Result<SimulatedLogin> read_simulated_login(const oauth::Form& form, SimulatedProtocol protocol) {
  SimulatedLogin login;
  SimulatedPerson& person = login.person;
  DOORWARD_TRY(login.outcome, outcome_of(form, protocol));
  if (protocol == SimulatedProtocol::kSaml) {
    DOORWARD_TRY(login.signing, signing_of(form));
  }
  DOORWARD_TRY(person.email, text_of(form, "email"));
  if (person.email.empty() && login.outcome != SimulatedOutcome::kAccessDenied) {
    return failure(invalid_field("email", "Name the person by an e-mail address.", "string.min_len"));
  }
  DOORWARD_TRY(person.subject, text_of(form, "subject"));
  if (person.subject.empty()) person.subject = subject_of(person.email);
  DOORWARD_TRY(person.given_name, text_of(form, "given_name"));
  DOORWARD_TRY(person.family_name, text_of(form, "family_name"));
  DOORWARD_TRY(person.name, text_of(form, "name"));
  if (person.name.empty()) {
    person.name = std::string(trimmed(fmt::format("{} {}", person.given_name, person.family_name)));
  }
  person.email_verified = oauth::value_of(form, "email_verified") != "false";
  DOORWARD_TRY(person.groups, groups_of(form));
  DOORWARD_TRY(person.attributes, attributes_of(form));
  if (json::serialize(to_json(login)).size() > kMostSimulatedLogin) {
    return failure(invalid_field("groups", "This is more than the simulator carries. Name fewer or shorter ones.",
                                 "string.max_len"));
  }
  return login;
}

json::object claims_of(const SimulatedLogin& login) {
  const SimulatedPerson& person = login.person;
  json::object claims = person.attributes;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) claims[name] = value;
  };
  claims["sub"] = person.subject;
  if (login.outcome != SimulatedOutcome::kMissingEmail) {
    claims["email"] = person.email;
    claims["email_verified"] = person.email_verified;
    claims["preferred_username"] = person.email;
  }
  add("name", person.name);
  add("given_name", person.given_name);
  add("family_name", person.family_name);
  if (!person.groups.empty()) claims["groups"] = json::array(person.groups.begin(), person.groups.end());
  return claims;
}

json::object to_json(const SimulatedLogin& login) {
  const SimulatedPerson& person = login.person;
  return {{"outcome", static_cast<int>(login.outcome)},
          {"subject", person.subject},
          {"email", person.email},
          {"email_verified", person.email_verified},
          {"name", person.name},
          {"given_name", person.given_name},
          {"family_name", person.family_name},
          {"groups", json::array(person.groups.begin(), person.groups.end())},
          {"attributes", person.attributes}};
}

SimulatedLogin simulated_login_from(const json::object& object) {
  SimulatedLogin login;
  login.outcome = static_cast<SimulatedOutcome>(object.at("outcome").to_number<int>());
  SimulatedPerson& person = login.person;
  person.subject = text_at(object, "subject");
  person.email = text_at(object, "email");
  person.email_verified = object.at("email_verified").as_bool();
  person.name = text_at(object, "name");
  person.given_name = text_at(object, "given_name");
  person.family_name = text_at(object, "family_name");
  for (const json::value& group : object.at("groups").as_array()) person.groups.emplace_back(group.as_string());
  person.attributes = object.at("attributes").as_object();
  return login;
}

}  // namespace doorward
