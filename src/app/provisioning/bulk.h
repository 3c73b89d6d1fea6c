// Runs the operations of a bulk request (RFC 7644 section 3.7): in which order, and with which ids in the place of
// references. What one operation does is not known here.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/task.h"
#include "protocol/scim/bulk.h"

namespace doorward {

// Operations of one request that may be under way together. They commit together where the store shares transactions.
inline constexpr std::size_t kBulkInFlight = 32;

// An operation of this size is prepared elsewhere before it writes, so that another could overtake it: it runs alone.
inline constexpr std::size_t kBulkAloneBytes = 16 * 1024;

class BulkRunner {
 public:
  virtual ~BulkRunner() = default;

  // Does one operation, as the request of its own that it stands for: atomically, authorised and recorded by itself.
  // References are resolved already. The operation stays alive until the task ends. An answer, whatever happens.
  virtual task<scim::BulkAnswer> run(const scim::BulkOperation& operation) = 0;
};

// An answer for each operation in the order of the request; nullopt for those that failOnErrors left out.
using BulkAnswers = std::vector<std::optional<scim::BulkAnswer>>;

// Operations begin in the order of the request, but for those that refer to a resource which a later operation makes:
// they wait for it, and what follows on the same path waits with them. Writes of one directory happen in the order in
// which they begin (StoreOptions::serial_key), so several may be under way; never more than errors are left until
// failOnErrors, so that nothing happens behind the last of them.
//
// Where references form a circle, a POST is done without what it refers to, which is added when all is made. Where that
// fails, the resource is removed again and the answer is 409. A reference to nobody is 400.
task<BulkAnswers> run_bulk(scim::BulkRequest& request, BulkRunner& runner);

}  // namespace doorward
