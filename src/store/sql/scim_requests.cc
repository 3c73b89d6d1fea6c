#include "store/sql/scim_requests.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "store/sql/page.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                              \
  "environment_id, organization_id, directory_id, id, refused, create_time, duration_micros, method, path, " \
  "resource_id, status, request_id, profile, quirks, txn, effect, reason, scim_type, sealed_details, bytes"
#define OF_DIRECTORY "WHERE environment_id = $1 AND directory_id = $2 "
// A prefix as a range: no path has a character beyond the last one.
#define LIST(beyond, order)                                                                          \
  "SELECT " COLUMNS " FROM scim_requests " OF_DIRECTORY "AND (create_time, id) " beyond              \
  " ($3, $4) AND create_time >= $5 AND create_time < $6 AND status >= $7 AND status < $8 AND "       \
  "($9 = '' OR method = $9) AND path >= $10 AND path < $11 AND ($12 = '' OR resource_id = $12) AND " \
  "($13 = '' OR profile = $13) ORDER BY create_time " order ", id " order " LIMIT $14"

constexpr Query kOlder{"scim_requests.list", LIST("<", "DESC")};
constexpr Query kNewer{"scim_requests.list_backward", LIST(">", "ASC")};
constexpr Query kFind{"scim_requests.find",
                      "SELECT " COLUMNS ", sealed_bodies FROM scim_requests " OF_DIRECTORY "AND id = $3"};
constexpr Query kInsert{
    "scim_requests.insert",
    "INSERT INTO scim_requests(" COLUMNS
    ", sealed_bodies) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
    "$17, $18, $19, $20, $21)"};
constexpr Query kCount{
    "scim_request_totals.add",
    "INSERT INTO scim_request_totals(environment_id, directory_id, refused, requests, bytes) "
    "VALUES($1, $2, $3, $4, $5) ON CONFLICT(environment_id, directory_id, refused) DO UPDATE SET "
    "requests = scim_request_totals.requests + excluded.requests, bytes = scim_request_totals.bytes + excluded.bytes "
    "RETURNING requests, bytes"};
constexpr Query kRemoveOldest{"scim_requests.remove_oldest",
                              "DELETE FROM scim_requests " OF_DIRECTORY
                              "AND id IN (SELECT id FROM scim_requests " OF_DIRECTORY
                              "AND refused = $3 ORDER BY create_time, id LIMIT $4) RETURNING bytes"};
constexpr Query kRemoveBefore{
    "scim_requests.remove_before",
    "DELETE FROM scim_requests WHERE (environment_id, directory_id, id) IN (SELECT environment_id, directory_id, id "
    "FROM scim_requests WHERE create_time < $1 ORDER BY create_time LIMIT $2) "
    "RETURNING environment_id, directory_id, refused, bytes"};
#undef LIST
#undef OF_DIRECTORY
#undef COLUMNS

// Removed by one call, so that a bound that the operator lowered holds up nobody.
constexpr std::int64_t kMostTrimmed = 512;

constexpr Timestamp kEarliest = from_micros(std::numeric_limits<std::int64_t>::min());
constexpr Timestamp kLatest = from_micros(std::numeric_limits<std::int64_t>::max());
constexpr const char* kBeyondEveryPath = "\xf4\x8f\xbf\xbf";  // U+10FFFF

ScimRequest read_request(const Row& row) {
  return ScimRequest{.environment_id = id_at<EnvironmentId>(row, 0),
                     .organization_id = id_at<OrganizationId>(row, 1),
                     .directory_id = id_at<DirectoryId>(row, 2),
                     .id = id_at<ScimRequestId>(row, 3),
                     .refused = bool_at(row, 4),
                     .create_time = time_at(row, 5),
                     .duration = Duration{row.integer(6)},
                     .method = text_at(row, 7),
                     .path = text_at(row, 8),
                     .resource_id = text_at(row, 9),
                     .status = static_cast<int>(row.integer(10)),
                     .request_id = text_at(row, 11),
                     .profile = text_at(row, 12),
                     .quirks = text_at(row, 13),
                     .txn = id_at<TransactionId>(row, 14),
                     .effect = enum_at<ScimEffect>(row, 15),
                     .reason = text_at(row, 16),
                     .scim_type = text_at(row, 17),
                     .sealed_details = text_at(row, 18),
                     .bytes = row.integer(19)};
}

}  // namespace

