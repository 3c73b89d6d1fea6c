#include "store/sql/changes.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>
#include <set>
#include <tuple>

#include "crypto/hash.h"
#include "store/sql/advisory_locks.h"
#include "store/sql/key_rows.h"
#include "store/sql/read_row.h"
#include "store/sql/value_rows.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                                                \
  "c.environment_id, c.owner_id, c.owner_seq, c.id, c.txn, c.organization_id, c.directory_id, c.occurred_at, " \
  "c.object, c.object_id, c.display_name, c.op, c.changes, c.actor_kind, c.actor_id, c.cause, c.event_type, "  \
  "b.body, a.body"
#define SNAPSHOTS                                                                                    \
  " LEFT JOIN snapshots b ON b.environment_id = c.environment_id AND b.object_id = c.object_id AND " \
  "b.digest = c.before_digest LEFT JOIN snapshots a ON a.environment_id = c.environment_id AND "     \
  "a.object_id = c.object_id AND a.digest = c.after_digest "

constexpr Query kFind{"changes.find", "SELECT " COLUMNS " FROM changes c" SNAPSHOTS
                                      "WHERE c.environment_id = $1 AND c.owner_id = $2 AND c.owner_seq = $3"};
#define SELECT_EACH(keys)                                          \
  "SELECT " COLUMNS " FROM " keys "CROSS JOIN changes c" SNAPSHOTS \
  "WHERE c.environment_id = k.environment AND c.owner_id = k.owner AND c.owner_seq = k.seq"
constexpr Query kFindEach{"changes.find_each", SELECT_EACH(DOORWARD_KEY_ROWS), SELECT_EACH(DOORWARD_KEY_ROWS_POSTGRES)};
#undef SELECT_EACH
constexpr Query kHistory{"changes.history",
                         "SELECT " COLUMNS " FROM changes c" SNAPSHOTS
                         "WHERE c.environment_id = $1 AND c.owner_id = $2 AND c.owner_seq > $3 ORDER BY c.owner_seq "
                         "LIMIT $4"};
constexpr Query kFeed{"changes.feed",
                      "SELECT " COLUMNS
                      ", f.feed_seq FROM feed f JOIN changes c ON c.environment_id = f.environment_id AND "
                      "c.owner_id = f.owner_id AND c.owner_seq = f.owner_seq" SNAPSHOTS
                      "WHERE f.environment_id = $1 AND f.feed_seq > $2 ORDER BY f.feed_seq LIMIT $3"};
constexpr Query kAdvanceCounter{
    "changes.advance_counter",
    "INSERT INTO change_counters(environment_id, owner_id, last_seq, sequenced_seq) VALUES($1, $2, $3, 0) "
    "ON CONFLICT(environment_id, owner_id) DO UPDATE SET last_seq = change_counters.last_seq + excluded.last_seq"};
// The number comes from the counter row, which this transaction holds: no round trip brings it here and back.
constexpr Query kInsert{
    "changes.insert",
    "INSERT INTO changes(environment_id, owner_id, owner_seq, id, txn, organization_id, directory_id, occurred_at, "
    "object, object_id, display_name, op, before_digest, after_digest, changes, actor_kind, actor_id, cause, "
    "event_type) SELECT $1, $2, last_seq - $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
    "$19 FROM change_counters WHERE environment_id = $1 AND owner_id = $2"};
constexpr Query kInsertSnapshot{"changes.insert_snapshot",
                                "INSERT INTO snapshots(environment_id, object_id, digest, body) VALUES($1, $2, $3, $4) "
                                "ON CONFLICT(environment_id, object_id, digest) DO NOTHING"};
