#include "app/provisioning/search_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "app/provisioning/member_list.h"
#include "protocol/scim/limits.h"

namespace doorward {
namespace {

scim::SortValue key_of(const ResourcePosition& position, ResourceOrder order) {
  switch (order) {
    case ResourceOrder::kCreated:
    case ResourceOrder::kModified:
      return to_micros(position.time);
    case ResourceOrder::kName:
      return position.name;
    case ResourceOrder::kId:
      break;
  }
  return std::monostate();
}

ResourcePosition position_at(const SearchPosition& position) {
  ResourcePosition at{.time = {}, .name = {}, .id = position.id};
  if (const auto* micros = std::get_if<std::int64_t>(&position.key)) at.time = from_micros(*micros);
  if (const auto* name = std::get_if<std::string>(&position.key)) at.name = *name;
  return at;
}

// The order of an index that sorting by this attribute asks for.
std::optional<ResourceOrder> stored_order(const SearchSource& source, const scim::SortBy& sort) {
  if (sort.path() == "meta.created") return ResourceOrder::kCreated;
  if (sort.path() == "meta.lastModified") return ResourceOrder::kModified;
  if (sort.path() == "id") return ResourceOrder::kId;
  if (!source.name_attribute().empty() && sort.path() == source.name_attribute()) return ResourceOrder::kName;
  return std::nullopt;
}

Error too_many() {
  return make_error(Reason::kScimTooMany,
                    fmt::format("More than {} resources match, which is too many to sort by this attribute. Narrow the "
                                "filter, or sort by id, name, meta.created or meta.lastModified.",
                                scim::limits::kSortedMatches));
}

}  // namespace

Result<SearchRun> SearchRun::begin(Push& push, const std::vector<const SearchSource*>& sources,
                                   const SearchGoal& goal) {
  SearchRun run;
  run.skip_ = goal.skip;
  run.count_ = goal.count;
  run.by_cursor_ = goal.by_cursor;
  DOORWARD_CHECK(run.bind(push, sources, goal));
  run.choose_order(goal);
  if (goal.cursor) {
    run.counted_ = true;
    run.total_ = goal.cursor->total;
    run.start_at(goal.cursor->after);
  } else {
    run.enter(0);
  }
  return run;
}

Result<void> SearchRun::bind(Push& push, const std::vector<const SearchSource*>& sources, const SearchGoal& goal) {
  // Of several types, what one does not have has no value there (RFC 7644 section 3.4.2.1).
  scim::Dialect of_several = push.dialect;
  of_several.behaviour.unknown_attributes = scim::Behaviour::Unknown::kIgnore;
  scim::Dialect& dialect = sources.size() > 1 ? of_several : push.dialect;
  for (const SearchSource* source : sources) {
    Part part{.source = source, .filter = {}, .plan = SearchPlan::everything(), .sort = {}, .walked = {}};
    if (goal.filter) {
      DOORWARD_TRY(part.filter, scim::BoundFilter::bind(*goal.filter, source->type(), dialect));
      part.plan = plan_search(part.filter->condition(), source->indexes(), source->type().name);
    }
    if (!goal.sort_by.empty()) {
      DOORWARD_TRY(part.sort, scim::SortBy::bind(goal.sort_by, source->type(), dialect));
      const std::string_view relation = source->relation();
      if (!relation.empty() && part.sort.path().substr(0, part.sort.path().find('.')) == relation) {
        return failure(Reason::kScimInvalidValue, fmt::format("Lists cannot be sorted by \"{}\".", goal.sort_by));
      }
    }
    parts_.push_back(std::move(part));
  }
  return {};
}

// An index keeps the order where one type is walked through; otherwise matches are sorted here.
void SearchRun::choose_order(const SearchGoal& goal) {
  if (goal.sort_by.empty()) return;
  descending_ = goal.descending;
  sorted_ = true;
  if (parts_.size() != 1) return;
  Part& only = parts_.front();
  const auto order = stored_order(*only.source, only.sort);
  const bool is_walk = only.plan.kind == SearchPlan::Kind::kAll ||
                       (only.plan.kind == SearchPlan::Kind::kRange && only.plan.walk.order == order);
  if (!order || !is_walk) return;
  only.plan.walk.order = *order;
  only.plan.walk.descending = descending_;
  sorted_ = false;
}

void SearchRun::start_at(const SearchPosition& position) {
  after_ = position;
  if (sorted_) return enter(0);
  if (position.part >= parts_.size()) return enter(parts_.size());
  Part& first = parts_[position.part];
  first.key_after = position.id;
  first.walked = position_at(position);
  enter(position.part);
}

std::size_t SearchRun::wanted() const {
  // One more tells whether there is a page after this one.
  return count_ == 0 ? 0 : static_cast<std::size_t>(count_) + (by_cursor_ ? 1 : 0);
}

// With the total known, the keys of one page are enough.
std::size_t SearchRun::keys_wanted() const { return counted_ && unseen() ? wanted() : kKeysHeld + 1; }

void SearchRun::enter(std::size_t index) {
  at_ = index;
  while (at_ < parts_.size() && part().plan.kind == SearchPlan::Kind::kNothing) ++at_;
  if (at_ == parts_.size()) {
    if (sorted_) pick();
    phase_ = entries_.empty() ? Phase::kDone : Phase::kPick;
  } else if (counted_ && !sorted_ && page_.size() >= wanted()) {
    phase_ = Phase::kDone;
  } else if (by_keys()) {
    phase_ = Phase::kKeys;
  } else {
    phase_ = part().plan.exact && !counted_ ? Phase::kCount : Phase::kRows;
  }
}

Result<SearchRun::Step> SearchRun::read(const ReadTx& tx) const {
  Step step;
  switch (phase_) {
    case Phase::kKeys: {
      const IndexKey& key = part().plan.keys[part().key];
      DOORWARD_TRY(auto ids, part().source->look_up(tx, key, part().key_after, kKeyPage));
      step.unindexed = !ids;
      if (ids) step.ids = *std::move(ids);
      step.end = step.ids.size() < static_cast<std::size_t>(kKeyPage);
      break;
    }
    case Phase::kCount: {
      DOORWARD_TRY(step.count, part().source->count(tx, part().plan.walk));
      break;
    }
    case Phase::kRows: {
      const auto limit = unseen() ? static_cast<std::int64_t>(wanted() - page_.size()) : kScanPage;
      if (by_keys()) {
        const auto first = part().next_id + static_cast<std::size_t>(unseen() ? skip_ : 0);
        const auto last = std::min(first + static_cast<std::size_t>(limit), part().ids.size());
        const auto begin = part().ids.begin();
        step.ids.assign(begin + static_cast<std::ptrdiff_t>(std::min(first, last)),
                        begin + static_cast<std::ptrdiff_t>(last));
        DOORWARD_TRY(step.rows, part().source->find_each(tx, step.ids));
        step.end = last == part().ids.size();
      } else {
        std::optional<ResourcePosition> after = part().walked;
        if (unseen() && skip_ > 0) {
          DOORWARD_TRY(after, part().source->position(tx, part().plan.walk, skip_ - 1));
          step.end = !after;
          if (!after) break;
        }
        DOORWARD_TRY(step.rows, part().source->walk(tx, part().plan.walk, after, limit));
        step.end = step.rows.size() < static_cast<std::size_t>(limit);
      }
      if (!part().plan.exact && part().filter) {
        const std::size_t found = step.rows.size();
        DOORWARD_CHECK(part().source->load(tx, *part().filter, step.rows));
        if (step.rows.size() < found) step.end = false;
      }
      break;
    }
    case Phase::kPick: {
      std::map<std::uint8_t, std::vector<std::string>> ids;
      for (const Entry& entry : entries_) ids[entry.part].push_back(entry.id);
      for (const auto& [index, of_part] : ids) {
        DOORWARD_TRY(auto rows, parts_[index].source->find_each(tx, of_part));
        std::ranges::move(rows, std::back_inserter(step.rows));
      }
      break;
    }
    case Phase::kDone:
      break;
  }
  return step;
}

Result<void> SearchRun::take(Step step) {
  switch (phase_) {
    case Phase::kKeys:
      return take_keys(std::move(step));
    case Phase::kCount:
      return count_part(step.count);
    case Phase::kRows:
      return take_rows(std::move(step));
    case Phase::kPick:
      take_picked(std::move(step.rows));
      break;
    case Phase::kDone:
      break;
  }
  return {};
}

Result<void> SearchRun::take_keys(Step step) {
  Part& now = part();
  work_ += static_cast<std::int64_t>(step.ids.size()) / 10;
  now.key_ids += step.ids.size();
  if (!step.ids.empty()) now.key_after = step.ids.back();
  std::ranges::move(step.ids, std::back_inserter(now.ids));
  if (step.unindexed || now.ids.size() > kKeysHeld) {
    // As though there were no index, in the order that keys have.
    now.plan = {.walk = {.order = ResourceOrder::kId}};
    now.ids.clear();
    phase_ = Phase::kRows;
    return {};
  }
  if (!step.end && now.key_ids < keys_wanted()) return {};
  if (++now.key < now.plan.keys.size()) {
    now.key_ids = 0;
    now.key_after = after_ && !sorted_ && after_->part == at_ ? after_->id : std::string();
    return {};
  }
  std::ranges::sort(now.ids);
  const auto repeated = std::ranges::unique(now.ids);
  now.ids.erase(repeated.begin(), repeated.end());
  if (now.plan.exact && !counted_) return count_part(static_cast<std::int64_t>(now.ids.size()));
  phase_ = Phase::kRows;
  return {};
}

// The part's matches are counted without looking at them.
Result<void> SearchRun::count_part(std::int64_t matches) {
  total_ += matches;
  if (sorted_ && total_ > static_cast<std::int64_t>(scim::limits::kSortedMatches)) return failure(too_many());
  if (wanted() == 0 || (!sorted_ && (page_.size() >= wanted() || skip_ >= matches))) {
    skip_ = std::max<std::int64_t>(skip_ - matches, 0);
    leave_part();
  } else {
    phase_ = Phase::kRows;
  }
  return {};
}

Result<void> SearchRun::take_rows(Step step) {
  Part& now = part();
  if (unseen()) {
    for (FoundResource& row : step.rows) {
      page_.push_back({.part = static_cast<std::uint8_t>(at_), .resource = std::move(row), .key = {}});
    }
    // Of those that were asked for some may be gone meanwhile.
    const std::size_t gone = by_keys() ? step.ids.size() - step.rows.size() : 0;
    more_ = more_ || (by_cursor_ && page_.size() + gone > static_cast<std::size_t>(count_));
    skip_ = 0;
    leave_part();
    return {};
  }
  work_ += static_cast<std::int64_t>(step.rows.size());
  if (by_keys()) {
    now.next_id += step.ids.size();
    // Some may have been dropped, or gone meanwhile: what comes after the last one seen is still to be looked at.
    if (!step.end && !step.rows.empty()) {
      const auto last = std::ranges::upper_bound(now.ids, id_of(step.rows.back()));
      now.next_id = static_cast<std::size_t>(last - now.ids.begin());
    }
  } else if (!step.rows.empty()) {
    now.walked = now.source->position_of(step.rows.back(), now.plan.walk.order);
  }
  for (FoundResource& row : step.rows) {
    const boost::json::object view = now.source->view(row);
    if (!now.plan.exact && now.filter && !now.filter->matches(view)) continue;
    DOORWARD_CHECK(take_match(std::move(row), view));
  }
  const bool full = counted_ && !sorted_ && page_.size() >= wanted();
  if (step.end || full) leave_part();
  return {};
}

Result<void> SearchRun::take_match(FoundResource row, const boost::json::object& view) {
  const auto index = static_cast<std::uint8_t>(at_);
  if (!counted_ && !part().plan.exact) total_ += 1;
  if (!sorted_) {
    if (skip_ > 0) {
      skip_ -= 1;
    } else if (page_.size() < wanted()) {
      page_.push_back({.part = index, .resource = std::move(row), .key = {}});
    }
    return {};
  }
  Entry entry{.key = part().sort.value_of(view), .part = index, .id = id_of(row)};
  if (after_ && !before({after_->key, after_->part, after_->id}, entry)) return {};
  entries_.push_back(std::move(entry));
  if (entries_.size() > scim::limits::kSortedMatches) return failure(too_many());
  return {};
}

bool SearchRun::before(const Entry& a, const Entry& b) const {
  const Entry& first = descending_ ? b : a;
  const Entry& second = descending_ ? a : b;
  if (scim::sorts_before(first.key, second.key)) return true;
  if (scim::sorts_before(second.key, first.key)) return false;
  return std::tie(first.part, first.id) < std::tie(second.part, second.id);
}

void SearchRun::pick() {
  const auto first = static_cast<std::size_t>(std::min(skip_, static_cast<std::int64_t>(entries_.size())));
  auto last = std::min(first + wanted(), entries_.size());
  std::ranges::partial_sort(entries_, entries_.begin() + static_cast<std::ptrdiff_t>(last),
                            [&](const Entry& a, const Entry& b) { return before(a, b); });
  // Told here: the one more may be gone when the page is read.
  if (by_cursor_ && last - first > static_cast<std::size_t>(count_)) {
    more_ = true;
    --last;
  }
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(last), entries_.end());
  entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(first));
}

