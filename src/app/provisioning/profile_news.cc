#include "app/provisioning/profile_news.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "app/provisioning/membership_news.h"
#include "app/provisioning/news_job.h"
#include "app/provisioning/type_cache.h"
#include "app/provisioning/user_form.h"
#include "domain/page.h"

namespace doorward {
namespace {

constexpr std::string_view kAfterTime = "after_time";
constexpr std::string_view kAfterId = "after_id";

struct Renewed {
  DirectoryUser before;
  DirectoryUser after;
};

Result<void> tell_renewed(ChangeSink& sink, std::vector<Renewed> users) {
  if (users.empty()) return {};
  const DirectoryScope& scope = sink.scope();
  std::vector<DirectoryUserId> ids;
  ids.reserve(users.size());
  for (const Renewed& user : users) ids.push_back(user.after.id);
  DOORWARD_TRY(auto groups, sink.tx().directory_users().groups_of_each(scope.environment, scope.directory, ids));
  for (std::size_t i = 0; i < users.size(); ++i) {
    auto& [before, after] = users[i];
    after.version += 1;
    after.update_time = sink.context().occurred_at;
    DOORWARD_CHECK(sink.tx().directory_users().update(after));
    DOORWARD_CHECK(sink.user_changed(after, ChangeOp::kUpdate, user_snapshot(before, groups[i]),
                                     user_snapshot(after, std::move(groups[i]))));
  }
  return sink.users_updated();
}

}  // namespace

Result<void> tell_mappings_changed(ChangeSink& sink, const Directory& directory) {
  Job job = directory_job(sink, kProfilesNewsJob);
  const auto users = static_cast<std::size_t>(std::max<std::int64_t>(directory.stats.total_users, 0));
  DOORWARD_TRY(const bool at_once, tell_at_once(sink, users));
  if (at_once) {
    DOORWARD_TRY(const bool done, tell_profiles_batch(sink, job));
    if (done) return {};
  }
  return sink.tx().jobs().insert(job);
}

Result<bool> tell_profiles_batch(ChangeSink& sink, Job& job) {
  const DirectoryScope& scope = sink.scope();
  DOORWARD_TRY(const auto directory, sink.tx().directories().lock(scope.environment, scope.directory));
  if (!directory) return true;
  PageRequest request{.limit = static_cast<std::uint32_t>(kNewsAtOnce)};
  if (const auto* id = job.state.if_contains(kAfterId)) {
    request.after = Keyset{from_micros(job.state.at(kAfterTime).as_int64()), std::string(id->as_string())};
  }
  DOORWARD_TRY(auto page, sink.tx().directory_users().list(scope.environment, scope.directory, {}, request));
  if (page.has_next) {
    job.state[kAfterTime] = to_micros(page.items.back().create_time);
    job.state[kAfterId] = page.items.back().id.str();
  }
  DOORWARD_TRY(const auto types, types_within(sink.tx(), *directory));
  std::vector<Renewed> renewed;
  for (DirectoryUser& user : page.items) {
    DirectoryUser after = user;
    if (normalise_again(types->user(), after, directory->attribute_mappings))
      renewed.push_back({std::move(user), std::move(after)});
  }
  DOORWARD_CHECK(tell_renewed(sink, std::move(renewed)));
  return !page.has_next;
}

}  // namespace doorward
