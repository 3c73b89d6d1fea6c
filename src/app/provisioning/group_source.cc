#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <optional>
#include <utility>

#include "app/provisioning/member_list.h"
#include "app/provisioning/search_sources.h"
#include "protocol/scim/message.h"

namespace doorward {
namespace {

namespace json = boost::json;

using Index = DirectoryGroupRepository::Index;

constexpr auto kIndexes =
    std::to_array<SearchIndex>({{"id", 0}, {"externalId", 2}, {"displayName", 3}, {"members.value", 4}});
constexpr auto kPorts = std::to_array({Index::kId, Index::kExternalId, Index::kDisplayName, Index::kMember});
static_assert(kIndexes.size() == kPorts.size());

std::vector<FoundResource> found(std::vector<DirectoryGroup> groups) {
  std::vector<FoundResource> rows;
  rows.reserve(groups.size());
  for (DirectoryGroup& group : groups) rows.emplace_back(ProvisionedGroup{.group = std::move(group), .members = {}});
  return rows;
}

std::int64_t member_count(const FoundResource& row) { return std::get<ProvisionedGroup>(row).group.member_count; }

// The member that a filter asks for by value, if that is all it asks of members.
std::optional<std::string> named_member(const scim::BoundFilter& filter) {
  if (filter.times_mentioned("members") != 1) return std::nullopt;
  const auto& terms = filter.required_equalities();
  const auto named = std::ranges::find(terms, "members.value", &scim::RequiredEquality::name);
  return named == terms.end() ? std::nullopt : std::optional(named->value);
}

// What a filter on members must see of them.
Result<std::vector<GroupMember>> members_to_match(const ReadTx& tx, const DirectoryScope& scope,
                                                  const scim::BoundFilter& filter, const DirectoryGroupId& group) {
  const auto named = named_member(filter);
  if (!named) return all_members(tx, scope, group);
  DOORWARD_TRY(auto member, tx.directory_groups().find_member(scope.environment, scope.directory, group, *named));
  std::vector<GroupMember> members;
  if (member) members.push_back(*std::move(member));
  return members;
}

// Loads the members of groups, and says of how many: until they are too many together for one page.
template <class GroupAt, class Load>
Result<std::size_t> load_members(std::size_t groups, GroupAt group_at, Load load) {
  std::int64_t budget = kMembersPerPage;
  for (std::size_t i = 0; i < groups; ++i) {
    ProvisionedGroup& row = group_at(i);
    DOORWARD_TRY(row.members, load(row.group.id));
    budget -= std::ssize(row.members);
    if (budget < 0 && i > 0) {
      row.members.clear();
      return i;
    }
  }
  return groups;
}

}  // namespace

std::span<const SearchIndex> GroupSource::indexes() const { return kIndexes; }

Result<std::optional<std::vector<std::string>>> GroupSource::look_up(const ReadTx& tx, const IndexKey& key,
                                                                     const std::string& after,
                                                                     std::int64_t limit) const {
  DOORWARD_TRY(const auto groups,
               tx.directory_groups().look_up(options_.scope.environment, options_.scope.directory, kPorts.at(key.index),
                                             key.value, DirectoryGroupId{after}, limit));
  std::vector<std::string> ids;
  ids.reserve(groups.size());
  for (const DirectoryGroupId& id : groups) ids.push_back(id.str());
  return std::optional(std::move(ids));
}

Result<std::vector<FoundResource>> GroupSource::find_each(const ReadTx& tx, const std::vector<std::string>& ids) const {
  const std::vector<DirectoryGroupId> groups(ids.begin(), ids.end());
  return tx.directory_groups().find_each(options_.scope.environment, options_.scope.directory, groups).map(found);
}

Result<std::vector<FoundResource>> GroupSource::walk(const ReadTx& tx, const ResourceWalk& walk,
                                                     const std::optional<ResourcePosition>& after,
                                                     std::int64_t limit) const {
  return tx.directory_groups()
      .walk(options_.scope.environment, options_.scope.directory, walk, after, limit)
      .map(found);
}

Result<std::optional<ResourcePosition>> GroupSource::position(const ReadTx& tx, const ResourceWalk& walk,
                                                              std::int64_t offset) const {
  return tx.directory_groups().position(options_.scope.environment, options_.scope.directory, walk, offset);
}

Result<std::int64_t> GroupSource::count(const ReadTx& tx, const ResourceWalk& walk) const {
  return tx.directory_groups().count_walk(options_.scope.environment, options_.scope.directory, walk);
}

Result<void> GroupSource::load(const ReadTx& tx, const scim::BoundFilter& filter,
                               std::vector<FoundResource>& rows) const {
  if (!filter.mentions("members")) return {};
  DOORWARD_TRY(const std::size_t loaded,
               load_members(
                   rows.size(), [&](std::size_t i) -> ProvisionedGroup& { return std::get<ProvisionedGroup>(rows[i]); },
                   [&](const DirectoryGroupId& id) { return members_to_match(tx, options_.scope, filter, id); }));
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(loaded), rows.end());
  return {};
}

json::object GroupSource::view(const FoundResource& row) const {
  const auto& [group, members, more] = std::get<ProvisionedGroup>(row);
  json::object resource = scim::complete_resource(options_.type, group.attributes,
                                                  {.id = group.id.str(),
                                                   .location = options_.location_prefix + group.id.str(),
                                                   .created = group.create_time,
                                                   .last_modified = group.update_time});
  if (!members.empty()) {
    json::array list;
    list.reserve(members.size());
    for (const GroupMember& member : members) list.push_back(member_element(member));
    resource["members"] = std::move(list);
  }
  return resource;
}

ResourcePosition GroupSource::position_of(const FoundResource& row, ResourceOrder order) const {
  const DirectoryGroup& group = std::get<ProvisionedGroup>(row).group;
  return {.time = order == ResourceOrder::kModified ? group.update_time : group.create_time,
          .name = group.display_name_folded,
          .id = group.id.str()};
}

std::int64_t GroupSource::related_rows(const FoundResource& row) const {
  return options_.related ? member_count(row) : 0;
}

Result<std::size_t> GroupSource::relate(const ReadTx& tx, std::span<FoundResource* const> rows) const {
  const auto group_at = [&](std::size_t i) -> ProvisionedGroup& { return std::get<ProvisionedGroup>(*rows[i]); };
  if (!options_.related) {
    for (std::size_t i = 0; i < rows.size(); ++i) group_at(i).members.clear();
    return rows.size();
  }
  return load_members(rows.size(), group_at,
                      [&](const DirectoryGroupId& id) { return all_members(tx, options_.scope, id); });
}

}  // namespace doorward
