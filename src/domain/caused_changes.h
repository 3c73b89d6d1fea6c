// What one request changed, as its change records say: told by whoever appends them, read by whoever tells about the
// request afterwards. Belongs to one request, or one operation of a bulk request, whose transactions run one after
// another; bounded.
#pragma once

#include <algorithm>
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
      named_.resize(start_.named);
      total_ = start_.total;
    } else {
      txn_ = txn;
      start_ = {named_.size(), total_};
    }
  }
  void add(const ChangeRecord& record) {
    ++total_;
    if (named_.size() < kMostNamed) named_.push_back({record.id, record.object, record.object_id, record.op});
  }

  // Takes over what a part of the request changed.
  void add(const CausedChanges& part) {
    total_ += part.total_;
    const std::size_t room = std::min(kMostNamed - named_.size(), part.named_.size());
    named_.insert(named_.end(), part.named_.begin(), part.named_.begin() + static_cast<std::ptrdiff_t>(room));
    if (part.total_ > 0) txn_ = part.txn_;
  }

  const std::vector<Change>& named() const { return named_; }
  std::int64_t total() const { return total_; }
  const TransactionId& txn() const { return txn_; }  // the latest; empty when none began

 private:
  struct Mark {
    std::size_t named = 0;
    std::int64_t total = 0;
  };
  TransactionId txn_;
  Mark start_;
  std::vector<Change> named_;
  std::int64_t total_ = 0;
};

}  // namespace doorward
