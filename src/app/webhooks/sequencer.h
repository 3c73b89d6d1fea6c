// Gives committed change records their place in the environment-wide feed and, in the same transaction, writes down
// which webhook endpoints are owed each. One sequencer works at a time over all nodes; any number may try.
#pragma once

#include <cstddef>

#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

class Sequencer {
 public:
  // Records a transaction takes at most, so that no identity provider waits long behind it.
  static constexpr std::int64_t kBatchRecords = 256;

  Sequencer(Store& store, Clock& clock) : store_(store), clock_(clock) {}

  // One transaction. The number of records placed: fewer than kBatchRecords means that nothing is left, or that
  // another sequencer is at work.
  task<Result<std::int64_t>> run_batch(StoreOptions options = {});

 private:
  Store& store_;
  Clock& clock_;
};

}  // namespace doorward