// last_seq and the records up to it commit together, so every record up to it is there to be read.
constexpr Query kUnsequenced{
    "changes.unsequenced",
    "SELECT c.environment_id, c.owner_id, c.owner_seq, c.id, c.organization_id, c.event_type, "
    "c.occurred_at FROM (SELECT environment_id, owner_id, sequenced_seq, last_seq FROM "
    "change_counters WHERE sequenced_seq < last_seq ORDER BY environment_id, owner_id LIMIT $1) g "
    "CROSS JOIN changes c WHERE c.environment_id = g.environment_id AND c.owner_id = g.owner_id "
    "AND c.owner_seq > g.sequenced_seq AND c.owner_seq <= g.last_seq "
    "ORDER BY c.environment_id, c.owner_id, c.owner_seq LIMIT $1"};
constexpr Query kAdvanceFeed{
    "changes.advance_feed",
    "INSERT INTO feed_counters(environment_id, last_seq) VALUES($1, $2) ON CONFLICT(environment_id) DO UPDATE SET "
    "last_seq = feed_counters.last_seq + excluded.last_seq RETURNING last_seq"};
// Runs of records of one owner each that follow each other; ahead is how far feed numbers are ahead of the owner's.
#define INSERT_FEED(rows)                                                                                          \
  "INSERT INTO feed(environment_id, feed_seq, owner_id, owner_seq, occurred_at) SELECT c.environment_id, "         \
  "c.owner_seq + k.ahead, c.owner_id, c.owner_seq, c.occurred_at FROM " rows                                       \
  "CROSS JOIN changes c WHERE c.environment_id = k.environment_id AND c.owner_id = k.owner_id AND c.owner_seq >= " \
  "k.first_seq AND c.owner_seq <= k.last_seq"
constexpr Query kInsertFeed{
    "changes.insert_feed",
    INSERT_FEED(DOORWARD_ROWS(DOORWARD_COLUMN("environment_id") ", " DOORWARD_COLUMN("owner_id") ", " DOORWARD_COLUMN(
        "ahead") ", " DOORWARD_COLUMN("first_seq") ", " DOORWARD_COLUMN("last_seq"))),
    INSERT_FEED(
        DOORWARD_ROWS_POSTGRES("environment_id TEXT, owner_id TEXT, ahead BIGINT, first_seq BIGINT, last_seq BIGINT"))};
#undef INSERT_FEED
#define MARK_SEQUENCED(rows)                                         \
  "UPDATE change_counters SET sequenced_seq = k.last_seq FROM " rows \
  "WHERE change_counters.environment_id = k.environment_id AND change_counters.owner_id = k.owner_id"
constexpr Query kMarkSequenced{
    "changes.mark_sequenced",
    MARK_SEQUENCED(DOORWARD_ROWS(
        DOORWARD_COLUMN("environment_id") ", " DOORWARD_COLUMN("owner_id") ", " DOORWARD_COLUMN("last_seq"))),
    MARK_SEQUENCED(DOORWARD_ROWS_POSTGRES("environment_id TEXT, owner_id TEXT, last_seq BIGINT"))};
#undef MARK_SEQUENCED
constexpr Query kEraseSnapshots{"changes.erase_snapshots",
                                "DELETE FROM snapshots WHERE environment_id = $1 AND object_id = $2"};
// SQLite would rather read every delivery of the environment in an index that holds all it needs than look rows up.
#define SELECT_EXPIRED(by_event)                                                                          \
  "SELECT f.environment_id, f.feed_seq, f.owner_id, f.owner_seq FROM feed f "                             \
  "WHERE f.occurred_at < $1 AND NOT EXISTS (SELECT 1 FROM changes c JOIN deliveries d " by_event          \
  "ON d.environment_id = c.environment_id AND d.event_id = c.id AND d.status IN (0, 4, 5) "               \
  "WHERE c.environment_id = f.environment_id AND c.owner_id = f.owner_id AND c.owner_seq = f.owner_seq) " \
  "ORDER BY f.occurred_at LIMIT $2"
