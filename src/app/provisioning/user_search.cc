// Listing users: by the store's own order, by an index, or by a scan in bounded pages.
#include <algorithm>
#include <chrono>
#include <utility>

#include "app/provisioning/user_provisioning.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/message.h"

namespace doorward {
namespace {

namespace json = boost::json;
using Users = std::vector<DirectoryUser>;

// The users among whom every match must be, when an index knows; nullopt when only a scan finds them.
Result<std::optional<Users>> candidates(const ReadTx& tx, const Caller& by, const scim::BoundFilter& filter) {
  const DirectoryUserRepository& rows = tx.directory_users();
  const auto one = [](std::optional<DirectoryUser> user) {
    Users users;
    if (user) users.push_back(*std::move(user));
    return std::optional<Users>(std::move(users));
  };
  for (const scim::RequiredEquality& term : filter.required_equalities()) {
    if (term.name == "id") {
      return rows.find(by.environment_id, by.directory_id, DirectoryUserId{term.value}).map(one);
    }
    if (term.name == "userName") {
      return rows.find_by_user_name(by.environment_id, by.directory_id, scim::fold_case(term.value)).map(one);
    }
    if (term.name == "externalId") {
      DOORWARD_TRY(Users users, rows.find_by_external_id(by.environment_id, by.directory_id, term.value));
      return std::optional<Users>(std::move(users));
    }
  }
  return std::optional<Users>();
}

Result<std::vector<std::vector<GroupReference>>> groups_of(const ReadTx& tx, const Caller& by, const Users& users) {
  std::vector<DirectoryUserId> ids;
  ids.reserve(users.size());
  for (const DirectoryUser& user : users) ids.push_back(user.id);
  return tx.directory_users().groups_of_each(by.environment_id, by.directory_id, ids);
}

bool matches(const scim::BoundFilter& filter, const ProvisioningSearch& search, const DirectoryUser& user,
             const std::vector<GroupReference>& groups) {
  json::object resource = scim::complete_resource(filter.type(), user.attributes,
                                                  {.id = user.id.str(),
                                                   .location = search.location_prefix + user.id.str(),
                                                   .created = user.create_time,
                                                   .last_modified = user.update_time});
  if (!groups.empty()) {
    json::array list;
    for (const GroupReference& group : groups) {
      list.push_back({{"value", group.id.str()}, {"display", group.display_name}, {"type", "direct"}});
    }
    resource["groups"] = std::move(list);
  }
  return filter.matches(resource);
}

// Loads the groups of a page whose users came without them.
Result<void> add_groups(const ReadTx& tx, const Caller& by, std::vector<ProvisionedUser>& users) {
  std::vector<DirectoryUserId> ids;
  ids.reserve(users.size());
  for (const ProvisionedUser& user : users) ids.push_back(user.user.id);
  DOORWARD_TRY(auto groups, tx.directory_users().groups_of_each(by.environment_id, by.directory_id, ids));
  for (std::size_t i = 0; i < users.size(); ++i) users[i].groups = std::move(groups[i]);
  return {};
}

// Rows to match, with their groups where the filter looks at them.
Result<std::vector<ProvisionedUser>> load(const ReadTx& tx, const Caller& by, const scim::BoundFilter& filter,
                                          Users users) {
  std::vector<std::vector<GroupReference>> groups(users.size());
  if (filter.mentions("groups")) {
    DOORWARD_TRY(groups, groups_of(tx, by, users));
  }
  std::vector<ProvisionedUser> rows;
  rows.reserve(users.size());
  for (std::size_t i = 0; i < users.size(); ++i) rows.push_back({std::move(users[i]), std::move(groups[i])});
  return rows;
}

void keep_matches(const scim::BoundFilter& filter, const ProvisioningSearch& search,
                  std::vector<ProvisionedUser>& rows) {
  std::erase_if(rows, [&](const ProvisionedUser& row) { return !matches(filter, search, row.user, row.groups); });
}

}  // namespace

task<Result<Found<ProvisionedUser>>> UserProvisioning::list(Push& push, const ProvisioningSearch& search) {
  const Caller& by = push.by;
  using Outcome = Result<Found<ProvisionedUser>>;
  if (!search.filter) {
    co_return co_await store_.read("scim.user.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Outcome {
      Found<ProvisionedUser> found;
      DOORWARD_TRY(found.total, tx.directory_users().count(by.environment_id, by.directory_id, {}));
      if (search.count == 0) return found;
      DOORWARD_TRY(auto rows, tx.directory_users().slice(by.environment_id, by.directory_id, search.start_index - 1,
                                                         search.count));
      for (DirectoryUser& row : rows) found.items.push_back({std::move(row), {}});
      if (search.related) DOORWARD_CHECK(add_groups(tx, by, found.items));
      return found;
    });
  }
  DOORWARD_CO_TRY(const scim::BoundFilter filter,
                  scim::BoundFilter::bind(*search.filter, push.types->user(), push.dialect));
  auto indexed = co_await store_.read("scim.user.search", {.deadline = by.deadline},
                                      [&](const ReadTx& tx) -> Result<std::optional<Found<ProvisionedUser>>> {
                                        DOORWARD_TRY(auto users, candidates(tx, by, filter));
                                        if (!users) return std::optional<Found<ProvisionedUser>>();
                                        PageCollector<ProvisionedUser> page(search);
                                        DOORWARD_TRY(auto matching, load(tx, by, filter, *std::move(users)));
                                        keep_matches(filter, search, matching);
                                        for (ProvisionedUser& match : matching) page.match(std::move(match));
                                        Found<ProvisionedUser> found = page.take();
                                        if (search.related) DOORWARD_CHECK(add_groups(tx, by, found.items));
                                        return std::optional<Found<ProvisionedUser>>(std::move(found));
                                      });
  if (!indexed) co_return tl::unexpected(std::move(indexed).error());
  if (*indexed) co_return **std::move(indexed);
  co_return co_await scan(push, search, filter);
}

// One short transaction a page, and matching elsewhere: a long search holds up nobody, and sees what commits meanwhile.
task<Result<Found<ProvisionedUser>>> UserProvisioning::scan(Push& push, const ProvisioningSearch& search,
                                                            const scim::BoundFilter& filter) {
  const Caller& by = push.by;
  PageCollector<ProvisionedUser> page(search);
  PageRequest request{.limit = static_cast<std::uint32_t>(kScanPage)};
  do {
    auto scanned = co_await store_.read(
        "scim.user.scan", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ScanStep<ProvisionedUser>> {
          DOORWARD_TRY(auto rows, tx.directory_users().list(by.environment_id, by.directory_id, {}, request));
          ScanStep<ProvisionedUser> step;
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
    for (ProvisionedUser& match : scanned->rows) page.match(std::move(match));
    request.after = std::move(scanned->next);
  } while (request.after);
  Found<ProvisionedUser> found = page.take();
  if (search.related && !found.items.empty()) {
    auto related = co_await store_.read("scim.user.scan_groups", {.deadline = by.deadline},
                                        [&](const ReadTx& tx) { return add_groups(tx, by, found.items); });
    if (!related) co_return tl::unexpected(std::move(related).error());
  }
  co_return found;
}

}  // namespace doorward
