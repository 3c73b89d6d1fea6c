#include "protocol/scim/behaviour.h"

#include <algorithm>
#include <array>

#include "protocol/scim/case_fold.h"

namespace doorward::scim {
namespace {

constexpr std::array<std::string_view, kProfileCount> kProfileNames = {
    "standard", "strict",   "okta",     "entra", "google",   "onelogin", "jumpcloud",
    "ping",     "rippling", "cyberark", "duo",   "keycloak", "authentik"};

constexpr std::array<std::string_view, kQuirkCount> kQuirkNames = {"boolean_as_text",
                                                                   "number_as_text",
                                                                   "single_for_list",
                                                                   "list_for_single",
                                                                   "text_for_complex",
                                                                   "null_value",
                                                                   "unknown_attribute",
                                                                   "unknown_schema",
                                                                   "missing_schemas",
                                                                   "several_primaries",
                                                                   "free_country",
                                                                   "free_reference",
                                                                   "unquoted_literal",
                                                                   "operator_case",
                                                                   "key_case",
                                                                   "empty_patch",
                                                                   "extra_operation_key",
                                                                   "path_as_key",
                                                                   "read_only_ignored",
                                                                   "value_list_removal",
                                                                   "empty_list_removal",
                                                                   "empty_text_cleared",
                                                                   "element_created",
                                                                   "display_name_of_member",
                                                                   "waiting_reference",
                                                                   "adopted",
                                                                   "omitted_kept"};

Behaviour strict() {
  Behaviour b;
  b.group_patch_answer = Behaviour::PatchAnswer::kResource;
  b.unmatched_add = Behaviour::UnmatchedAdd::kNoTarget;
  b.unknown_attributes = Behaviour::Unknown::kRefuse;
  b.unknown_paths = Behaviour::UnknownPath::kRefuse;
  b.loose_values = Behaviour::Loose::kRefuse;
  b.unquoted_literals = Behaviour::Loose::kRefuse;
  b.missing_schemas = Behaviour::Loose::kRefuse;
  b.empty_patch = Behaviour::Loose::kRefuse;
  b.several_primaries = Behaviour::Loose::kRefuse;
  b.free_country = Behaviour::Loose::kRefuse;
  b.references = Behaviour::References::kMustExist;
  b.external_id = Behaviour::ExternalId::kUnique;
  b.shows_pagination = true;
  return b;
}

// Entra reads nothing of a PATCH answer; its updates of addresses and telephone numbers land only when a value that is
// not there is made; and one refused attribute holds back every other of the same user until it is quarantined.
Behaviour entra() {
  Behaviour b;
  b.user_patch_answer = Behaviour::PatchAnswer::kNoContent;
  b.unmatched_replace = Behaviour::UnmatchedReplace::kCreate;
  b.unknown_paths = Behaviour::UnknownPath::kIgnore;
  b.discovery_filter = Behaviour::DiscoveryFilter::kIgnore;
  return b;
}

Behaviour no_patch_body() {
  Behaviour b;
  b.user_patch_answer = Behaviour::PatchAnswer::kNoContent;
  return b;
}

}  // namespace

std::string_view profile_name(Profile profile) { return kProfileNames.at(static_cast<std::size_t>(profile)); }

std::optional<Profile> profile_named(std::string_view name) {
  const auto found =
      std::ranges::find_if(kProfileNames, [&](std::string_view known) { return equal_names(known, name); });
  if (found == kProfileNames.end()) return std::nullopt;
  return static_cast<Profile>(found - kProfileNames.begin());
}

std::string_view quirk_name(Quirk quirk) { return kQuirkNames.at(static_cast<std::size_t>(quirk)); }

const Behaviour& behaviour_of(Profile profile) {
  static const Behaviour kStandardBehaviour;
  static const Behaviour kStrictBehaviour = strict();
  static const Behaviour kEntraBehaviour = entra();
  static const Behaviour kNoPatchBody = no_patch_body();
  switch (profile) {
    case Profile::kStrict:
      return kStrictBehaviour;
    case Profile::kEntra:
      return kEntraBehaviour;
    case Profile::kJumpCloud:
      return kNoPatchBody;
    default:
      return kStandardBehaviour;
  }
}

}  // namespace doorward::scim
