// Members of a group by the set: a list travels as one JSON parameter, in pieces that bound a statement.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <span>

#include "store/sql/directory_groups.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

namespace json = boost::json;

constexpr std::size_t kPiece = 1000;

#define NAMED_BY_ID                                                                                                  \
  "CASE WHEN EXISTS(SELECT 1 FROM directory_users u WHERE u.environment_id = $1 AND u.directory_id = $2 AND u.id = " \
  "e.value) THEN 1 WHEN EXISTS(SELECT 1 FROM directory_groups g WHERE g.environment_id = $1 AND g.directory_id = "   \
  "$2 AND g.id = e.value AND g.delete_time IS NULL) THEN 2 ELSE 0 END, "
#define NAMED_BY_EXTERNAL_ID                                                                                  \
  "(SELECT CASE WHEN count(*) = 1 THEN min(x.id) END FROM directory_users x WHERE x.environment_id = $1 AND " \
  "x.directory_id = $2 AND x.external_id = e.value) "
#define ROWS_SQLITE                                                                                    \
  "(SELECT json_extract(value, '$.v') v, json_extract(value, '$.k') k, json_extract(value, '$.d') d, " \
  "json_extract(value, '$.t') t FROM json_each($4)) e "
#define ROWS_POSTGRES "json_to_recordset(CAST($4 AS json)) AS e(v text, k integer, d text, t text) "
#define INSERT_ROWS                                                                                \
  "INSERT INTO group_members(environment_id, directory_id, group_id, value, kind, display, type) " \
  "SELECT $1, $2, $3, e.v, e.k, e.d, e.t FROM "
#define UNLESS_THERE "WHERE true ON CONFLICT(environment_id, directory_id, group_id, value) DO NOTHING RETURNING value"
// The conflict finds the row by the key; a join might look at all members of the group for it. $5: whether what a row
// does not say stays as it is.
#define RELABEL \
  "WHERE true ON CONFLICT(environment_id, directory_id, group_id, value) DO UPDATE SET kind = excluded.kind, "       \
  "display = " LABEL("display") ", type = " LABEL("type") " WHERE group_members.kind <> excluded.kind OR "           \
  "group_members.display IS DISTINCT FROM " LABEL("display") " OR group_members.type IS DISTINCT FROM " LABEL("type")
#define LABEL(name) \
  "CASE WHEN $5 = 1 THEN COALESCE(excluded." name ", group_members." name ") ELSE excluded." name " END"
#define DELETE_LISTED "DELETE FROM group_members WHERE "

constexpr Query kName{
    "group_members.name", "SELECT e.value, " NAMED_BY_ID NAMED_BY_EXTERNAL_ID "FROM json_each($3) e ORDER BY e.key",
    "SELECT e.value, " NAMED_BY_ID NAMED_BY_EXTERNAL_ID
    "FROM json_array_elements_text(CAST($3 AS json)) WITH ORDINALITY AS e(value, key) ORDER BY e.key"};
constexpr Query kInsertAll{"group_members.insert_all", INSERT_ROWS ROWS_SQLITE UNLESS_THERE,
                           INSERT_ROWS ROWS_POSTGRES UNLESS_THERE};
constexpr Query kRelabelAll{"group_members.relabel_all", INSERT_ROWS ROWS_SQLITE RELABEL,
                            INSERT_ROWS ROWS_POSTGRES RELABEL};
// On PostgreSQL by place, each found by the key: the planner would rather read a whole group than believe how few are
// listed. The directory is locked, so no row moves meanwhile.
constexpr Query kRemoveAll{
    "group_members.remove_all",
    DELETE_LISTED
    "environment_id = $1 AND directory_id = $2 AND group_id = $3 AND value IN "
    "(SELECT value FROM json_each($4)) RETURNING value, kind, display, type",
    DELETE_LISTED
    "ctid = ANY(ARRAY(SELECT m.place FROM json_array_elements_text(CAST($4 AS json)) AS e(value) "
    "CROSS JOIN LATERAL (SELECT x.ctid AS place FROM group_members x WHERE x.environment_id = $1 AND "
    "x.directory_id = $2 AND x.group_id = $3 AND x.value = e.value LIMIT 1) m)) "
    "RETURNING value, kind, display, type"};