Result<Page<ScimRequest>> SqlScimRequests::list(const EnvironmentId& environment, const DirectoryId& directory,
                                                const ScimRequestFilter& filter, const PageRequest& page) const {
  const int least = filter.status_class * 100;
  const int beyond = filter.status_class == 0 ? std::numeric_limits<int>::max() : least + 100;
  const std::string path_end = filter.path_prefix + kBeyondEveryPath;
  const auto rows = [&](const Query& query) {
    return [&](const Keyset& position, std::int64_t limit) {
      return find_all(connection_, query,
                      {environment, directory, position.created_at, position.id, filter.since.value_or(kEarliest),
                       filter.until.value_or(kLatest), least, beyond, filter.method, filter.path_prefix, path_end,
                       filter.resource_id, filter.profile, limit},
                      read_request);
    };
  };
  return read_page<ScimRequest>(ListOrder::kNewestFirst, page, rows(kOlder), rows(kNewer));
}

Result<std::optional<ScimRequest>> SqlScimRequests::find(const EnvironmentId& environment, const DirectoryId& directory,
                                                         const ScimRequestId& id) const {
  return find_one(connection_, kFind, {environment, directory, id}, [](const Row& row) {
    ScimRequest request = read_request(row);
    request.sealed_bodies = text_at(row, 20);
    return request;
  });
}

Result<void> SqlScimRequests::insert(const ScimRequest& request) {
  return connection_.post(kInsert, {request.environment_id,
                                    request.organization_id,
                                    request.directory_id,
                                    request.id,
                                    request.refused,
                                    request.create_time,
                                    request.duration.count(),
                                    request.method,
                                    request.path,
                                    request.resource_id,
                                    request.status,
                                    request.request_id,
                                    request.profile,
                                    request.quirks,
                                    request.txn,
                                    request.effect,
                                    request.reason,
                                    request.scim_type,
                                    request.sealed_details,
                                    request.bytes,
                                    request.sealed_bodies});
}

Result<std::int64_t> SqlScimRequests::count_and_trim(const EnvironmentId& environment, const DirectoryId& directory,
                                                     bool refused, const ScimRequestBounds& added,
                                                     const ScimRequestBounds& bounds) {
  ScimRequestBounds total;
  const auto count = [&](const ScimRequestBounds& change) -> Result<void> {
    DOORWARD_CHECK(connection_.execute(kCount, {environment, directory, refused, change.requests, change.bytes},
                                       [&](const Row& row) { total = {row.integer(0), row.integer(1)}; }));
    return {};
  };
  DOORWARD_CHECK(count(added));
  ScimRequestBounds removed;
  while (total.requests + removed.requests > bounds.requests || total.bytes + removed.bytes > bounds.bytes) {
    const std::int64_t too_many = total.requests + removed.requests - bounds.requests;
    // As many as hold what is too much, were all of the same size.
    const std::int64_t left = total.requests + removed.requests;
    const std::int64_t bytes = total.bytes + removed.bytes;
    const std::int64_t too_long = bytes > bounds.bytes ? (bytes - bounds.bytes) * left / bytes : 0;
    const std::int64_t step = std::clamp<std::int64_t>(std::max(too_many, too_long), 1, kMostTrimmed);
    DOORWARD_TRY(const std::int64_t rows,
                 connection_.execute(kRemoveOldest, {environment, directory, refused, step}, [&](const Row& row) {
                   removed.requests -= 1;
                   removed.bytes -= row.integer(0);
                 }));
    if (rows == 0 || -removed.requests >= kMostTrimmed) break;
  }
  if (removed.requests != 0) DOORWARD_CHECK(count(removed));
  return -removed.requests;
}

Result<std::int64_t> SqlScimRequests::remove_before(Timestamp before, std::int64_t limit) {
  // Sorted: transactions that count the same directories take them in one order. A recorder that trims one of them
  // meanwhile may still wait in a circle; PostgreSQL ends that, and the transaction runs again.
  std::map<std::tuple<std::string, std::string, bool>, ScimRequestBounds> removed;
  DOORWARD_TRY(const std::int64_t rows, connection_.execute(kRemoveBefore, {before, limit}, [&](const Row& row) {
    ScimRequestBounds& of_directory = removed[{text_at(row, 0), text_at(row, 1), bool_at(row, 2)}];
    of_directory.requests -= 1;
    of_directory.bytes -= row.integer(3);
  }));
  for (const auto& [directory, change] : removed) {
    DOORWARD_CHECK(connection_.post(kCount, {std::get<0>(directory), std::get<1>(directory), std::get<2>(directory),
                                             change.requests, change.bytes}));
  }
  return rows;
}

}  // namespace doorward::store
