#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <utility>

#include "app/provisioning/member_list.h"
#include "app/provisioning/search_sources.h"
#include "protocol/scim/message.h"

namespace doorward {
namespace {

namespace json = boost::json;

using Index = DirectoryUserRepository::Index;

constexpr auto kIndexes = std::to_array<SearchIndex>(
    {{"id", 0}, {"userName", 1}, {"externalId", 2}, {"emails.value", 3}, {"groups.value", 4}});
constexpr auto kPorts = std::to_array({Index::kId, Index::kUserName, Index::kExternalId, Index::kEmail, Index::kGroup});
static_assert(kIndexes.size() == kPorts.size());

std::vector<FoundResource> found(std::vector<DirectoryUser> users) {
  std::vector<FoundResource> rows;
  rows.reserve(users.size());
  for (DirectoryUser& user : users) rows.emplace_back(ProvisionedUser{std::move(user), {}});
  return rows;
}

const DirectoryUser& user_of(const FoundResource& row) { return std::get<ProvisionedUser>(row).user; }

constexpr std::size_t kUsersAtOnce = 100;  // whose groups are read by one question

// For how many of the rows: until they have as many groups together as a page of groups may have members.
template <class Row>
Result<std::size_t> add_groups(const ReadTx& tx, const DirectoryScope& scope, std::span<Row> rows, auto user_at) {
  std::int64_t budget = kMembersPerPage;
  for (std::size_t start = 0; start < rows.size(); start += kUsersAtOnce) {
    const std::span<Row> some = rows.subspan(start, std::min(kUsersAtOnce, rows.size() - start));
    std::vector<DirectoryUserId> ids;
    ids.reserve(some.size());
    for (Row& row : some) ids.push_back(user_at(row).user.id);
    DOORWARD_TRY(auto groups, tx.directory_users().groups_of_each(scope.environment, scope.directory, ids));
    for (std::size_t i = 0; i < some.size(); ++i) {
      budget -= std::ssize(groups[i]);
      if (budget < 0 && start + i > 0) return start + i;
      user_at(some[i]).groups = std::move(groups[i]);
    }
  }
  return rows.size();
}

}  // namespace

std::span<const SearchIndex> UserSource::indexes() const { return kIndexes; }

Result<std::optional<std::vector<std::string>>> UserSource::look_up(const ReadTx& tx, const IndexKey& key,
                                                                    const std::string& after,
                                                                    std::int64_t limit) const {
  DOORWARD_TRY(const auto users,
               tx.directory_users().look_up(options_.scope.environment, options_.scope.directory, kPorts.at(key.index),
                                            key.value, DirectoryUserId{after}, limit));
  if (!users) return std::optional<std::vector<std::string>>();
  std::vector<std::string> ids;
  ids.reserve(users->size());
  for (const DirectoryUserId& id : *users) ids.push_back(id.str());
  return std::optional(std::move(ids));
}

Result<std::vector<FoundResource>> UserSource::find_each(const ReadTx& tx, const std::vector<std::string>& ids) const {
  const std::vector<DirectoryUserId> users(ids.begin(), ids.end());
  return tx.directory_users().find_each(options_.scope.environment, options_.scope.directory, users).map(found);
}

Result<std::vector<FoundResource>> UserSource::walk(const ReadTx& tx, const ResourceWalk& walk,
                                                    const std::optional<ResourcePosition>& after,
                                                    std::int64_t limit) const {
  return tx.directory_users().walk(options_.scope.environment, options_.scope.directory, walk, after, limit).map(found);
}

Result<std::optional<ResourcePosition>> UserSource::position(const ReadTx& tx, const ResourceWalk& walk,
                                                             std::int64_t offset) const {
  return tx.directory_users().position(options_.scope.environment, options_.scope.directory, walk, offset);
}

Result<std::int64_t> UserSource::count(const ReadTx& tx, const ResourceWalk& walk) const {
  return tx.directory_users().count_walk(options_.scope.environment, options_.scope.directory, walk);
}

Result<void> UserSource::load(const ReadTx& tx, const scim::BoundFilter& filter,
                              std::vector<FoundResource>& rows) const {
  if (rows.empty() || !filter.mentions("groups")) return {};
  DOORWARD_TRY(const auto loaded,
               add_groups(tx, options_.scope, std::span<FoundResource>(rows),
                          [](FoundResource& row) -> ProvisionedUser& { return std::get<ProvisionedUser>(row); }));
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(loaded), rows.end());
  return {};
}

json::object UserSource::view(const FoundResource& row) const {
  const auto& [user, groups] = std::get<ProvisionedUser>(row);
  json::object resource = scim::complete_resource(options_.type, user.attributes,
                                                  {.id = user.id.str(),
                                                   .location = options_.location_prefix + user.id.str(),
                                                   .created = user.create_time,
                                                   .last_modified = user.update_time});
  if (!groups.empty()) {
    json::array list;
    for (const GroupReference& group : groups) {
      list.push_back({{"value", group.id.str()}, {"display", group.display_name}, {"type", "direct"}});
    }
    resource["groups"] = std::move(list);
  }
  return resource;
}

ResourcePosition UserSource::position_of(const FoundResource& row, ResourceOrder order) const {
  const DirectoryUser& user = user_of(row);
  return {.time = order == ResourceOrder::kModified ? user.update_time : user.create_time,
          .name = user.user_name_folded,
          .id = user.id.str()};
}

Result<std::size_t> UserSource::relate(const ReadTx& tx, std::span<FoundResource* const> rows) const {
  if (!options_.related) return rows.size();
  return add_groups(tx, options_.scope, rows,
                    [](FoundResource* row) -> ProvisionedUser& { return std::get<ProvisionedUser>(*row); });
}

}  // namespace doorward
