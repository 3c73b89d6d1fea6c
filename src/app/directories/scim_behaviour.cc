#include "app/directories/scim_behaviour.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "app/changes/record.h"
#include "app/directories/directory_records.h"
#include "app/directories/lookup.h"
#include "domain/directory_snapshot.h"
#include "protocol/scim/switches.h"

namespace doorward {
namespace {

ScimBehaviourView seen(const Directory& directory) {
  scim::ProfileClues clues;
  scim::add_settings(clues, directory);
  return {directory.scim, scim::choose_profile(clues)};
}

Result<void> check(const ScimBehaviourPatch& patch) {
  if (patch.pinned_profile && !patch.pinned_profile->empty() && !scim::profile_named(*patch.pinned_profile)) {
    return failure(invalid_field("settings.pinned_profile", "is no profile", "string.in"));
  }
  std::set<std::string_view> named;
  for (std::size_t i = 0; i < patch.overrides.size(); ++i) {
    const auto& [name, value] = patch.overrides[i];
    const scim::Switch* known = scim::find_switch(name);
    const std::string field = fmt::format("settings.overrides[{}]", i);
    if (known == nullptr) return failure(invalid_field(field + ".name", "is no switch", "string.in"));
    if (!named.insert(known->name()).second) {
      return failure(invalid_field(field + ".name", "is named twice", "repeated.unique"));
    }
    if (!value.empty() && std::ranges::find(known->values(), value) == known->values().end()) {
      return failure(invalid_field(field + ".value",
                                   fmt::format("must be one of: {}", fmt::join(known->values(), ", ")), "string.in"));
    }
  }
  return {};
}

// In the order of the switches, so that equal settings are equal values however they came about.
std::vector<ScimSettings::Override> merged(const std::vector<ScimSettings::Override>& known,
                                           const std::vector<ScimSettings::Override>& wanted) {
  std::vector<ScimSettings::Override> merged;
  for (const scim::Switch* one : scim::switches()) {
    const auto of_this = [&](const ScimSettings::Override& override) { return override.name == one->name(); };
    auto found = std::ranges::find_if(wanted, of_this);
    if (found == wanted.end()) {
      found = std::ranges::find_if(known, of_this);
      if (found == known.end()) continue;
    }
    if (!found->value.empty()) merged.push_back(*found);
  }
  return merged;
}

}  // namespace

task<Result<ScimBehaviourView>> ScimBehaviours::get(const Caller& by, const OrganizationId& organization,
                                                    const DirectoryId& id) {
  co_return co_await store_.read(
      "scim_settings.get", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ScimBehaviourView> {
        DOORWARD_TRY(const Directory directory, find_directory(tx, by.environment_id, organization, id));
        return seen(directory);
      });
}

task<Result<ScimBehaviourView>> ScimBehaviours::update(const Caller& by, const OrganizationId& organization,
                                                       const DirectoryId& id, ScimBehaviourPatch patch) {
  DOORWARD_CO_CHECK(check(patch));
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write(
      "scim_settings.update", write_options(by, id), [&](WriteTx& tx) -> Result<ScimBehaviourView> {
        DOORWARD_TRY(const Directory before, lock_directory(tx, by.environment_id, organization, id));
        Directory after = before;
        if (patch.pinned_profile) after.scim.pinned_profile = *patch.pinned_profile;
        after.scim.overrides = merged(before.scim.overrides, patch.overrides);
        if (patch.forget_recognition) after.scim.recognition.reset();
        const bool is_setting =
            after.scim.pinned_profile != before.scim.pinned_profile || after.scim.overrides != before.scim.overrides;
        if (!is_setting && after.scim.recognition == before.scim.recognition) return seen(before);
        if (is_setting) after.update_time = clock_.now();
        DOORWARD_CHECK(tx.directories().update(after));
        DOORWARD_TRY(const auto assignments, assignments_of(tx, before));
        // What was recognised is no setting: forgetting it leaves no record.
        auto record = record_change(ChangeContext::of(by, txn, clock_.now()), ids_.next<EventId>(), subject_of(after),
                                    ChangeOp::kUpdate, directory_snapshot(before, assignments),
                                    directory_snapshot(after, assignments));
        if (record) DOORWARD_CHECK(tx.changes().append(*std::move(record)));
        return seen(after);
      });
}

}  // namespace doorward
