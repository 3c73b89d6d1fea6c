#include "protocol/scim/recognize.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <string>

#include "base/encoding.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/schema.h"
#include "protocol/scim/sent_name.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> kSourceNames = {"pinned",     "provider", "user_agent",
                                                          "query_flag", "shape",    "default"};

struct Product {
  std::string_view name;  // in lower case
  Profile profile;
};
constexpr auto kProducts = std::to_array<Product>({{"okta", Profile::kOkta},
                                                   {"google-auto-provisioning", Profile::kGoogle},
                                                   {"onelogin", Profile::kOneLogin},
                                                   {"jumpcloud", Profile::kJumpCloud},
                                                   {"pingone", Profile::kPingIdentity},
                                                   {"pingfederate", Profile::kPingIdentity},
                                                   {"pingidentity", Profile::kPingIdentity},
                                                   {"rippling", Profile::kRippling},
                                                   {"cyberark", Profile::kCyberArk},
                                                   {"duosecurity", Profile::kDuo},
                                                   {"duo security", Profile::kDuo},
                                                   {"keycloak", Profile::kKeycloak},
                                                   {"authentik", Profile::kAuthentik}});

// A group of Entra ID names this schema beside its own.
constexpr std::string_view kEntraGroupUrn = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
// Marks that are Entra's only together: op words with a capital, booleans such as "False", paths with a filter.
constexpr int kEntraMarks = 2;

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }
std::string_view key_of(const json::key_value_pair& member) { return {member.key().data(), member.key().size()}; }

const json::value* find_member(const json::object& object, std::string_view name) {
  const auto found = std::ranges::find_if(
      object, [&](const json::key_value_pair& member) { return equal_names(key_of(member), name); });
  return found == object.end() ? nullptr : &found->value();
}

std::string_view text_of(const json::value* value) {
  return value != nullptr && value->is_string() ? view(value->get_string()) : std::string_view();
}

bool is_capitalised(std::string_view op) { return op == "Add" || op == "Replace" || op == "Remove"; }

bool is_entra(const json::array& operations) {
  bool capital = false;
  bool boolean_text = false;
  bool filtered = false;
  const std::size_t looked_at = std::min(operations.size(), kShapeOperations);
  for (std::size_t i = 0; i < looked_at; ++i) {
    const json::object* operation = operations[i].if_object();
    if (operation == nullptr) return false;
    const std::string_view path = text_of(find_member(*operation, "path"));
    const std::string_view value = text_of(find_member(*operation, "value"));
    capital = capital || is_capitalised(text_of(find_member(*operation, "op")));
    boolean_text = boolean_text || value == "True" || value == "False";
    filtered = filtered || path.find("[type eq \"") != std::string_view::npos ||
               path.find("[primary eq \"True\"]") != std::string_view::npos ||
               starts_with_name(path, kEnterpriseUserUrn);
  }
  return capital && int{capital} + int{boolean_text} + int{filtered} >= kEntraMarks;
}

// A PATCH of one operation.
std::optional<Profile> of_single_operation(const json::object& operation) {
  const std::string_view op = text_of(find_member(operation, "op"));
  const json::value* value = find_member(operation, "value");
  const std::string_view path = text_of(find_member(operation, "path"));
  if (op == "remove" && path == "members" && value != nullptr && value->is_null()) return Profile::kKeycloak;
  const json::object* object = value != nullptr ? value->if_object() : nullptr;
  if (op != "replace" || !path.empty() || object == nullptr) return std::nullopt;
  if (object->size() == 1) {
    const json::value* active = object->if_contains("active");
    if (active != nullptr && active->is_bool()) return Profile::kOkta;
  }
  if (object->contains("id") && object->contains("schemas") && object->contains("displayName")) {
    return Profile::kAuthentik;
  }
  return std::nullopt;
}

std::optional<Profile> of_patch(const json::array& operations) {
  if (is_entra(operations)) return Profile::kEntra;
  if (operations.size() != 1 || !operations.front().is_object()) return std::nullopt;
  return of_single_operation(operations.front().get_object());
}

