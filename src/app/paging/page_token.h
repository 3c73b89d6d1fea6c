// Page tokens: a keyset position, authenticated and bound to who asked for which list, so that a token of another
// caller, list or filter is refused like a forged one. The error does not tell which check failed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "app/paging/sealed_token.h"
#include "base/result.h"
#include "domain/page.h"
#include "ports/mac.h"

namespace doorward {

constexpr std::uint32_t kDefaultPageSize = 10;
constexpr std::uint32_t kMaxPageSize = 100;
constexpr std::size_t kMaxPageTokenBytes = 256;

class PageTokens {
 public:
  explicit PageTokens(const Mac& mac) : mac_(mac) {}

  // `scope` names the list, the caller and every filter; see page_scope(). `page_size` 0 means the default, larger
  // than the maximum means the maximum. An empty token is the first page. kInvalidPageToken otherwise.
  Result<PageRequest> parse(std::string_view scope, std::uint32_t page_size, std::string_view token) const;

  // "" when there is no such page.
  template <class T, class KeyOf>
  std::string next(std::string_view scope, const Page<T>& page, KeyOf key_of) const {
    return page.has_next && !page.items.empty() ? make(scope, key_of(page.items.back()), false) : std::string();
  }
  template <class T, class KeyOf>
  std::string previous(std::string_view scope, const Page<T>& page, KeyOf key_of) const {
    return page.has_previous && !page.items.empty() ? make(scope, key_of(page.items.front()), true) : std::string();
  }

 private:
  std::string make(std::string_view scope, const Keyset& position, bool backward) const;

  const Mac& mac_;
};

}  // namespace doorward
