// The page of a search that is asked for, picked from all matches as they are found, newest first.
#pragma once

#include <cstdint>
#include <deque>

#include "domain/page.h"

namespace doorward {

// Keeps no more matches than two pages hold, however many there are.
class SearchPage {
 public:
  explicit SearchPage(const PageRequest& page) : page_(page) {}

  // Matches come in the list's own order.
  void add(Keyset match);

  std::int64_t total() const { return total_; }
  Page<Keyset> take();

 private:
  const PageRequest page_;
  std::int64_t total_ = 0;
  bool newer_ = false;  // a match is newer than those kept
  bool older_ = false;  // a match is older than those kept
  std::deque<Keyset> kept_;
};

}  // namespace doorward
