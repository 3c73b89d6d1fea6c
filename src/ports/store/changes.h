// The history and the feed.
//
// append() gives a record its place in its owner's history when the transaction commits: numbers are gap-free because
// the owner's counter row is taken last. The place in the environment-wide feed is given afterwards by one sequencer
// at a time, from committed histories only, so a record that commits late never lands behind a reader's position.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/change.h"

namespace doorward {

// What the sequencer needs to know of a committed record; cheap to read, no snapshots.
struct UnsequencedChange {
  EnvironmentId environment_id;
  std::string owner_id;
  std::int64_t owner_seq = 0;
  EventId id;
  OrganizationId organization_id;
  std::string event_type;
  Timestamp occurred_at;
};

// Where a record stands in its owner's history.
struct ChangePlace {
  EnvironmentId environment_id;
  std::string owner_id;
  std::int64_t owner_seq = 0;

  friend auto operator<=>(const ChangePlace&, const ChangePlace&) = default;
};

class ChangeRepository {
 public:
  virtual ~ChangeRepository() = default;

  // Keeps the record for the end of the transaction. `before` and `after` are stored once each, by content.
  virtual Result<void> append(ChangeRecord record) = 0;

  virtual Result<std::optional<ChangeRecord>> find(const EnvironmentId& environment, const std::string& owner_id,
                                                   std::int64_t owner_seq) const = 0;
  // Those that are there.
  virtual Result<std::map<ChangePlace, ChangeRecord>> find_each(const std::set<ChangePlace>& places) const = 0;
  // An owner's history after a number, oldest first.
  virtual Result<std::vector<ChangeRecord>> history(const EnvironmentId& environment, const std::string& owner_id,
                                                    std::int64_t after_seq, std::int64_t limit) const = 0;
  // The feed after a number, oldest first.
  virtual Result<std::vector<FeedEntry>> feed(const EnvironmentId& environment, std::int64_t after_feed_seq,
                                              std::int64_t limit) const = 0;

  // For the sequencer. True when this transaction is the only sequencer (PostgreSQL: advisory lock to its end).
  virtual Result<bool> become_sequencer() = 0;
  // Committed records without a feed number, in the order of each owner's history.
  virtual Result<std::vector<UnsequencedChange>> unsequenced(std::int64_t limit) = 0;
  // Gives these records the next feed numbers, in the order given.
  virtual Result<void> sequence(const std::vector<UnsequencedChange>& changes) = 0;

  // Erases every snapshot of a subject: the records stay, their before and after become absent.
  virtual Result<void> erase_snapshots(const EnvironmentId& environment, const std::string& object_id) = 0;
  // Retention: removes up to `limit` records that occurred before `before` and the snapshots nothing refers to any
  // more; the number removed. Never removes a record whose delivery is pending.
  virtual Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) = 0;
};

}  // namespace doorward
