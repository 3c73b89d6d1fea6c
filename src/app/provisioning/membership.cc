#include "app/provisioning/membership.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

namespace doorward {
namespace {

namespace json = boost::json;

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

// One request's work on one group.
class MemberEditor {
 public:
  MemberEditor(WriteTx& tx, const DirectoryScope& scope, const DirectoryGroupId& group)
      : tx_(tx), groups_(tx.directory_groups()), scope_(scope), group_(group) {}

  Result<void> apply(const scim::MemberDelta& delta) {
    switch (delta.kind) {
      case scim::MemberDelta::Kind::kAdd:
        return add(delta.members);
      case scim::MemberDelta::Kind::kRemove:
        return remove(delta);
      case scim::MemberDelta::Kind::kReplaceAll:
        return replace(delta.members);
      case scim::MemberDelta::Kind::kRemoveMatching:
        return remove_matching(delta);
    }
    return {};
  }

  Result<MembershipChange> finish() {
    MembershipChange change;
    change.other = other_;
    change.waiting = waiting_;
    change.relabelled = relabelled_;
    for (const auto& [id, balance] : users_) {
      if (balance > 0) change.added.emplace_back(id);
      if (balance < 0) change.removed.emplace_back(id);
    }
    const auto delta =
        static_cast<std::int64_t>(change.added.size()) - static_cast<std::int64_t>(change.removed.size());
    if (delta != 0) {
      DOORWARD_CHECK(groups_.change_member_count(scope_.environment, scope_.directory, group_, delta));
    }
    return change;
  }

 private:
  Result<void> add(const std::vector<scim::Member>& members) {
    for (const scim::Member& member : members) {
      DOORWARD_TRY(const GroupMember row, resolve_member(tx_, scope_, group_, member));
      DOORWARD_CHECK(add_row(row));
    }
    return {};
  }

  Result<void> add_row(const GroupMember& row) {
    DOORWARD_TRY(const auto added, groups_.add_member(scope_.environment, scope_.directory, row));
    const bool is_new = added == DirectoryGroupRepository::Added::kNew;
    if (is_new) count(row, 1);
    if (is_new && row.kind == MemberKind::kUnresolved) waiting_ = row.value;
    if (added == DirectoryGroupRepository::Added::kRelabelled) relabelled_ = true;
    return {};
  }

  // True when there was such a member.
  Result<bool> remove_row(const std::string& value) {
    DOORWARD_TRY(const auto row, groups_.find_member(scope_.environment, scope_.directory, group_, value));
    if (!row) return false;
    DOORWARD_CHECK(groups_.remove_member(scope_.environment, scope_.directory, group_, value));
    count(*row, -1);
    return true;
  }

  Result<void> remove(const scim::MemberDelta& delta) {
    bool any = false;
    for (const std::string& id : delta.ids) {
      DOORWARD_TRY(bool removed, remove_row(id));
      if (!removed) {
        // The provider may know the member by its own id.
        DOORWARD_TRY(const GroupMember known,
                     resolve_member(tx_, scope_, group_, {.value = id, .type = {}, .display = {}}));
        if (known.value != id) {
          DOORWARD_TRY(removed, remove_row(known.value));
        }
      }
      any = any || removed;
    }
    return check_match(delta, any);
  }

  Result<void> remove_matching(const scim::MemberDelta& delta) {
    bool any = false;
    DOORWARD_CHECK(each_member([&](const GroupMember& row) -> Result<void> {
      json::object element{{"value", row.value}};
      if (row.type) element["type"] = *row.type;
      if (row.display) element["display"] = *row.display;
      if (!delta.filter->matches_element(json::value(std::move(element)))) return {};
      any = true;
      return remove_row(row.value).map([](bool) {});
    }));
    return check_match(delta, any);
  }

  Result<void> replace(const std::vector<scim::Member>& members) {
    std::vector<GroupMember> wanted;
    std::set<std::string> values;  // not hashed: who sends a million members chooses what collides
    wanted.reserve(members.size());
    for (const scim::Member& member : members) {
      DOORWARD_TRY(GroupMember row, resolve_member(tx_, scope_, group_, member));
      if (values.insert(row.value).second) wanted.push_back(std::move(row));
    }
    DOORWARD_CHECK(each_member([&](const GroupMember& row) -> Result<void> {
      if (values.contains(row.value)) return {};
      return remove_row(row.value).map([](bool) {});
    }));
    for (const GroupMember& row : wanted) DOORWARD_CHECK(add_row(row));
    return {};
  }

  // Visits the members page by page; the visitor may remove the one it sees.
  template <class Visit>
  Result<void> each_member(Visit visit) {
    std::string after;
    for (;;) {
      DOORWARD_TRY(const auto page, groups_.members(scope_.environment, scope_.directory, group_, after, kMemberPage));
      for (const GroupMember& row : page) DOORWARD_CHECK(visit(row));
      if (page.size() < static_cast<std::size_t>(kMemberPage)) return {};
      after = page.back().value;
    }
  }

  static Result<void> check_match(const scim::MemberDelta& delta, bool any) {
    if (any || !delta.must_match) return {};
    return failure(Reason::kScimNoTarget, "No member matches the filter.");
  }

  void count(const GroupMember& row, int balance) {
    if (row.kind == MemberKind::kUser) {
      users_[row.value] += balance;
    } else {
      other_ = true;
    }
  }

  WriteTx& tx_;
  DirectoryGroupRepository& groups_;
  const DirectoryScope& scope_;
  const DirectoryGroupId& group_;
  std::map<std::string, int> users_;  // +1 came, -1 went, 0 both
  bool other_ = false;
  std::optional<std::string> waiting_;
  bool relabelled_ = false;
};

}  // namespace

Result<GroupMember> resolve_member(WriteTx& tx, const DirectoryScope& scope, const DirectoryGroupId& group,
                                   const scim::Member& member) {
  GroupMember row;
  row.group_id = group;
  row.value = member.value;
  row.display = unless_empty(member.display);
  row.type = unless_empty(member.type);
  DOORWARD_TRY(const auto user,
               tx.directory_users().find(scope.environment, scope.directory, DirectoryUserId{member.value}));
  if (user) {
    row.kind = MemberKind::kUser;
    return row;
  }
  DOORWARD_TRY(const auto nested,
               tx.directory_groups().find(scope.environment, scope.directory, DirectoryGroupId{member.value}));
  if (nested) {
    row.kind = MemberKind::kGroup;
    return row;
  }
  DOORWARD_TRY(const auto named,
               tx.directory_users().find_by_external_id(scope.environment, scope.directory, member.value));
  if (named.size() == 1) {
    row.kind = MemberKind::kUser;
    row.value = named.front().id.str();
  }
  return row;
}

Result<MembershipChange> apply_member_deltas(WriteTx& tx, const DirectoryScope& scope, const DirectoryGroupId& group,
                                             const std::vector<scim::MemberDelta>& deltas) {
  MemberEditor editor(tx, scope, group);
  for (const scim::MemberDelta& delta : deltas) DOORWARD_CHECK(editor.apply(delta));
  return editor.finish();
}

}  // namespace doorward
