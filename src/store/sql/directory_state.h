// What a write transaction knows of rows of `directories` beside the database: the directory that it holds locked, and
// changes of totals that it has still to write. Closures that share a transaction mostly work on one directory: it is
// locked and read once, and its row is rewritten once for all of them, at the end or before somebody looks at it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "ports/store/directories.h"
#include "store/sql/connection.h"

namespace doorward::store {

class DirectoryState {
 public:
  explicit DirectoryState(Connection& connection) : connection_(connection) {}

  // The directory that `remember_locked` was told, with what was added since; null when it is not held.
  const Directory* locked(const EnvironmentId& environment, const DirectoryId& id) const {
    return locked_ && locked_->id == id && locked_->environment_id == environment ? &*locked_ : nullptr;
  }
  void remember_locked(const Directory& directory) { locked_ = directory; }
  // Whoever changes rows of `directories` calls this.
  void forget_locked() { locked_.reset(); }

  // Keeps in mind that a member waits for somebody; the row is written once.
  Result<void> note_waiting_member(const EnvironmentId& environment, const DirectoryId& id);

  void add(const EnvironmentId& environment, const DirectoryId& id, const DirectoryRepository::StatsChange& change);
  // Writes what waits: before anything reads totals, and at the end of the transaction.
  Result<void> flush();

  // A closure that fails is cut off again at its mark; a savepoint's end gives back the locks taken behind it.
  struct Mark {
    std::size_t changes = 0;
    std::size_t written = 0;
  };
  Mark mark() const { return {changes_.size(), written_}; }
  void roll_back_to(Mark mark);
  // After the transaction ended.
  void reset() { roll_back_to({}); }

 private:
  struct Change {
    EnvironmentId environment_id;
    DirectoryId id;
    DirectoryRepository::StatsChange stats;
    std::optional<Timestamp> synced_at;
  };

  Connection& connection_;
  std::optional<Directory> locked_;
  std::vector<Change> changes_;
  std::size_t written_ = 0;  // of changes_: a roll back may ask for them again
};

}  // namespace doorward::store
