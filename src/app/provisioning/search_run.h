// One search on its way: bounded steps that read, and steps that take in what was read. A step reads without changing
// anything, so that a transaction may run it again; taking in needs no transaction, so that it may happen elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/provisioning/push.h"
#include "app/provisioning/search_cursor.h"
#include "app/provisioning/search_plan.h"
#include "app/provisioning/search_source.h"
#include "base/result.h"
#include "ports/store.h"
#include "protocol/scim/filter_match.h"
#include "protocol/scim/sort.h"

namespace doorward {

// Resources that a step matches: a read may run on an I/O thread, so it is short.
constexpr std::int64_t kScanPage = 100;
// Keys of an index that a step reads.
constexpr std::int64_t kKeyPage = 1000;
// Keys that are kept at once. A filter under whose keys there are more is served by a scan.
constexpr std::size_t kKeysHeld = 200'000;

struct SearchGoal {
  const std::optional<scim::Filter>& filter;
  std::string_view sort_by;
  bool descending = false;
  std::int64_t skip = 0;  // matches before the page
  std::int64_t count = 0;
  bool by_cursor = false;
  std::optional<SearchCursor> cursor;  // where the page begins; none: at the start
};

struct SearchHit {
  std::uint8_t part = 0;  // index of its source
  FoundResource resource;
  scim::SortValue key;  // where the list is sorted
};

class SearchRun {
 public:
  // `sources` must outlive the run.
  static Result<SearchRun> begin(Push& push, const std::vector<const SearchSource*>& sources, const SearchGoal& goal);

  struct Step {
    std::vector<std::string> ids;
    std::vector<FoundResource> rows;
    std::int64_t count = 0;
    bool end = false;        // the index or walk has no more
    bool unindexed = false;  // the index cannot tell
  };
  Result<Step> read(const ReadTx& tx) const;
  // kScimTooMany.
  Result<void> take(Step step);

  bool done() const { return phase_ == Phase::kDone; }
  // Whether what the next step takes in costs no more than a read may.
  bool is_light() const { return work_ <= kScanPage; }

  // After the last step, once: the page as long as it will be.
  void settle();
  // Then: loads what the answer shows of relations. Doing it again changes nothing.
  Result<void> relate(const ReadTx& tx);

  std::int64_t total() const { return total_; }
  // Behind which resource the next page by cursor begins; nullopt after the last page.
  std::optional<SearchPosition> next() const;
  std::vector<SearchHit> take_page() { return std::move(page_); }

 private:
  enum class Phase : std::uint8_t { kKeys, kCount, kRows, kPick, kDone };

  struct Part {
    const SearchSource* source = nullptr;
    std::optional<scim::BoundFilter> filter;
    SearchPlan plan;
    scim::SortBy sort;
    // How far it is.
    std::size_t key = 0;           // of plan.keys: the one that is read
    std::string key_after;         // the last id read of it
    std::size_t key_ids = 0;       // how many were read of it
    std::vector<std::string> ids;  // kKeys: those found, in order and each once when all are there
    std::size_t next_id = 0;       // the first of `ids` that was not looked at
    std::optional<ResourcePosition> walked;
  };
  struct Entry {
    scim::SortValue key;
    std::uint8_t part = 0;
    std::string id;
  };

  Result<void> bind(Push& push, const std::vector<const SearchSource*>& sources, const SearchGoal& goal);
  void choose_order(const SearchGoal& goal);
  void start_at(const SearchPosition& position);

  Part& part() { return parts_[at_]; }
  const Part& part() const { return parts_[at_]; }
  bool by_keys() const { return part().plan.kind == SearchPlan::Kind::kKeys; }
  // Matches of this part are known without looking at one, and the page is read at once.
  bool unseen() const { return part().plan.exact && !sorted_; }
  std::size_t wanted() const;
  std::size_t keys_wanted() const;

  void enter(std::size_t part);
  void enter_rows();
  void leave_part() { enter(at_ + 1); }
  Result<void> count_part(std::int64_t matches);
  Result<void> take_keys(Step step);
  Result<void> take_rows(Step step);
  Result<void> take_match(FoundResource row, const boost::json::object& view);
  void take_picked(std::vector<FoundResource> rows);
  SearchPosition position_of(const SearchHit& hit) const;
  bool before(const Entry& a, const Entry& b) const;
  void pick();

  std::vector<Part> parts_;
  bool sorted_ = false;  // here, not by an index
  bool descending_ = false;
  std::int64_t skip_ = 0;
  std::int64_t count_ = 0;
  bool by_cursor_ = false;
  std::optional<SearchPosition> after_;
  bool counted_ = false;  // total_ is known before
  std::int64_t total_ = 0;

  Phase phase_ = Phase::kDone;
  std::size_t at_ = 0;
  std::int64_t work_ = 0;
  std::vector<Entry> entries_;  // to be sorted; once that is done, those of the page
  std::vector<SearchHit> page_;
  bool more_ = false;  // there is a page after this one
};

}  // namespace doorward