std::optional<Profile> of_resource(const json::object& body) {
  if (const json::value* schemas = find_member(body, "schemas"); schemas != nullptr && schemas->is_array()) {
    const auto& urns = schemas->get_array();
    const std::size_t looked_at = std::min(urns.size(), kShapeOperations);
    for (std::size_t i = 0; i < looked_at; ++i) {
      const std::string_view urn = text_of(&urns[i]);
      if (equal_names(urn, kEntraGroupUrn)) return Profile::kEntra;
      if (standard_name(user_type(), urn)) return Profile::kOneLogin;
    }
  }
  const std::string_view active = text_of(find_member(body, "active"));
  if (active == "true" || active == "false") return Profile::kKeycloak;
  const json::value* groups = find_member(body, "groups");
  if (groups != nullptr && groups->is_array() && groups->get_array().empty() &&
      find_member(body, "locale") != nullptr) {
    return Profile::kOkta;
  }
  return std::nullopt;
}

}  // namespace

std::string_view profile_source_name(ProfileSource source) { return kSourceNames.at(static_cast<std::size_t>(source)); }

std::optional<ProfileSource> profile_source_named(std::string_view name) {
  const auto found = std::ranges::find(kSourceNames, name);
  if (found == kSourceNames.end()) return std::nullopt;
  return static_cast<ProfileSource>(found - kSourceNames.begin());
}

void add_settings(ProfileClues& clues, const Directory& directory) {
  clues.pinned = profile_named(directory.scim.pinned_profile);
  clues.provider = directory.provider;
  if (!directory.scim.recognition) return;
  const auto profile = profile_named(directory.scim.recognition->profile);
  const auto source = profile_source_named(directory.scim.recognition->by);
  if (profile && source) clues.remembered = ProfileChoice{*profile, *source};
}

ProfileChoice choose_profile(const ProfileClues& clues) {
  if (clues.pinned) return {*clues.pinned, ProfileSource::kPinned};
  if (const auto profile = profile_of_provider(clues.provider)) return {*profile, ProfileSource::kProvider};
  if (const auto profile = profile_of_user_agent(clues.user_agent)) return {*profile, ProfileSource::kUserAgent};
  if (clues.aad_flag) return {Profile::kEntra, ProfileSource::kQueryFlag};
  return clues.remembered.value_or(ProfileChoice{});
}

bool is_recognition(const ProfileChoice& choice) {
  return choice.source == ProfileSource::kUserAgent || choice.source == ProfileSource::kQueryFlag ||
         choice.source == ProfileSource::kShape;
}

std::optional<Profile> profile_of_provider(DirectoryProvider provider) {
  switch (provider) {
    case DirectoryProvider::kOkta:
      return Profile::kOkta;
    case DirectoryProvider::kGoogle:
      return Profile::kGoogle;
    case DirectoryProvider::kMicrosoftAd:
      return Profile::kEntra;
    case DirectoryProvider::kOneLogin:
      return Profile::kOneLogin;
    case DirectoryProvider::kJumpCloud:
      return Profile::kJumpCloud;
    case DirectoryProvider::kPingIdentity:
      return Profile::kPingIdentity;
    case DirectoryProvider::kAuth0:
    case DirectoryProvider::kUnspecified:
      break;
  }
  return std::nullopt;
}

std::optional<Profile> profile_of_user_agent(std::string_view user_agent) {
  if (user_agent.empty()) return std::nullopt;
  const std::string folded = ascii_lower(user_agent);
  const auto found = std::ranges::find_if(
      kProducts, [&](const Product& product) { return folded.find(product.name) != std::string::npos; });
  if (found == kProducts.end()) return std::nullopt;
  return found->profile;
}

std::optional<Profile> profile_of_shape(const json::object& body) {
  if (const json::value* operations = find_member(body, "Operations")) {
    return operations->is_array() ? of_patch(operations->get_array()) : std::nullopt;
  }
  return of_resource(body);
}

}  // namespace doorward::scim
