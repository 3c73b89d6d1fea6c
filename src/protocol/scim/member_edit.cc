#include "protocol/scim/member_edit.h"

#include <algorithm>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

// The ids of `value eq "a" or value eq "b" …`; empty when the filter is anything else.
std::vector<std::string> listed_ids(const Filter& filter) {
  if (filter.kind == Filter::Kind::kCompare) {
    if (filter.op != CompareOp::kEq || !equal_names(filter.name, "value") || filter.literal.is_null()) return {};
    return {filter.raw};
  }
  if (filter.kind != Filter::Kind::kOr) return {};
  std::vector<std::string> ids;
  for (const Filter& operand : filter.operands) {
    std::vector<std::string> more = listed_ids(operand);
    if (more.empty()) return {};
    std::ranges::move(more, std::back_inserter(ids));
  }
  return ids;
}

std::vector<std::string> ids_of(const std::vector<Member>& members) {
  std::vector<std::string> ids;
  ids.reserve(members.size());
  for (const Member& member : members) ids.push_back(member.value);
  return ids;
}

Result<void> edit_filtered(const AttributeEdit& edit, std::vector<MemberDelta>& deltas) {
  const Filter& filter = *edit.filter;
  DOORWARD_TRY(BoundFilter bound, BoundFilter::bind_element(filter, *edit.target.attribute, edit.dialect));
  std::vector<std::string> ids = listed_ids(filter);
  const bool replaces = edit.verb == PatchVerb::kReplace && !clears(edit.value, edit.dialect);

  if (edit.verb == PatchVerb::kAdd) {
    // members[value eq "id"] describes a member; whatever else is asked must not name another one.
    if (ids.size() != 1 || !may_create(edit)) {
      return failure(Reason::kScimNoTarget, "The filter does not describe one member.");
    }
    deltas.push_back({.kind = MemberDelta::Kind::kAdd, .members = {{.value = ids.front(), .type = {}, .display = {}}}});
    return {};
  }
  MemberDelta removal;
  removal.must_match = replaces;
  if (ids.empty()) {
    // Each term is a look at every member; a share of what a request may cost.
    DOORWARD_CHECK(spend(edit, count_terms(filter) * (limits::kPatchComparisons / limits::kMemberScanTerms)));
    removal.kind = MemberDelta::Kind::kRemoveMatching;
    removal.filter = std::move(bound);
  } else {
    removal.kind = MemberDelta::Kind::kRemove;
    removal.ids = std::move(ids);
  }
  deltas.push_back(std::move(removal));
  if (replaces) {
    DOORWARD_TRY(auto members, read_members(edit.value, edit.dialect));
    deltas.push_back({.kind = MemberDelta::Kind::kAdd, .members = std::move(members)});
  }
  return {};
}

}  // namespace

Result<void> edit_members(const AttributeEdit& edit, std::vector<MemberDelta>& deltas) {
  if (edit.target.sub != nullptr) {
    // Providers write the name or kind of a member after the fact. Both follow from whom it names, so there is nothing
    // to keep and, but for those who insist on RFC 7643 section 4.2, nothing to refuse.
    if (edit.target.sub->name != "value" && edit.dialect.behaviour.loose_values == Behaviour::Loose::kAccept) {
      edit.dialect.note(Quirk::kReadOnlyIgnored);
      return {};
    }
    return failure(Reason::kScimMutability, "A member cannot be changed: remove it and add it anew.");
  }
  if (edit.filter) return edit_filtered(edit, deltas);
  if (clears(edit.value, edit.dialect)) {
    // remove without a value, or with null, means all (RFC 7644 section 3.5.2.2); an empty list names nobody, and
    // taking it for all would empty groups.
    const bool names_nobody = edit.verb == PatchVerb::kRemove && !edit.value.is_null();
    if (names_nobody) edit.dialect.note(Quirk::kEmptyListRemoval);
    if (edit.verb != PatchVerb::kAdd && !names_nobody) deltas.push_back({.kind = MemberDelta::Kind::kReplaceAll});
    return {};
  }
  DOORWARD_TRY(auto members, read_members(edit.value, edit.dialect));
  switch (edit.verb) {
    case PatchVerb::kAdd:
      deltas.push_back({.kind = MemberDelta::Kind::kAdd, .members = std::move(members)});
      break;
    case PatchVerb::kReplace:
      deltas.push_back({.kind = MemberDelta::Kind::kReplaceAll, .members = std::move(members)});
      break;
    case PatchVerb::kRemove:
      edit.dialect.note(Quirk::kValueListRemoval);
      deltas.push_back({.kind = MemberDelta::Kind::kRemove, .ids = ids_of(members)});
      break;
  }
  return {};
}

}  // namespace doorward::scim
