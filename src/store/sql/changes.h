#pragma once

#include <cstddef>
#include <vector>

#include "ports/store/changes.h"
#include "store/sql/connection.h"

namespace doorward::store {

// Records wait here until the end of the transaction, because the counter row of an owner is locked from the moment
// its numbers are given to the commit. Closures that share a transaction share the buffer: one that fails is cut off
// again at its mark.
class SqlChanges : public ChangeRepository {
 public:
  explicit SqlChanges(Connection& connection) : connection_(connection) {}

  Result<void> append(ChangeRecord record) override;
  Result<std::optional<ChangeRecord>> find(const EnvironmentId& environment, const std::string& owner_id,
                                           std::int64_t owner_seq) const override;
  Result<std::map<ChangePlace, ChangeRecord>> find_each(const std::set<ChangePlace>& places) const override;
  Result<std::vector<ChangeRecord>> history(const EnvironmentId& environment, const std::string& owner_id,
                                            std::int64_t after_seq, std::int64_t limit) const override;
  Result<std::vector<FeedEntry>> feed(const EnvironmentId& environment, std::int64_t after_feed_seq,
                                      std::int64_t limit) const override;
  Result<bool> become_sequencer() override;
  Result<std::vector<UnsequencedChange>> unsequenced(std::int64_t limit) override;
  Result<void> sequence(const std::vector<UnsequencedChange>& changes) override;
  Result<void> erase_snapshots(const EnvironmentId& environment, const std::string& object_id) override;
  Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) override;

  struct Mark {
    std::size_t records = 0;
    std::size_t erasures = 0;
  };
  Mark mark() const { return {pending_.size(), erasures_.size()}; }
  void roll_back_to(Mark mark);
  // Writes what waits. True when there was anything.
  Result<bool> flush();

 private:
  // An erasure takes the snapshots of records that were appended before it and still wait.
  struct Erasure {
    EnvironmentId environment_id;
    std::string object_id;
    std::size_t records_before = 0;
  };

  bool is_erased(std::size_t position, const ChangeRecord& record) const;
  Result<std::optional<std::string>> write_snapshot(const ChangeRecord& record,
                                                    const std::optional<boost::json::object>& body);
  Result<void> write_record(std::size_t position, std::int64_t place_from_last);

  Connection& connection_;
  std::vector<ChangeRecord> pending_;
  std::vector<Erasure> erasures_;
};

}  // namespace doorward::store
