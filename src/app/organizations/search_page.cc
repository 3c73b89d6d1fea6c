#include "app/organizations/search_page.h"

#include <tuple>
#include <utility>

namespace doorward {
namespace {

bool is_newer(const Keyset& a, const Keyset& b) { return std::tie(a.created_at, a.id) > std::tie(b.created_at, b.id); }

}  // namespace

void SearchPage::add(Keyset match) {
  ++total_;
  if (page_.backward && page_.after) {
    // The page before a position: the last matches that are newer than it.
    if (!is_newer(match, *page_.after)) {
      older_ = true;
      return;
    }
    kept_.push_back(std::move(match));
    if (kept_.size() > page_.limit) {
      kept_.pop_front();
      newer_ = true;
    }
    return;
  }
  if (page_.after && !is_newer(*page_.after, match)) {
    newer_ = true;
  } else if (kept_.size() == page_.limit) {
    older_ = true;
  } else {
    kept_.push_back(std::move(match));
  }
}

Page<Keyset> SearchPage::take() {
  Page<Keyset> page{.has_next = older_, .has_previous = newer_};
  page.items.assign(std::make_move_iterator(kept_.begin()), std::make_move_iterator(kept_.end()));
  return page;
}

}  // namespace doorward
