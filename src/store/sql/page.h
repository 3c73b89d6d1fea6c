// Keyset pages from two queries of one list: rows after a position in the list's order, and rows before it in the
// reverse order. Both take the position and a limit from the caller.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "base/result.h"
#include "domain/page.h"

namespace doorward::store {

enum class ListOrder : std::uint8_t { kOldestFirst, kNewestFirst };

struct PositionById {
  template <class T>
  Keyset operator()(const T& item) const {
    return {item.create_time, item.id.str()};
  }
};

// `after(keyset, limit)` and `before(keyset, limit)` return Result<std::vector<T>>; `position_of(item)` the Keyset of
// one of them.
template <class T, class After, class Before, class PositionOf = PositionById>
Result<Page<T>> read_page(ListOrder order, const PageRequest& request, After after, Before before,
                          PositionOf position_of = {}) {
  const Timestamp earliest{Duration{std::numeric_limits<std::int64_t>::min()}};
  const Timestamp latest{Duration{std::numeric_limits<std::int64_t>::max()}};
  const bool from_early = (order == ListOrder::kOldestFirst) != request.backward;
  const Keyset position = request.after.value_or(Keyset{from_early ? earliest : latest, ""});
  const std::int64_t limit = request.limit;

  Page<T> page;
  if (request.backward) {
    DOORWARD_TRY(page.items, before(position, limit + 1));
  } else {
    DOORWARD_TRY(page.items, after(position, limit + 1));
  }
  const bool more = page.items.size() > request.limit;
  if (more) page.items.pop_back();
  if (request.backward) std::reverse(page.items.begin(), page.items.end());

  bool behind = false;
  if (request.after) {
    // Rows on the near side of the page, the row at the position itself included when the page is empty: no id has a
    // blank, so one more or one less than the position is a position without a row.
    Keyset edge = *request.after;
    const bool ascending_away = from_early;
    if (!page.items.empty()) {
      const T& near = request.backward ? page.items.back() : page.items.front();
      edge = position_of(near);
    } else if (ascending_away) {
      edge.id += ' ';
    } else if (!edge.id.empty()) {
      edge.id.back() = static_cast<char>(edge.id.back() - 1);
      edge.id += '~';
    }
    if (request.backward) {
      DOORWARD_TRY(auto rows, after(edge, 1));
      behind = !rows.empty();
    } else {
      DOORWARD_TRY(auto rows, before(edge, 1));
      behind = !rows.empty();
    }
  }
  page.has_next = request.backward ? behind : more;
  page.has_previous = request.backward ? more : behind;
  return page;
}

}  // namespace doorward::store