void SearchRun::take_picked(std::vector<FoundResource> rows) {
  std::map<std::string, FoundResource> by_id;
  for (FoundResource& row : rows) {
    std::string id = id_of(row);
    by_id.emplace(std::move(id), std::move(row));
  }
  for (Entry& entry : entries_) {
    const auto found = by_id.find(entry.id);
    if (found == by_id.end()) continue;  // gone meanwhile
    page_.push_back({.part = entry.part, .resource = std::move(found->second), .key = std::move(entry.key)});
  }
  phase_ = Phase::kDone;
}

void SearchRun::settle() {
  if (by_cursor_ && page_.size() > static_cast<std::size_t>(count_)) {
    page_.resize(static_cast<std::size_t>(count_));
    more_ = true;
  }
  const std::size_t found = page_.size();
  keep_within_members(page_, kMembersPerPage,
                      [&](const SearchHit& hit) { return parts_[hit.part].source->related_rows(hit.resource); });
  more_ = more_ || page_.size() < found;
}

Result<void> SearchRun::relate(const ReadTx& tx) {
  for (std::size_t index = 0; index < parts_.size(); ++index) {
    std::vector<FoundResource*> rows;
    for (SearchHit& hit : page_) {
      if (hit.part == index) rows.push_back(&hit.resource);
    }
    DOORWARD_TRY(const std::size_t related, parts_[index].source->relate(tx, rows));
    if (related == rows.size()) continue;
    const auto first_left = std::ranges::find(page_, rows[related], [](SearchHit& hit) { return &hit.resource; });
    page_.erase(first_left, page_.end());
    more_ = true;
  }
  return {};
}

std::optional<SearchPosition> SearchRun::next() const {
  if (!by_cursor_ || !more_ || page_.empty()) return std::nullopt;
  const SearchHit& last = page_.back();
  const Part& part = parts_[last.part];
  SearchPosition position{.part = last.part, .key = last.key, .id = id_of(last.resource)};
  if (!sorted_ && part.plan.kind != SearchPlan::Kind::kKeys) {
    const ResourceOrder order = part.plan.walk.order;
    position.key = key_of(part.source->position_of(last.resource, order), order);
  }
  return position;
}

}  // namespace doorward
