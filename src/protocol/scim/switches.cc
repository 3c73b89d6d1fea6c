#include "protocol/scim/switches.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace doorward::scim {
namespace {

// Values are numbered from 0 without gaps, so a word's place is its value.
template <class Value, std::size_t N>
class Words final : public Switch {
 public:
  constexpr Words(std::string_view name, Value Behaviour::* member, std::array<std::string_view, N> words)
      : name_(name), member_(member), words_(words) {}

  std::string_view name() const override { return name_; }
  std::span<const std::string_view> values() const override { return words_; }
  std::string_view get(const Behaviour& behaviour) const override {
    return words_.at(static_cast<std::size_t>(behaviour.*member_));
  }
  bool set(Behaviour& behaviour, std::string_view value) const override {
    const auto found = std::ranges::find(words_, value);
    if (found == words_.end()) return false;
    behaviour.*member_ = static_cast<Value>(found - words_.begin());
    return true;
  }

 private:
  std::string_view name_;
  Value Behaviour::* member_;
  std::array<std::string_view, N> words_;
};

using Two = std::array<std::string_view, 2>;
constexpr Two kLoose = {"accept", "refuse"};
constexpr Two kAnswer = {"resource", "no_content"};
constexpr Two kOmitted = {"cleared", "kept"};
constexpr Two kFlag = {"false", "true"};

const Words kUserPatch{"user_patch_answer", &Behaviour::user_patch_answer, kAnswer};
const Words kUnmatchedReplace{"unmatched_replace", &Behaviour::unmatched_replace, Two{"no_target", "create"}};
const Words kUnmatchedAdd{"unmatched_add", &Behaviour::unmatched_add, Two{"create", "no_target"}};
const Words kUnknownAttributes{"unknown_attributes", &Behaviour::unknown_attributes, Two{"ignore", "refuse"}};
const Words kUnknownPaths{"unknown_paths", &Behaviour::unknown_paths,
                          std::array<std::string_view, 3>{"ignore_foreign", "ignore", "refuse"}};
const Words kLooseValues{"loose_values", &Behaviour::loose_values, kLoose};
const Words kUnquoted{"unquoted_literals", &Behaviour::unquoted_literals, kLoose};
const Words kMissingSchemas{"missing_schemas", &Behaviour::missing_schemas, kLoose};
const Words kEmptyPatch{"empty_patch", &Behaviour::empty_patch, kLoose};
const Words kPrimaries{"several_primaries", &Behaviour::several_primaries, kLoose};
const Words kCountry{"free_country", &Behaviour::free_country, kLoose};
const Words kOmittedOnPut{"omitted_on_put", &Behaviour::omitted_on_put, kOmitted};
const Words kOmittedMembers{"omitted_members_on_put", &Behaviour::omitted_members_on_put, kOmitted};
const Words kMediaType{"media_type", &Behaviour::media_type, Two{"scim", "as_accepted"}};
const Words kDiscoveryFilter{"discovery_filter", &Behaviour::discovery_filter, Two{"refuse", "ignore"}};
const Words kReferences{"references", &Behaviour::references, Two{"wait", "must_exist"}};
const Words kUserGroups{"user_groups", &Behaviour::user_groups, Two{"default", "on_request"}};
const Words kExternalId{"external_id", &Behaviour::external_id, Two{"may_repeat", "unique"}};
const Words kConflict{"inactive_conflict", &Behaviour::inactive_conflict, Two{"refuse", "adopt"}};
const Words kOpenDiscovery{"open_discovery", &Behaviour::open_discovery, kFlag};
const Words kPagination{"shows_pagination", &Behaviour::shows_pagination, kFlag};

const Words kGroupPatch{"group_patch_answer", &Behaviour::group_patch_answer, kAnswer};

}  // namespace

const std::vector<const Switch*>& switches() {
  static const std::vector<const Switch*> all = {
      &kUserPatch,    &kGroupPatch,     &kUnmatchedReplace, &kUnmatchedAdd,    &kUnknownAttributes, &kUnknownPaths,
      &kLooseValues,  &kUnquoted,       &kMissingSchemas,   &kEmptyPatch,      &kPrimaries,         &kCountry,
      &kOmittedOnPut, &kOmittedMembers, &kMediaType,        &kDiscoveryFilter, &kReferences,        &kUserGroups,
      &kExternalId,   &kConflict,       &kOpenDiscovery,    &kPagination};
  return all;
}

const Switch* find_switch(std::string_view name) {
  const auto found = std::ranges::find(switches(), name, [](const Switch* known) { return known->name(); });
  return found == switches().end() ? nullptr : *found;
}

Behaviour behaviour_with(Profile profile, std::span<const ScimSettings::Override> overrides) {
  Behaviour behaviour = behaviour_of(profile);
  for (const ScimSettings::Override& override : overrides) {
    if (const Switch* known = find_switch(override.name)) known->set(behaviour, override.value);
  }
  return behaviour;
}

}  // namespace doorward::scim
