#include "app/provisioning/news_job.h"

#include <boost/json/array.hpp>
#include <utility>

#include "app/jobs/job_state.h"
#include "app/provisioning/email_index.h"
#include "app/provisioning/group_form.h"
#include "app/provisioning/manager_news.h"
#include "app/provisioning/membership_news.h"
#include "app/provisioning/profile_news.h"
#include "app/provisioning/provisioning_jobs.h"
#include "app/provisioning/role_news.h"

namespace doorward {
namespace {

namespace json = boost::json;

json::array id_list(std::span<const DirectoryUserId> ids) {
  json::array out;
  out.reserve(ids.size());
  for (const DirectoryUserId& id : ids) out.emplace_back(id.str());
  return out;
}

std::vector<DirectoryUserId> read_ids(const json::object& state, std::string_view name) {
  std::vector<DirectoryUserId> ids;
  const json::value* found = state.if_contains(name);
  if (found == nullptr || !found->is_array()) return ids;
  for (const json::value& id : found->get_array()) {
    if (id.is_string()) ids.emplace_back(std::string(id.get_string()));
  }
  return ids;
}

DirectoryScope scope_of(const Job& job) {
  return {job.environment_id, OrganizationId{job_text(job.state, "organization_id")}, DirectoryId{job.owner_id}};
}

ChangeSink sink_of(WriteTx& tx, const Job& job, Ids& ids, Timestamp now) {
  ChangeContext context;
  context.environment_id = job.environment_id;
  context.txn = job.txn;
  context.occurred_at = now;
  context.actor = {static_cast<ActorKind>(job_number(job.state, "actor_kind")), job_text(job.state, "actor_id")};
  if (const json::value* cause = job.state.if_contains("cause"); cause != nullptr && cause->is_object()) {
    context.cause = cause->get_object();
  }
  return ChangeSink(tx, scope_of(job), std::move(context), ids);
}

GroupNames names_of(const Job& job) {
  return {DirectoryGroupId{job_text(job.state, "group_id")}, job_text(job.state, "name_before"),
          job_text(job.state, "name")};
}

Result<bool> tell_members(ChangeSink& sink, const Job& job) {
  const GroupNames names = names_of(job);
  const auto added = read_ids(job.state, "added");
  const auto removed = read_ids(job.state, "removed");
  DOORWARD_TRY(const auto group,
               sink.tx().directory_groups().find(sink.scope().environment, sink.scope().directory, names.id));
  if (group) {
    DOORWARD_TRY(auto added_users, named_users(sink, added));
    DOORWARD_TRY(auto removed_users, named_users(sink, removed));
    DOORWARD_CHECK(sink.members_changed(*group, ChangeOp::kMembers, group_snapshot(*group), group_snapshot(*group),
                                        {.added = std::move(added_users),
                                         .removed = std::move(removed_users),
                                         .part = job_number(job.state, "part"),
                                         .parts = job_number(job.state, "parts")}));
  }
  DOORWARD_CHECK(tell_users(sink, names, added, MembershipStep::kJoined));
  DOORWARD_CHECK(tell_users(sink, names, removed, MembershipStep::kLeft));
  return true;
}

Result<bool> tell_rename(ChangeSink& sink, Job& job) {
  const GroupNames names = names_of(job);
  DOORWARD_TRY(const auto page, sink.tx().directory_groups().members(sink.scope().environment, sink.scope().directory,
                                                                     names.id, job_text(job.state, "after_value"),
                                                                     static_cast<std::int64_t>(kNewsAtOnce)));
  std::vector<DirectoryUserId> users;
  for (const GroupMember& member : page) {
    if (member.kind == MemberKind::kUser) users.emplace_back(member.value);
  }
  DOORWARD_CHECK(tell_users(sink, names, users, MembershipStep::kStayed));
  if (page.size() < kNewsAtOnce) return true;
  job.state["after_value"] = page.back().value;
  return false;
}

}  // namespace

Result<bool> tell_at_once(ChangeSink& sink, std::size_t users) {
  if (users > kNewsAtOnce) return false;
  DOORWARD_TRY(const bool waiting,
               sink.tx().jobs().pending(sink.scope().environment, sink.scope().directory.str(), ""));
  return !waiting;
}

Job directory_job(ChangeSink& sink, std::string_view kind) {
  const ChangeContext& context = sink.context();
  Job job;
  job.environment_id = sink.scope().environment;
  job.id = sink.ids().next<JobId>();
  job.owner_id = sink.scope().directory.str();
  job.kind = kind;
  job.txn = context.txn;
  job.run_after = context.occurred_at;
  job.create_time = context.occurred_at;
  job.state = {{"organization_id", sink.scope().organization.str()},
               {"actor_kind", static_cast<std::int64_t>(context.actor.kind)},
               {"actor_id", context.actor.id},
               {"cause", context.cause}};
  return job;
}

Job group_job(ChangeSink& sink, std::string_view kind, const GroupNames& group) {
  Job job = directory_job(sink, kind);
  job.state["group_id"] = group.id.str();
  job.state["name_before"] = group.before;
  job.state["name"] = group.now;
  return job;
}

Job members_news_job(ChangeSink& sink, const GroupNames& group, const MembersPart& part) {
  Job job = group_job(sink, kMembersNewsJob, group);
  job.state["added"] = id_list(part.added);
  job.state["removed"] = id_list(part.removed);
  job.state["part"] = part.part;
  job.state["parts"] = part.parts;
  return job;
}

void handle_provisioning_jobs(JobRunner& runner, Ids& ids, Clock& clock) {
  using Step = Result<bool> (*)(ChangeSink&, Job&);
  const auto handle = [&](std::string_view kind, Step step) {
    runner.handle(kind, [&ids, &clock, step](WriteTx& tx, Job& job) -> Result<bool> {
      DOORWARD_TRY(const auto directory, tx.directories().lock(job.environment_id, DirectoryId{job.owner_id}));
      if (!directory) return true;  // deleted: its rows go by another job, and nobody is told of them any more
      ChangeSink sink = sink_of(tx, job, ids, clock.now());
      return step(sink, job);
    });
  };
  handle(kMembersNewsJob, [](ChangeSink& sink, Job& job) { return tell_members(sink, job); });
  handle(kRenameNewsJob, [](ChangeSink& sink, Job& job) { return tell_rename(sink, job); });
  handle(kDetachMembersJob, [](ChangeSink& sink, Job& job) { return detach_batch(sink, names_of(job)); });
  handle(kManagerGoneJob, drop_manager_batch);
  handle(kRolesNewsJob, tell_roles_batch);
  handle(kProfilesNewsJob, tell_profiles_batch);
  handle(kIndexEmailsJob, index_emails_batch);
}

}  // namespace doorward
