#include "app/provisioning/search.h"

#include <utility>

#include "app/paging/sealed_token.h"
#include "app/provisioning/search_cursor.h"
#include "app/provisioning/search_run.h"

namespace doorward {
namespace {

// What a cursor is bound to: whoever asks for something else with it is refused.
std::string cursor_scope(const Caller& by, const ProvisioningSearch& search) {
  return page_scope({by.environment_id.str(), by.directory_id.str(), search.scope});
}

}  // namespace

task<Result<FoundPage>> ResourceSearch::run(Push& push, std::vector<const SearchSource*> sources,
                                            const ProvisioningSearch& search) {
  const StoreOptions options{.deadline = push.by.deadline, .serial_key = {}};
  const std::string scope = cursor_scope(push.by, search);
  SearchGoal goal{.filter = search.filter,
                  .sort_by = search.sort_by,
                  .descending = search.descending,
                  .skip = search.cursor ? 0 : search.start_index - 1,
                  .count = search.count,
                  .by_cursor = search.cursor.has_value(),
                  .cursor = {}};
  if (search.cursor && !search.cursor->empty()) {
    DOORWARD_CO_TRY(goal.cursor, open_cursor(mac_, scope, *search.cursor, clock_.now()));
    if (search.count_given && search.count != goal.cursor->count) {
      co_return failure(Reason::kScimInvalidCount, "\"count\" must stay as it was for the first page.");
    }
    goal.count = goal.cursor->count;
  }
  DOORWARD_CO_TRY(SearchRun run, SearchRun::begin(push, sources, goal));

  // Most searches are over in one short transaction.
  auto begun = co_await store_.read("scim.search", options, [&](const ReadTx& tx) -> Result<SearchRun> {
    SearchRun attempt = run;
    while (!attempt.done() && attempt.is_light()) {
      DOORWARD_TRY(SearchRun::Step step, attempt.read(tx));
      DOORWARD_CHECK(attempt.take(std::move(step)));
    }
    if (!attempt.done()) return attempt;
    attempt.settle();
    DOORWARD_CHECK(attempt.relate(tx));
    return attempt;
  });
  if (!begun) co_return tl::unexpected(std::move(begun).error());
  run = *std::move(begun);

  // The others go on in short transactions, and match on a worker: a long search holds up nobody, and sees what commits
  // meanwhile.
  if (!run.done()) {
    do {
      auto step = co_await store_.read("scim.search.scan", options, [&](const ReadTx& tx) { return run.read(tx); });
      if (!step) co_return tl::unexpected(std::move(step).error());
      auto taken = co_await offload_.run([&] { return run.take(*std::move(step)); });
      if (!taken) co_return tl::unexpected(std::move(taken).error());
      if (!*taken) co_return tl::unexpected(std::move(*taken).error());
    } while (!run.done());
    run.settle();
    auto related = co_await store_.read("scim.search.relate", options, [&](const ReadTx& tx) -> Result<bool> {
      DOORWARD_CHECK(run.relate(tx));
      return true;
    });
    if (!related) co_return tl::unexpected(std::move(related).error());
  }

  FoundPage page{.total = run.total(), .items = {}, .next_cursor = {}};
  if (const auto next = run.next()) {
    page.next_cursor =
        make_cursor(mac_, scope, {.after = *next, .count = goal.count, .total = page.total, .issued = clock_.now()});
  }
  for (SearchHit& hit : run.take_page()) page.items.push_back(std::move(hit.resource));
  co_return page;
}

}  // namespace doorward
