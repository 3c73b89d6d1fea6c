#include "app/paging/page_token.h"

#include <algorithm>

namespace doorward {
namespace {

constexpr std::string_view kPurpose = "page_token";

// version byte (1 forward, 2 backward), 8 bytes of microseconds, the id
constexpr char kForward = 1;
constexpr char kBackward = 2;
constexpr std::size_t kHeadBytes = 9;

}  // namespace

std::string PageTokens::make(std::string_view scope, const Keyset& position, bool backward) const {
  std::string payload(1, backward ? kBackward : kForward);
  const auto micros = static_cast<std::uint64_t>(to_micros(position.created_at));
  for (int shift = 56; shift >= 0; shift -= 8) payload += static_cast<char>((micros >> shift) & 0xFFU);
  payload += position.id;
  return seal_token(mac_, kPurpose, scope, payload);
}

Result<PageRequest> PageTokens::parse(std::string_view scope, std::uint32_t page_size, std::string_view token) const {
  PageRequest request;
  request.limit = page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
  if (token.empty()) return request;

  const auto payload = token.size() > kMaxPageTokenBytes ? std::nullopt : open_token(mac_, kPurpose, scope, token);
  if (!payload || payload->size() <= kHeadBytes || ((*payload)[0] != kForward && (*payload)[0] != kBackward)) {
    return failure(Reason::kInvalidPageToken, "page_token: not a token of this list. Start again without one.");
  }
  std::uint64_t micros = 0;
  for (std::size_t i = 1; i < kHeadBytes; ++i) micros = (micros << 8) | static_cast<unsigned char>((*payload)[i]);
  request.after = Keyset{from_micros(static_cast<std::int64_t>(micros)), payload->substr(kHeadBytes)};
  request.backward = (*payload)[0] == kBackward;
  return request;
}

}  // namespace doorward
