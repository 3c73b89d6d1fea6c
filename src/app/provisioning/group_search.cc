// Listing groups: by the store's own order, by an index, or by a scan in bounded pages.
#include <utility>

#include "app/provisioning/group_provisioning.h"
#include "app/provisioning/member_list.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/message.h"

namespace doorward {
namespace {

namespace json = boost::json;
using Groups = std::vector<DirectoryGroup>;

// The groups among whom every match must be, when an index knows; nullopt when only a scan finds them.
Result<std::optional<Groups>> candidates(const ReadTx& tx, const Caller& by, const scim::BoundFilter& filter) {
  const DirectoryGroupRepository& rows = tx.directory_groups();
  const auto all = [](Groups groups) { return std::optional<Groups>(std::move(groups)); };
  const auto find_each = [&](const std::vector<DirectoryGroupId>& ids) -> Result<std::optional<Groups>> {
    Groups groups;
    for (const DirectoryGroupId& id : ids) {
      DOORWARD_TRY(auto group, rows.find(by.environment_id, by.directory_id, id));
      if (group) groups.push_back(*std::move(group));
    }
    return std::optional<Groups>(std::move(groups));
  };
  for (const scim::RequiredEquality& term : filter.required_equalities()) {
    if (term.name == "id") return find_each({DirectoryGroupId{term.value}});
    if (term.name == "displayName") {
      return rows.find_by_display_name(by.environment_id, by.directory_id, scim::fold_case(term.value)).map(all);
    }
    if (term.name == "externalId") {
      return rows.find_by_external_id(by.environment_id, by.directory_id, term.value).map(all);
    }
    if (term.name == "members.value") {
      DOORWARD_TRY(const auto ids, rows.groups_holding(by.environment_id, by.directory_id, term.value));
      return find_each(ids);
    }
  }
  return std::optional<Groups>();
}

// What a filter on members must see of them. One that asks for a member by value needs that member only.
Result<std::vector<GroupMember>> members_to_match(const ReadTx& tx, const Caller& by, const scim::BoundFilter& filter,
                                                  const DirectoryGroupId& group) {
  for (const scim::RequiredEquality& term : filter.required_equalities()) {
    if (term.name != "members.value") continue;
    DOORWARD_TRY(auto member, tx.directory_groups().find_member(by.environment_id, by.directory_id, group, term.value));
    std::vector<GroupMember> members;
    if (member) members.push_back(*std::move(member));
    return members;
  }
  return all_members(tx, DirectoryScope::of(by), group);
}

bool matches(const scim::BoundFilter& filter, const ProvisioningSearch& search, const DirectoryGroup& group,
             const std::vector<GroupMember>& members) {
  json::object resource = scim::complete_resource(filter.type(), group.attributes,
                                                  {.id = group.id.str(),
                                                   .location = search.location_prefix + group.id.str(),
                                                   .created = group.create_time,
                                                   .last_modified = group.update_time});
  if (!members.empty()) {
    json::array list;
    for (const GroupMember& member : members) {
      json::object element{{"value", member.value}};
      if (member.type) element["type"] = *member.type;
      if (member.display) element["display"] = *member.display;
      list.push_back(std::move(element));
    }
    resource["members"] = std::move(list);
  }
  return filter.matches(resource);
}

Result<void> add_members(const ReadTx& tx, const Caller& by, std::vector<ProvisionedGroup>& groups) {
  keep_within_members(groups, kMembersPerPage);
  for (ProvisionedGroup& group : groups) {
    DOORWARD_TRY(group.members, all_members(tx, DirectoryScope::of(by), group.group.id));
  }
  return {};
}

// Rows to match, with their members where the filter looks at them.
Result<std::vector<ProvisionedGroup>> load(const ReadTx& tx, const Caller& by, const scim::BoundFilter& filter,
                                           Groups groups) {
  std::vector<ProvisionedGroup> rows;
  rows.reserve(groups.size());
  for (DirectoryGroup& group : groups) {
    ProvisionedGroup row{std::move(group), {}};
    if (filter.mentions("members")) {
      DOORWARD_TRY(row.members, members_to_match(tx, by, filter, row.group.id));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// Matches lose their members again: what was loaded may be a part of them.
void keep_matches(const scim::BoundFilter& filter, const ProvisioningSearch& search,
                  std::vector<ProvisionedGroup>& rows) {
  std::erase_if(rows, [&](const ProvisionedGroup& row) { return !matches(filter, search, row.group, row.members); });
  for (ProvisionedGroup& row : rows) row.members.clear();
}

}  // namespace

task<Result<Found<ProvisionedGroup>>> GroupProvisioning::list(Push& push, const ProvisioningSearch& search) {
  const Caller& by = push.by;
  using Outcome = Result<Found<ProvisionedGroup>>;
  if (!search.filter) {
    co_return co_await store_.read("scim.group.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Outcome {
      Found<ProvisionedGroup> found;
      DOORWARD_TRY(found.total, tx.directory_groups().count(by.environment_id, by.directory_id, {}));
      if (search.count == 0) return found;
      DOORWARD_TRY(auto rows, tx.directory_groups().slice(by.environment_id, by.directory_id, search.start_index - 1,
                                                          search.count));
      for (DirectoryGroup& row : rows) found.items.push_back({std::move(row), {}});
      if (search.related) DOORWARD_CHECK(add_members(tx, by, found.items));
      return found;
    });
  }
  DOORWARD_CO_TRY(const scim::BoundFilter filter,
                  scim::BoundFilter::bind(*search.filter, push.types->group(), push.dialect));
  auto indexed = co_await store_.read("scim.group.search", {.deadline = by.deadline},
                                      [&](const ReadTx& tx) -> Result<std::optional<Found<ProvisionedGroup>>> {
                                        DOORWARD_TRY(auto groups, candidates(tx, by, filter));
                                        if (!groups) return std::optional<Found<ProvisionedGroup>>();
                                        PageCollector<ProvisionedGroup> page(search);
                                        DOORWARD_TRY(auto matching, load(tx, by, filter, *std::move(groups)));
                                        keep_matches(filter, search, matching);
                                        for (ProvisionedGroup& match : matching) page.match(std::move(match));
                                        Found<ProvisionedGroup> found = page.take();
                                        if (search.related) DOORWARD_CHECK(add_members(tx, by, found.items));
                                        return std::optional<Found<ProvisionedGroup>>(std::move(found));
                                      });
  if (!indexed) co_return tl::unexpected(std::move(indexed).error());
  if (*indexed) co_return **std::move(indexed);
  co_return co_await scan(push, search, filter);
}

// As UserProvisioning::scan.
task<Result<Found<ProvisionedGroup>>> GroupProvisioning::scan(Push& push, const ProvisioningSearch& search,
                                                              const scim::BoundFilter& filter) {
  const Caller& by = push.by;
  PageCollector<ProvisionedGroup> page(search);
  PageRequest request{.limit = static_cast<std::uint32_t>(kScanPage)};
  do {
    auto scanned = co_await store_.read(
        "scim.group.scan", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ScanStep<ProvisionedGroup>> {
          DOORWARD_TRY(auto rows, tx.directory_groups().list(by.environment_id, by.directory_id, {}, request));
          ScanStep<ProvisionedGroup> step;
          if (rows.has_next) step.next = Keyset{rows.items.back().create_time, rows.items.back().id.str()};
          DOORWARD_TRY(step.rows, load(tx, by, filter, std::move(rows.items)));
          return step;
        });
    if (!scanned) co_return tl::unexpected(std::move(scanned).error());
    auto matched = co_await offload_.run([&] {
      keep_matches(filter, search, scanned->rows);
      return true;
    });
    if (!matched) co_return tl::unexpected(std::move(matched).error());
    for (ProvisionedGroup& match : scanned->rows) page.match(std::move(match));
    request.after = std::move(scanned->next);
  } while (request.after);
  Found<ProvisionedGroup> found = page.take();
  if (search.related && !found.items.empty()) {
    auto related = co_await store_.read("scim.group.scan_members", {.deadline = by.deadline},
                                        [&](const ReadTx& tx) { return add_members(tx, by, found.items); });
    if (!related) co_return tl::unexpected(std::move(related).error());
  }
  co_return found;
}

}  // namespace doorward