constexpr Query kExpired{"changes.expired", SELECT_EXPIRED("INDEXED BY deliveries_event "), SELECT_EXPIRED("")};
#undef SELECT_EXPIRED
constexpr Query kLockCounter{"changes.lock_counter",
                             "SELECT last_seq FROM change_counters WHERE environment_id = $1 AND owner_id = $2",
                             "SELECT last_seq FROM change_counters WHERE environment_id = $1 AND owner_id = $2 "
                             "FOR UPDATE"};
constexpr Query kRemove{"changes.remove",
                        "DELETE FROM changes WHERE environment_id = $1 AND owner_id = $2 AND owner_seq = $3 "
                        "RETURNING object_id, before_digest, after_digest"};
constexpr Query kRemoveFeed{"changes.remove_feed", "DELETE FROM feed WHERE environment_id = $1 AND feed_seq = $2"};
constexpr Query kRemoveSnapshot{
    "changes.remove_snapshot",
    "DELETE FROM snapshots WHERE environment_id = $1 AND object_id = $2 AND digest = $3 AND NOT EXISTS "
    "(SELECT 1 FROM changes c WHERE c.environment_id = $1 AND c.object_id = $2 AND (c.before_digest = $3 OR "
    "c.after_digest = $3))"};
#undef COLUMNS
#undef SNAPSHOTS

constexpr int kFeedSeqColumn = 19;

std::optional<boost::json::object> optional_object_at(const Row& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return object_at(row, column);
}

ChangeRecord read_change(const Row& row) {
  return ChangeRecord{.id = id_at<EventId>(row, 3),
                      .txn = id_at<TransactionId>(row, 4),
                      .environment_id = id_at<EnvironmentId>(row, 0),
                      .organization_id = id_at<OrganizationId>(row, 5),
                      .directory_id = id_at<DirectoryId>(row, 6),
                      .occurred_at = time_at(row, 7),
                      .object = enum_at<ObjectKind>(row, 8),
                      .object_id = text_at(row, 9),
                      .display_name = text_at(row, 10),
                      .op = enum_at<ChangeOp>(row, 11),
                      .before = optional_object_at(row, 17),
                      .after = optional_object_at(row, 18),
                      .changes = object_at(row, 12),
                      .actor = {.kind = enum_at<ActorKind>(row, 13), .id = text_at(row, 14)},
                      .cause = object_at(row, 15),
                      .event_type = text_at(row, 16),
                      .owner_seq = row.integer(2)};
}

using Owner = std::pair<std::string, std::string>;  // environment, owner

}  // namespace

Result<void> SqlChanges::append(ChangeRecord record) {
  pending_.push_back(std::move(record));
  return {};
}

void SqlChanges::roll_back_to(Mark mark) {
  pending_.resize(mark.records);
  erasures_.resize(mark.erasures);
}

bool SqlChanges::is_erased(std::size_t position, const ChangeRecord& record) const {
  return std::any_of(erasures_.begin(), erasures_.end(), [&](const Erasure& erasure) {
    return position < erasure.records_before && erasure.object_id == record.object_id &&
           erasure.environment_id == record.environment_id;
  });
}

Result<bool> SqlChanges::flush() {
  if (pending_.empty()) {
    erasures_.clear();
    return false;
  }
  // Sorted owners: two transactions that change the same owners wait for each other, never in a circle.
  std::map<std::pair<std::string_view, std::string_view>, std::vector<std::size_t>> owners;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    owners[{pending_[i].environment_id.str(), pending_[i].owner_id()}].push_back(i);
  }
  for (const auto& [owner, positions] : owners) {
    const auto count = static_cast<std::int64_t>(positions.size());
    DOORWARD_CHECK(connection_.post(kAdvanceCounter, {owner.first, owner.second, count}));
    for (std::int64_t i = 0; i < count; ++i)
      DOORWARD_CHECK(write_record(positions[static_cast<std::size_t>(i)], count - 1 - i));
  }
  pending_.clear();
  erasures_.clear();
  return true;
}

