#include "app/directories/directory_authenticator.h"

#include <memory>
#include <utility>

#include "base/log.h"
#include "protocol/scim/recognize.h"
#include "protocol/scim/switches.h"

namespace doorward {
namespace {

Error refused() {
  return make_error(Reason::kDirectorySecretInvalid,
                    "The bearer token is not valid for this directory. Use its SCIM base URL and a current secret.");
}

struct Found {
  Directory directory;
  DirectorySecret secret;
};

}  // namespace

task<Result<Caller>> DirectoryAuthenticator::authenticate(const DirectoryId& directory, std::string_view secret,
                                                          std::chrono::steady_clock::time_point deadline) {
  const std::string hash = mac_.lookup_hash(secret);
  const std::string key = directory.str() + '\0' + hash;
  const Timestamp now = clock_.now();
  std::optional<Remembered> known = recall(key, now);
  if (!known) {
    auto found = co_await store_.read(
        "directory.authenticate", {.deadline = deadline}, [&](const ReadTx& tx) -> Result<std::optional<Found>> {
          DOORWARD_TRY(auto row, tx.directories().find_by_id(environment_, directory));
          if (!row) return std::optional<Found>();
          DOORWARD_TRY(auto match, tx.directories().find_secret(environment_, directory, hash, now));
          if (!match) return std::optional<Found>();
          return std::optional<Found>(Found{*std::move(row), *std::move(match)});
        });
    if (!found) co_return tl::unexpected(std::move(found).error());
    if (!*found) co_return failure(refused());

    const auto& [row, match] = **found;
    known.emplace();
    known->caller.kind = CallerKind::kDirectory;
    known->caller.environment_id = environment_;
    known->caller.organization_id = row.organization_id;
    known->caller.directory_id = row.id;
    known->caller.id = match.id.str();
    known->caller.directory = std::make_shared<const Directory>(row);
    known->enabled = row.enabled;
    known->checked_at = now;
    remember(key, *known);

    if (row.enabled && (!match.last_used_time || now - *match.last_used_time >= kTouchInterval)) {
      const auto touched = co_await store_.write("directory.touch_secret", {.deadline = deadline}, [&](WriteTx& tx) {
        return tx.directories().touch_secret(environment_, directory, match.id, now);
      });
      // Only a convenience for people: never a reason to refuse the provider.
      if (!touched) log::warning("directory.touch_secret_failed", {{"directory_id", directory.str()}});
    }
  }
  if (!known->enabled) {
    co_return failure(Reason::kDirectoryDisabled,
                      "This directory is disabled: nothing was stored. Ask the application's team to enable it.");
  }
  known->caller.deadline = deadline;
  co_return std::move(known->caller);
}

task<Result<Caller>> DirectoryAuthenticator::admit_stranger(const DirectoryId& directory,
                                                            std::chrono::steady_clock::time_point deadline) {
  DOORWARD_CO_TRY(auto row,
                  co_await store_.read("directory.admit_stranger", {.deadline = deadline}, [&](const ReadTx& tx) {
                    return tx.directories().find_by_id(environment_, directory);
                  }));
  if (!row || !row->enabled) co_return failure(refused());
  scim::ProfileClues clues;
  scim::add_settings(clues, *row);
  const scim::Profile profile = scim::choose_profile(clues).profile;
  if (!scim::behaviour_with(profile, row->scim.overrides).open_discovery) co_return failure(refused());
  Caller caller;
  caller.environment_id = environment_;
  caller.organization_id = row->organization_id;
  caller.directory_id = row->id;
  caller.deadline = deadline;
  caller.directory = std::make_shared<const Directory>(*std::move(row));
  co_return caller;
}

task<void> DirectoryAuthenticator::recognise(const Caller& by, ScimSettings::Recognition recognition) {
  if (by.directory && by.directory->scim.recognition) co_return;
  const Timestamp now = clock_.now();
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(recognised_, [&](const auto& entry) { return now - entry.second > kMaxAge; });
    if (!recognised_.try_emplace(by.directory_id.str(), now).second) co_return;
  }
  recognition.at = now;
  const auto kept = co_await store_.write("directory.recognise", {.deadline = by.deadline}, [&](WriteTx& tx) {
    return tx.directories().recognise(environment_, by.directory_id, recognition);
  });
  if (!kept) log::warning("directory.recognise_failed", {{"directory_id", by.directory_id.str()}});
}

std::optional<DirectoryAuthenticator::Remembered> DirectoryAuthenticator::recall(const std::string& key,
                                                                                 Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto entry = remembered_.find(key);
  if (entry == remembered_.end()) return std::nullopt;
  const Duration age = now - entry->second.checked_at;
  if (age < Duration{0} || age > kMaxAge) {
    remembered_.erase(entry);
    return std::nullopt;
  }
  return entry->second;
}

void DirectoryAuthenticator::remember(const std::string& key, const Remembered& entry) {
  const std::lock_guard lock(mutex_);
  // Only good secrets are remembered, so this fills up only with real traffic; starting over costs one look-up each.
  if (remembered_.size() >= kMaxRemembered) remembered_.clear();
  remembered_[key] = entry;
}

}  // namespace doorward
