#include "app/provisioning/membership.h"

#include <algorithm>
#include <iterator>
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

// Neighbours that only add, or only remove, as one: some providers send an operation for each member.
std::vector<scim::MemberDelta> joined(const std::vector<scim::MemberDelta>& deltas) {
  using Kind = scim::MemberDelta::Kind;
  std::vector<scim::MemberDelta> out;
  for (const scim::MemberDelta& delta : deltas) {
    const bool joins = !out.empty() && out.back().kind == delta.kind && !delta.must_match && !out.back().must_match &&
                       (delta.kind == Kind::kAdd || delta.kind == Kind::kRemove);
    if (joins) {
      std::ranges::copy(delta.members, std::back_inserter(out.back().members));
      std::ranges::copy(delta.ids, std::back_inserter(out.back().ids));
    } else {
      out.push_back(delta);
    }
  }
  return out;
}

// One request's work on one group.
class MemberEditor {
 public:
  MemberEditor(WriteTx& tx, const DirectoryScope& scope, const DirectoryGroupId& group)
      : groups_(tx.directory_groups()), scope_(scope), group_(group) {}

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
  // The rows of members, each once; of one that is named twice the last counts.
  Result<std::vector<GroupMember>> rows_of(const std::vector<scim::Member>& members) {
    std::vector<std::string> texts;
    texts.reserve(members.size());
    for (const scim::Member& member : members) texts.push_back(member.value);
    DOORWARD_TRY(auto named, groups_.name_members(scope_.environment, scope_.directory, texts));
    std::map<std::string, std::size_t> positions;  // not hashed: who sends a million members chooses what collides
    std::vector<GroupMember> rows;
    rows.reserve(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
      const auto [found, is_new] = positions.emplace(named[i].value, rows.size());
      if (is_new) rows.push_back({.group_id = group_, .value = named[i].value, .kind = named[i].kind});
      GroupMember& row = rows[found->second];
      row.display = unless_empty(members[i].display);
      // What the kind says already is not kept a second time: an answer that is sent back changes nothing.
      row.type = members[i].type == type_of(row.kind) ? std::nullopt : unless_empty(members[i].type);
    }
    return rows;
  }

  Result<void> add(const std::vector<scim::Member>& members) {
    DOORWARD_TRY(const auto rows, rows_of(members));
    return add_rows(rows, DirectoryGroupRepository::Unsaid::kKept);  // RFC 7644 section 3.5.2.1
  }

  Result<void> add_rows(const std::vector<GroupMember>& rows, DirectoryGroupRepository::Unsaid unsaid) {
    DOORWARD_TRY(const auto added, groups_.add_members(scope_.environment, scope_.directory, group_, rows, unsaid));
    const std::set<std::string> fresh(added.values.begin(), added.values.end());
    for (const GroupMember& row : rows) {
      if (!fresh.contains(row.value)) continue;
      count(row, 1);
      if (row.kind == MemberKind::kUnresolved) waiting_ = row.value;
    }
    relabelled_ = relabelled_ || added.relabelled;
    return {};
  }

  // The values that were members.
  Result<std::set<std::string>> remove_values(const std::vector<std::string>& values) {
    DOORWARD_TRY(const auto rows, groups_.remove_members(scope_.environment, scope_.directory, group_, values));
    std::set<std::string> removed;
    for (const GroupMember& row : rows) {
      count(row, -1);
      removed.insert(row.value);
    }
    return removed;
  }

  Result<void> remove(const scim::MemberDelta& delta) {
    DOORWARD_TRY(const auto removed, remove_values(delta.ids));
    bool any = !removed.empty();
    // The provider may know a member by its own id.
    std::vector<std::string> others;
    std::ranges::copy_if(delta.ids, std::back_inserter(others),
                         [&](const std::string& id) { return !removed.contains(id); });
    if (!others.empty()) {
      DOORWARD_TRY(const auto named, groups_.name_members(scope_.environment, scope_.directory, others));
      std::vector<std::string> known;
      for (std::size_t i = 0; i < named.size(); ++i) {
        if (named[i].value != others[i]) known.push_back(named[i].value);
      }
      if (!known.empty()) {
        DOORWARD_TRY(const auto more, remove_values(known));
        any = any || !more.empty();
      }
    }
    return check_match(delta, any);
  }

  Result<void> remove_matching(const scim::MemberDelta& delta) {
    bool any = false;
    DOORWARD_CHECK(remove_unless([&](const GroupMember& row) {
      if (!delta.filter->matches_element(json::value(member_element(row)))) return true;
      any = true;
      return false;
    }));
    return check_match(delta, any);
  }

  Result<void> replace(const std::vector<scim::Member>& members) {
    DOORWARD_TRY(const auto wanted, rows_of(members));
    std::set<std::string> values;
    for (const GroupMember& row : wanted) values.insert(row.value);
    DOORWARD_CHECK(remove_unless([&](const GroupMember& row) { return values.contains(row.value); }));
    return add_rows(wanted, DirectoryGroupRepository::Unsaid::kCleared);
  }

  // Looks at all members page by page and removes those that `stays` does not want.
  template <class Stays>
  Result<void> remove_unless(Stays stays) {
    std::string after;
    for (;;) {
      DOORWARD_TRY(const auto page, groups_.members(scope_.environment, scope_.directory, group_, after, kMemberPage));
      std::vector<std::string> leaving;
      for (const GroupMember& row : page) {
        if (!stays(row)) leaving.push_back(row.value);
      }
      if (!leaving.empty()) DOORWARD_CHECK(remove_values(leaving));
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

  DirectoryGroupRepository& groups_;
  const DirectoryScope& scope_;
  const DirectoryGroupId& group_;
  std::map<std::string, int> users_;  // +1 came, -1 went, 0 both
  bool other_ = false;
  std::optional<std::string> waiting_;
  bool relabelled_ = false;
};

}  // namespace

json::object member_element(const GroupMember& member) {
  json::object element{{"value", member.value}};
  if (const std::string_view type = shown_type(member); !type.empty()) element["type"] = type;
  if (member.display) element["display"] = *member.display;
  return element;
}

Result<MembershipChange> apply_member_deltas(WriteTx& tx, const DirectoryScope& scope, const DirectoryGroupId& group,
                                             const std::vector<scim::MemberDelta>& deltas) {
  MemberEditor editor(tx, scope, group);
  for (const scim::MemberDelta& delta : joined(deltas)) DOORWARD_CHECK(editor.apply(delta));
  return editor.finish();
}

}  // namespace doorward
