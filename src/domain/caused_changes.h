// What one request changed, as its change records say: told by whoever appends them, read by whoever tells about the
// request afterwards. Belongs to one request, whose transactions run one after another; bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/change.h"

namespace doorward {

class CausedChanges {
 public:
  static constexpr std::size_t kMostNamed = 100;  // further ones are only counted

  struct Change {
    EventId id;
    ObjectKind object = ObjectKind::kDirectoryUser;
    std::string object_id;
    ChangeOp op = ChangeOp::kUpdate;
  };

  // A transaction begins. When it is the latest one, it runs again: what it told before did not happen.
  void begin(const TransactionId& txn) {
    if (txn_ == txn) {
      roll_back_to(start_);
    } else {
      txn_ = txn;
      start_ = mark();
    }
  }
  void add(const ChangeRecord& record) {
    ++total_;
    if (named_.size() < kMostNamed) named_.push_back({record.id, record.object, record.object_id, record.op});
  }

  // For whoever goes on after a transaction that failed: what was told since the mark did not happen.
  struct Mark {
    std::size_t named = 0;
    std::int64_t total = 0;
  };
  Mark mark() const { return {named_.size(), total_}; }
  void roll_back_to(Mark mark) {
    named_.resize(mark.named);
    total_ = mark.total;
  }

  const std::vector<Change>& named() const { return named_; }
  std::int64_t total() const { return total_; }
  const TransactionId& txn() const { return txn_; }  // the latest; empty when none began

 private:
  TransactionId txn_;
  Mark start_;
  std::vector<Change> named_;
  std::int64_t total_ = 0;
};

}  // namespace doorward