#undef NAMED_BY_ID
#undef NAMED_BY_EXTERNAL_ID
#undef ROWS_SQLITE
#undef ROWS_POSTGRES
#undef INSERT_ROWS
#undef UNLESS_THERE
#undef RELABEL
#undef LABEL
#undef DELETE_LISTED

std::string as_json(std::span<const std::string> texts) {
  json::array list;
  list.reserve(texts.size());
  for (const std::string& text : texts) list.emplace_back(text);
  return json::serialize(list);
}

std::string as_json(std::span<const GroupMember> members) {
  const auto optional = [](const std::optional<std::string>& text) {
    return text ? json::value(*text) : json::value(nullptr);
  };
  json::array list;
  list.reserve(members.size());
  for (const GroupMember& member : members) {
    list.push_back({{"v", member.value},
                    {"k", static_cast<std::int64_t>(member.kind)},
                    {"d", optional(member.display)},
                    {"t", optional(member.type)}});
  }
  return json::serialize(list);
}

// Hands out the list piece by piece.
template <class T, class Visit>
Result<void> each_piece(const std::vector<T>& list, Visit visit) {
  const std::span<const T> all(list);
  for (std::size_t start = 0; start < all.size(); start += kPiece) {
    DOORWARD_CHECK(visit(all.subspan(start, std::min(kPiece, all.size() - start))));
  }
  return {};
}

}  // namespace

Result<std::vector<DirectoryGroupRepository::Named>> SqlDirectoryGroups::name_members(
    const EnvironmentId& environment, const DirectoryId& directory, const std::vector<std::string>& texts) const {
  std::vector<Named> named;
  named.reserve(texts.size());
  DOORWARD_CHECK(each_piece(texts, [&](std::span<const std::string> piece) -> Result<void> {
    return connection_
        .execute(kName, {environment, directory, as_json(piece)},
                 [&](const Row& row) {
                   Named one{.kind = enum_at<MemberKind>(row, 1), .value = text_at(row, 0)};
                   if (one.kind == MemberKind::kUnresolved && !row.is_null(2)) {
                     one = {.kind = MemberKind::kUser, .value = text_at(row, 2)};
                   }
                   named.push_back(std::move(one));
                 })
        .map([](std::int64_t) {});
  }));
  return named;
}

Result<DirectoryGroupRepository::Added> SqlDirectoryGroups::add_members(const EnvironmentId& environment,
                                                                        const DirectoryId& directory,
                                                                        const DirectoryGroupId& group,
                                                                        const std::vector<GroupMember>& members,
                                                                        Unsaid unsaid) {
  Added added;
  if (std::ranges::find(members, MemberKind::kUnresolved, &GroupMember::kind) != members.end()) {
    DOORWARD_CHECK(directories_.note_waiting_member(environment, directory));
  }
  DOORWARD_CHECK(each_piece(members, [&](std::span<const GroupMember> piece) -> Result<void> {
    const std::string rows = as_json(piece);
    DOORWARD_TRY(const auto inserted,
                 connection_.execute(kInsertAll, {environment, directory, group, rows},
                                     [&](const Row& row) { added.values.push_back(text_at(row, 0)); }));
    if (inserted == static_cast<std::int64_t>(piece.size())) return {};
    DOORWARD_TRY(const auto changed,
                 connection_.execute(kRelabelAll, {environment, directory, group, rows, unsaid == Unsaid::kKept}));
    added.relabelled = added.relabelled || changed > 0;
    return {};
  }));
  return added;
}

Result<std::vector<GroupMember>> SqlDirectoryGroups::remove_members(const EnvironmentId& environment,
                                                                    const DirectoryId& directory,
                                                                    const DirectoryGroupId& group,
                                                                    const std::vector<std::string>& values) {
  std::vector<GroupMember> removed;
  DOORWARD_CHECK(each_piece(values, [&](std::span<const std::string> piece) -> Result<void> {
    return connection_
        .execute(kRemoveAll, {environment, directory, group, as_json(piece)},
                 [&](const Row& row) {
                   removed.push_back({.group_id = group,
                                      .value = text_at(row, 0),
                                      .kind = enum_at<MemberKind>(row, 1),
                                      .display = optional_text_at(row, 2),
                                      .type = optional_text_at(row, 3)});
                 })
        .map([](std::int64_t) {});
  }));
  return removed;
}

}  // namespace doorward::store
