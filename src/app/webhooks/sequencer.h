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
  // What a transaction writes at most, so that no identity provider waits long behind it: records, and deliveries as
  // far as one record allows.
  static constexpr std::int64_t kBatchRecords = 256;
  static constexpr std::int64_t kBatchDeliveries = 2048;

  Sequencer(Store& store, Clock& clock) : store_(store), clock_(clock) {}

  // One transaction. True when more may be left; false when nothing is, or another sequencer is at work.
  task<Result<bool>> run_batch(StoreOptions options = {});

 private:
  Store& store_;
  Clock& clock_;
};

}  // namespace doorward
