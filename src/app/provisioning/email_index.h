// The index of users by e-mail address: every value of `emails`, folded as filters compare it. Whoever changes a user's
// document keeps it in step, in the same transaction.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/provisioning/change_sink.h"
#include "app/provisioning/directory_scope.h"
#include "base/result.h"
#include "domain/job.h"
#include "ports/store.h"

namespace doorward {

// Sorted, each once. Values longer than scim::limits::kIndexedValueBytes are left out: the schema takes none.
std::vector<std::string> indexed_emails(const boost::json::object& document);

// An empty document stands for a user that is not there.
Result<void> keep_email_index(WriteTx& tx, const DirectoryScope& scope, const DirectoryUserId& user,
                              const boost::json::object& before, const boost::json::object& after);

// Adds the users of a directory that are older than the index. One batch; true when none is left.
inline constexpr std::string_view kIndexEmailsJob = "directory.index_emails";
Result<bool> index_emails_batch(ChangeSink& sink, Job& job);

}  // namespace doorward
