// Users and groups of a directory, in pages and as a summary.
#include <utility>

#include "app/directories/directories.h"
#include "app/directories/lookup.h"

namespace doorward {
namespace {

Keyset position(const DirectoryGroup& group) { return {group.create_time, group.id.str()}; }
Keyset position_of_user(const DirectoryUser& user) { return {user.create_time, user.id.str()}; }

std::string time_text(const std::optional<Timestamp>& time) { return time ? to_rfc3339(*time) : std::string(); }

}  // namespace

task<Result<DirectoryUserList>> Directories::list_users(const Caller& by, const OrganizationId& organization,
                                                        const DirectoryId& id, ListDirectoryUsers query) {
  const std::string scope =
      page_scope({"directory_users", by.environment_id.str(), by.id, organization.str(), id.str(),
                  query.group_id ? query.group_id->str() : std::string(), time_text(query.updated_after)});
  DOORWARD_CO_TRY(const PageRequest page, page_tokens_.parse(scope, query.page_size, query.page_token));
  co_return co_await store_.read(
      "directory.list_users", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<DirectoryUserList> {
        DOORWARD_TRY(const Directory directory, find_directory(tx, by.environment_id, organization, id));
        const DirectoryUserQuery filter{.updated_after = query.updated_after, .group_id = query.group_id};
        if (filter.group_id) {
          DOORWARD_TRY(const auto group, tx.directory_groups().find(by.environment_id, id, *filter.group_id));
          if (!group) return failure(directory_group_not_found());
        }
        DirectoryUserList list;
        if (filter.updated_after || filter.group_id) {
          DOORWARD_TRY(list.total_size, tx.directory_users().count(by.environment_id, id, filter));
        } else {
          list.total_size = directory.stats.total_users;
        }
        DOORWARD_TRY(auto rows, tx.directory_users().list(by.environment_id, id, filter, page));
        list.next_page_token = page_tokens_.next(scope, rows, position_of_user);
        list.prev_page_token = page_tokens_.previous(scope, rows, position_of_user);

        std::vector<DirectoryUserId> user_ids;
        user_ids.reserve(rows.items.size());
        for (const DirectoryUser& user : rows.items) user_ids.push_back(user.id);
        DOORWARD_TRY(auto groups, tx.directory_users().groups_of_each(by.environment_id, id, user_ids));
        list.users.reserve(rows.items.size());
        for (std::size_t i = 0; i < rows.items.size(); ++i) {
          list.users.push_back({std::move(rows.items[i]), std::move(groups[i])});
        }
        return list;
      });
}

task<Result<DirectoryGroupList>> Directories::list_groups(const Caller& by, const OrganizationId& organization,
                                                          const DirectoryId& id, ListDirectoryGroups query) {
  const std::string scope = page_scope({"directory_groups", by.environment_id.str(), by.id, organization.str(),
                                        id.str(), time_text(query.updated_after)});
  DOORWARD_CO_TRY(const PageRequest page, page_tokens_.parse(scope, query.page_size, query.page_token));
  co_return co_await store_.read(
      "directory.list_groups", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<DirectoryGroupList> {
        DOORWARD_TRY(const Directory directory, find_directory(tx, by.environment_id, organization, id));
        const DirectoryGroupQuery filter{.updated_after = query.updated_after};
        DirectoryGroupList list;
        if (filter.updated_after) {
          DOORWARD_TRY(list.total_size, tx.directory_groups().count(by.environment_id, id, filter));
        } else {
          list.total_size = directory.stats.total_groups;
        }
        DOORWARD_TRY(auto rows, tx.directory_groups().list(by.environment_id, id, filter, page));
        list.next_page_token = page_tokens_.next(scope, rows, position);
        list.prev_page_token = page_tokens_.previous(scope, rows, position);
        list.groups = std::move(rows.items);
        return list;
      });
}

task<Result<DirectoryGroupList>> Directories::summarize_groups(const Caller& by, const OrganizationId& organization,
                                                               const DirectoryId& id) {
  DirectoryGroupList list;
  std::optional<Keyset> after;
  for (;;) {
    DOORWARD_CO_TRY(auto page, co_await store_.read(
                                   "directory.summarize_groups", {.deadline = by.deadline},
                                   [&](const ReadTx& tx) -> Result<std::vector<DirectoryGroup>> {
                                     DOORWARD_TRY(const Directory directory,
                                                  find_directory(tx, by.environment_id, organization, id));
                                     list.total_size = directory.stats.total_groups;
                                     return tx.directory_groups().summaries(by.environment_id, id, after, kSummaryPage);
                                   }));
    const bool last = page.size() < static_cast<std::size_t>(kSummaryPage);
    if (!page.empty()) after = position(page.back());
    list.groups.insert(list.groups.end(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
    if (last || list.groups.size() >= kMaxSummaryGroups) co_return list;
  }
}

}  // namespace doorward
