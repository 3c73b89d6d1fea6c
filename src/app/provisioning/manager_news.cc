#include "app/provisioning/manager_news.h"

#include <string>
#include <utility>
#include <vector>

#include "app/provisioning/membership_news.h"
#include "app/provisioning/news_job.h"
#include "app/provisioning/type_cache.h"
#include "app/provisioning/user_form.h"

namespace doorward {
namespace {

constexpr std::string_view kUserId = "user_id";

}  // namespace

Result<void> drop_manager(ChangeSink& sink, const DirectoryUserId& manager) {
  const DirectoryScope& scope = sink.scope();
  DOORWARD_TRY(const auto reports,
               sink.tx().directory_users().managed_by(scope.environment, scope.directory, manager.str(), 1));
  if (reports.empty()) return {};
  Job job = directory_job(sink, kManagerGoneJob);
  job.state[kUserId] = manager.str();
  DOORWARD_TRY(const bool at_once, tell_at_once(sink, kNewsAtOnce));
  if (at_once) {
    DOORWARD_TRY(const bool done, drop_manager_batch(sink, job));
    if (done) return {};
  }
  return sink.tx().jobs().insert(job);
}

Result<bool> drop_manager_batch(ChangeSink& sink, Job& job) {
  const DirectoryScope& scope = sink.scope();
  DOORWARD_TRY(const auto directory, sink.tx().directories().lock(scope.environment, scope.directory));
  if (!directory) return true;
  DirectoryUserRepository& rows = sink.tx().directory_users();
  DOORWARD_TRY(auto reports,
               rows.managed_by(scope.environment, scope.directory, std::string(job.state.at(kUserId).as_string()),
                               static_cast<std::int64_t>(kNewsAtOnce)));
  if (reports.empty()) return true;
  std::vector<DirectoryUserId> ids;
  ids.reserve(reports.size());
  for (const DirectoryUser& report : reports) ids.push_back(report.id);
  DOORWARD_TRY(const auto types, types_within(sink.tx(), *directory));
  DOORWARD_TRY(auto groups, rows.groups_of_each(scope.environment, scope.directory, ids));
  for (std::size_t i = 0; i < reports.size(); ++i) {
    DirectoryUser after = reports[i];
    set_user_document(types->user(), after, without_manager(reports[i].attributes), directory->attribute_mappings);
    after.version += 1;
    after.update_time = sink.context().occurred_at;
    DOORWARD_CHECK(rows.update(after));
    DOORWARD_CHECK(sink.user_changed(after, ChangeOp::kUpdate, user_snapshot(reports[i], groups[i]),
                                     user_snapshot(after, groups[i])));
  }
  DOORWARD_CHECK(sink.users_updated());
  return reports.size() < kNewsAtOnce;
}

}  // namespace doorward
