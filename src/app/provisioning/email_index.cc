#include "app/provisioning/email_index.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <iterator>
#include <optional>

#include "app/provisioning/membership_news.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/limits.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr std::string_view kAfterId = "after_id";

}  // namespace

std::vector<std::string> indexed_emails(const json::object& document) {
  std::vector<std::string> emails;
  const json::value* list = document.if_contains("emails");
  if (list == nullptr || !list->is_array()) return emails;
  for (const json::value& element : list->get_array()) {
    const json::object* object = element.if_object();
    const json::value* value = object != nullptr ? object->if_contains("value") : nullptr;
    if (value == nullptr || !value->is_string() || value->get_string().empty() ||
        value->get_string().size() > scim::limits::kIndexedValueBytes) {
      continue;
    }
    emails.push_back(scim::fold_case({value->get_string().data(), value->get_string().size()}));
  }
  std::ranges::sort(emails);
  const auto repeated = std::ranges::unique(emails);
  emails.erase(repeated.begin(), repeated.end());
  return emails;
}

Result<void> keep_email_index(WriteTx& tx, const DirectoryScope& scope, const DirectoryUserId& user,
                              const json::object& before, const json::object& after) {
  const auto old_emails = indexed_emails(before);
  const auto new_emails = indexed_emails(after);
  std::vector<std::string> removed;
  std::vector<std::string> added;
  std::ranges::set_difference(old_emails, new_emails, std::back_inserter(removed));
  std::ranges::set_difference(new_emails, old_emails, std::back_inserter(added));
  return tx.directory_users().change_emails(scope.environment, scope.directory, user, removed, added);
}

Result<bool> index_emails_batch(ChangeSink& sink, Job& job) {
  const DirectoryScope& scope = sink.scope();
  DirectoryUserRepository& users = sink.tx().directory_users();
  std::optional<ResourcePosition> after;
  if (const json::value* id = job.state.if_contains(kAfterId)) {
    after = ResourcePosition{.time = {}, .name = {}, .id = std::string(id->as_string())};
  }
  const auto limit = static_cast<std::int64_t>(kNewsAtOnce);
  DOORWARD_TRY(const auto page,
               users.walk(scope.environment, scope.directory, {.order = ResourceOrder::kId}, after, limit));
  for (const DirectoryUser& user : page) {
    DOORWARD_CHECK(keep_email_index(sink.tx(), scope, user.id, {}, user.attributes));
  }
  if (page.size() == kNewsAtOnce) {
    job.state[kAfterId] = page.back().id.str();
    return false;
  }
  DOORWARD_CHECK(users.emails_complete(scope.environment, scope.directory));
  return true;
}

}  // namespace doorward
