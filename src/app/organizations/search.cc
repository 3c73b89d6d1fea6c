// Searching organizations: an index is read from its newest end, a short run at a time.
#include <algorithm>
#include <utility>

#include "app/organizations/organizations.h"
#include "app/organizations/search_page.h"

namespace doorward {
namespace {

// Organizations that one transaction looks at: a read may run on an I/O thread, so it is short.
constexpr std::int64_t kRun = 2'000;

Keyset same(const Keyset& position) { return position; }

}  // namespace

task<Result<OrganizationList>> Organizations::search(const Caller& by, SearchOrganizations query) {
  const std::string scope = page_scope({"organizations.search", by.environment_id.str(), by.id, query.text});
  DOORWARD_CO_TRY(const PageRequest request, page_tokens_.parse(scope, query.page_size, query.page_token));

  SearchPage matches(request);
  std::optional<Keyset> position;
  for (std::int64_t left = kMaxSearchedOrganizations; left > 0; left -= kRun) {
    DOORWARD_CO_TRY(auto run,
                    co_await store_.read("organization.search", {.deadline = by.deadline}, [&](const ReadTx& tx) {
                      return tx.organizations().search(by.environment_id, query.text, position, std::min(left, kRun));
                    }));
    for (Keyset& match : run.matches) matches.add(std::move(match));
    if (!run.end) break;
    position = std::move(run.end);
  }

  OrganizationList list;
  list.total_size = matches.total();
  const Page<Keyset> page = matches.take();
  list.next_page_token = page_tokens_.next(scope, page, same);
  list.prev_page_token = page_tokens_.previous(scope, page, same);
  if (page.items.empty()) co_return list;
  DOORWARD_CO_TRY(list.organizations,
                  co_await store_.read("organization.search_page", {.deadline = by.deadline},
                                       [&](const ReadTx& tx) -> Result<std::vector<Organization>> {
                                         std::vector<Organization> organizations;
                                         for (const Keyset& item : page.items) {
                                           DOORWARD_TRY(auto row, tx.organizations().find(by.environment_id,
                                                                                          OrganizationId(item.id)));
                                           if (row) organizations.push_back(*std::move(row));
                                         }
                                         return organizations;
                                       }));
  co_return list;
}

}  // namespace doorward