Result<std::optional<std::string>> SqlChanges::write_snapshot(const ChangeRecord& record,
                                                              const std::optional<boost::json::object>& body) {
  if (!body) return std::nullopt;
  const std::string text = boost::json::serialize(*body);
  std::string digest = crypto::sha256(text);
  DOORWARD_CHECK(connection_.post(
      kInsertSnapshot, {record.environment_id, record.object_id, Value::bytes(std::string_view(digest)), text}));
  return digest;
}

Result<void> SqlChanges::write_record(std::size_t position, std::int64_t place_from_last) {
  const ChangeRecord& record = pending_[position];
  std::optional<std::string> before;
  std::optional<std::string> after;
  if (!is_erased(position, record)) {
    DOORWARD_TRY(before, write_snapshot(record, record.before));
    DOORWARD_TRY(after, write_snapshot(record, record.after));
  }
  return connection_.post(kInsert, {record.environment_id, record.owner_id(), place_from_last, record.id, record.txn,
                                    record.organization_id, record.directory_id, record.occurred_at, record.object,
                                    record.object_id, record.display_name, record.op, Value::bytes(before),
                                    Value::bytes(after), boost::json::serialize(record.changes), record.actor.kind,
                                    record.actor.id, boost::json::serialize(record.cause), record.event_type});
}

Result<std::optional<ChangeRecord>> SqlChanges::find(const EnvironmentId& environment, const std::string& owner_id,
                                                     std::int64_t owner_seq) const {
  return find_one(connection_, kFind, {environment, owner_id, owner_seq}, read_change);
}

Result<std::map<ChangePlace, ChangeRecord>> SqlChanges::find_each(const std::set<ChangePlace>& places) const {
  KeyRows keys;
  for (const auto& [environment, owner, seq] : places) {
    keys.add({.environment = environment.str(), .owner = owner, .seq = seq});
  }
  std::map<ChangePlace, ChangeRecord> found;
  DOORWARD_TRY([[maybe_unused]] auto rows, connection_.execute(kFindEach, {keys.text()}, [&](const Row& row) {
    ChangeRecord record = read_change(row);
    found.emplace(ChangePlace{record.environment_id, record.owner_id(), record.owner_seq}, std::move(record));
  }));
  return found;
}

Result<std::vector<ChangeRecord>> SqlChanges::history(const EnvironmentId& environment, const std::string& owner_id,
                                                      std::int64_t after_seq, std::int64_t limit) const {
  return find_all(connection_, kHistory, {environment, owner_id, after_seq, limit}, read_change);
}

Result<std::vector<FeedEntry>> SqlChanges::feed(const EnvironmentId& environment, std::int64_t after_feed_seq,
                                                std::int64_t limit) const {
  return find_all(connection_, kFeed, {environment, after_feed_seq, limit}, [](const Row& row) {
    return FeedEntry{.feed_seq = row.integer(kFeedSeqColumn), .change = read_change(row)};
  });
}

Result<bool> SqlChanges::become_sequencer() { return try_lock(connection_, AdvisoryLock::kSequencer); }

Result<std::vector<UnsequencedChange>> SqlChanges::unsequenced(std::int64_t limit) {
  return find_all(connection_, kUnsequenced, {limit}, [](const Row& row) {
    return UnsequencedChange{.environment_id = id_at<EnvironmentId>(row, 0),
                             .owner_id = text_at(row, 1),
                             .owner_seq = row.integer(2),
                             .id = id_at<EventId>(row, 3),
                             .organization_id = id_at<OrganizationId>(row, 4),
                             .event_type = text_at(row, 5),
                             .occurred_at = time_at(row, 6)};
  });
}

