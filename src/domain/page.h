// Keyset paging in the domain's terms: a position is the creation time and id of the last row seen, never an offset,
// so a page costs the same at any depth and rows inserted meanwhile cause neither repeats nor gaps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace doorward {

struct Keyset {
  Timestamp created_at;
  std::string id;

  friend bool operator==(const Keyset&, const Keyset&) = default;
};

struct PageRequest {
  std::uint32_t limit = 10;
  std::optional<Keyset> after;  // rows beyond this position in the list's own order
  bool backward = false;        // rows before `after` instead: what a prev_page_token asks for
};

template <class T>
struct Page {
  std::vector<T> items;  // always in the list's own order
  bool has_next = false;
  bool has_previous = false;
};

}  // namespace doorward
