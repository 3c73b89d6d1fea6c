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

Caller caller_of(const Directory& directory, const DirectorySecret& secret) {
  Caller caller;
  caller.kind = CallerKind::kDirectory;
  caller.environment_id = directory.environment_id;
  caller.organization_id = directory.organization_id;
  caller.directory_id = directory.id;
  caller.id = secret.client_id.empty() ? secret.id.str() : secret.client_id.str();
  caller.directory = std::make_shared<const Directory>(directory);
  caller.credential = {.secret_id = secret.id, .generation = directory.credentials_generation};
  return caller;
}

}  // namespace

task<Result<DirectoryAuthenticator::Found>> DirectoryAuthenticator::look_up(
    const DirectoryId& directory, const std::string& hash, const std::optional<DirectoryToken>& token, Timestamp now,
    std::chrono::steady_clock::time_point deadline) {
  co_return co_await store_.read(
      "directory.authenticate", {.deadline = deadline}, [&](const ReadTx& tx) -> Result<Found> {
        DOORWARD_TRY(auto row, tx.directories().find_by_id(environment_, directory));
        if (!row) return failure(refused());
        if (!token) {
          DOORWARD_TRY(auto match, tx.directory_secrets().find_live(environment_, directory, hash, now));
          if (!match) return failure(refused());
          return Found{*std::move(row), *std::move(match)};
        }
        DOORWARD_TRY(auto bought_with, tx.directory_secrets().find(environment_, directory, token->secret_id));
        if (!bought_with || bought_with->client_id != token->client_id || !bought_with->is_live(now)) {
          return failure(Reason::kTokenRevoked, "The access token has been revoked.");
        }
        return Found{*std::move(row), *std::move(bought_with)};
      });
}

task<void> DirectoryAuthenticator::touch(const Found& found, Timestamp now,
                                         std::chrono::steady_clock::time_point deadline) {
  const DirectorySecret& secret = found.secret;
  if (!found.directory.enabled || (secret.last_used_time && now - *secret.last_used_time < kTouchInterval)) co_return;
  const auto touched = co_await store_.write("directory.touch_secret", {.deadline = deadline}, [&](WriteTx& tx) {
    return tx.directory_secrets().touch(environment_, found.directory.id, secret.id, now);
  });
  if (!touched) log::warning("directory.touch_secret_failed", {{"directory_id", found.directory.id.str()}});
}

task<Result<Caller>> DirectoryAuthenticator::authenticate(const DirectoryId& directory, std::string_view bearer,
                                                          std::chrono::steady_clock::time_point deadline) {
  const std::string hash = mac_.lookup_hash(bearer);
  const Timestamp now = clock_.now();
  auto known = memory_.recall(directory, hash, now);
  if (!known) {
    const std::uint64_t epoch = memory_.epoch();
    std::optional<DirectoryToken> token;
    if (tokens_ != nullptr && DirectoryTokens::looks_signed(bearer)) {
      auto verified = tokens_->verify(directory, bearer, now);
      if (!verified && verified.error().reason == Reason::kInvalidToken) co_return failure(refused());
      if (!verified) co_return tl::unexpected(std::move(verified).error());
      token = *std::move(verified);
    }
    DOORWARD_CO_TRY(const Found found, co_await look_up(directory, hash, token, now, deadline));
    known.emplace();
    known->caller = caller_of(found.directory, found.secret);
    known->enabled = found.directory.enabled;
    known->checked_at = now;
    known->ends_at = found.secret.expire_time;
    if (token && (!known->ends_at || token->expires_at < *known->ends_at)) known->ends_at = token->expires_at;
    memory_.remember(directory, hash, *known, epoch);
    co_await touch(found, now, deadline);
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
    std::erase_if(recognised_, [&](const auto& entry) { return now - entry.second > CredentialMemory::kMaxAge; });
    if (!recognised_.try_emplace(by.directory_id.str(), now).second) co_return;
  }
  recognition.at = now;
  const auto kept = co_await store_.write("directory.recognise", {.deadline = by.deadline}, [&](WriteTx& tx) {
    return tx.directories().recognise(environment_, by.directory_id, recognition);
  });
  if (!kept) log::warning("directory.recognise_failed", {{"directory_id", by.directory_id.str()}});
}

}  // namespace doorward