Result<void> SqlChanges::sequence(const std::vector<UnsequencedChange>& changes) {
  std::map<std::string, std::int64_t> counts;
  for (const UnsequencedChange& change : changes) ++counts[change.environment_id.str()];
  std::map<std::string, std::int64_t> next;
  for (const auto& [environment, count] : counts) {
    DOORWARD_TRY(const auto last, find_integer(connection_, kAdvanceFeed, {environment, count}));
    next[environment] = last - count + 1;
  }
  std::map<Owner, std::int64_t> sequenced;
  ValueRows runs;
  for (auto run = changes.begin(); run != changes.end();) {
    const auto end = std::adjacent_find(run, changes.end(), [](const UnsequencedChange& a, const UnsequencedChange& b) {
      return a.environment_id != b.environment_id || a.owner_id != b.owner_id || a.owner_seq + 1 != b.owner_seq;
    });
    const UnsequencedChange& last = end == changes.end() ? changes.back() : *end;
    std::int64_t& number = next[run->environment_id.str()];
    runs.add({{"environment_id", run->environment_id.str()},
              {"owner_id", run->owner_id},
              {"ahead", number - run->owner_seq},
              {"first_seq", run->owner_seq},
              {"last_seq", last.owner_seq}});
    number += last.owner_seq - run->owner_seq + 1;
    std::int64_t& mark = sequenced[{run->environment_id.str(), run->owner_id}];
    mark = std::max(mark, last.owner_seq);
    run = end == changes.end() ? end : std::next(end);
  }
  if (runs.empty()) return {};
  DOORWARD_CHECK(connection_.post(kInsertFeed, {runs.text()}));
  ValueRows marks;
  for (const auto& [owner, mark] : sequenced) {
    marks.add({{"environment_id", owner.first}, {"owner_id", owner.second}, {"last_seq", mark}});
  }
  return connection_.post(kMarkSequenced, {marks.text()});
}

Result<void> SqlChanges::erase_snapshots(const EnvironmentId& environment, const std::string& object_id) {
  erasures_.push_back({environment, object_id, pending_.size()});
  return connection_.post(kEraseSnapshots, {environment, object_id});
}

Result<std::int64_t> SqlChanges::remove_before(Timestamp before, std::int64_t limit) {
  struct Expired {
    EnvironmentId environment_id;
    std::int64_t feed_seq = 0;
    std::string owner_id;
    std::int64_t owner_seq = 0;
  };
  DOORWARD_TRY(auto expired, find_all(connection_, kExpired, {before, limit}, [](const Row& row) {
                 return Expired{id_at<EnvironmentId>(row, 0), row.integer(1), text_at(row, 2), row.integer(3)};
               }));
  // A record being appended may refer to a snapshot that it found in place. It holds its owner's counter row when it
  // looks, so holding the same row here keeps the snapshot from going between its look and its commit.
  std::set<Owner> owners;
  for (const Expired& change : expired) owners.emplace(change.environment_id.str(), change.owner_id);
  for (const Owner& owner : owners) {
    DOORWARD_TRY([[maybe_unused]] auto rows, connection_.execute(kLockCounter, {owner.first, owner.second}));
  }
  std::set<std::tuple<std::string, std::string, std::string>> snapshots;  // environment, object, digest
  for (const Expired& change : expired) {
    DOORWARD_TRY(
        [[maybe_unused]] auto rows,
        connection_.execute(kRemove, {change.environment_id, change.owner_id, change.owner_seq}, [&](const Row& row) {
          for (const int column : {1, 2}) {
            if (row.is_null(column)) continue;
            snapshots.emplace(change.environment_id.str(), text_at(row, 0), text_at(row, column));
          }
        }));
    DOORWARD_CHECK(connection_.post(kRemoveFeed, {change.environment_id, change.feed_seq}));
  }
  for (const auto& [environment, object_id, digest] : snapshots) {
    DOORWARD_CHECK(connection_.post(kRemoveSnapshot, {environment, object_id, Value::bytes(std::string_view(digest))}));
  }
  return static_cast<std::int64_t>(expired.size());
}

}  // namespace doorward::store
