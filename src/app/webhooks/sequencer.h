// Gives committed change records their place in the environment-wide feed and, in the same transaction, writes down
// which webhook endpoints are owed each. One sequencer works at a time over all nodes; any number may try.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

// What a transaction writes at most, so that no identity provider waits long behind it: records, and deliveries but for
// what the last record adds.
inline constexpr std::int64_t kSequenceBatchRecords = 256;
inline constexpr std::int64_t kSequenceBatchDeliveries = 2048;

enum class SequenceState : std::uint8_t {
  kUpToDate,  // every committed record has its place
  kMoreLeft,
  kBusy,  // another sequencer is at work
};

// Places a batch of records inside a transaction of the caller.
Result<SequenceState> sequence_batch(WriteTx& tx, Timestamp now);

class Sequencer {
 public:
  Sequencer(Store& store, Clock& clock) : store_(store), clock_(clock) {}

  // One batch in a transaction of its own.
  task<Result<SequenceState>> run_batch(StoreOptions options = {});

 private:
  Store& store_;
  Clock& clock_;
};

}  // namespace doorward
