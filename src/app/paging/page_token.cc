#include "app/paging/page_token.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

// version byte (1 forward, 2 backward), 8 bytes of microseconds, the id, 16 bytes of MAC
constexpr char kForward = 1;
constexpr char kBackward = 2;
constexpr std::size_t kHeadBytes = 9;
constexpr std::size_t kMacBytes = 16;

std::string bound(std::string_view scope, std::string_view payload) { return page_scope({scope, payload}); }

}  // namespace

std::string page_scope(std::initializer_list<std::string_view> parts) {
  std::string scope;
  for (const std::string_view part : parts) {
    scope += std::to_string(part.size());
    scope += ':';
    scope += part;
  }
  return scope;
}

std::string PageTokens::make(std::string_view scope, const Keyset& position, bool backward) const {
  std::string payload(1, backward ? kBackward : kForward);
  const auto micros = static_cast<std::uint64_t>(to_micros(position.created_at));
  for (int shift = 56; shift >= 0; shift -= 8) payload += static_cast<char>((micros >> shift) & 0xFFU);
  payload += position.id;
  return base64url_encode(payload + mac_.mac("page_token", bound(scope, payload)).substr(0, kMacBytes));
}

Result<PageRequest> PageTokens::parse(std::string_view scope, std::uint32_t page_size, std::string_view token) const {
  PageRequest request;
  request.limit = page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
  if (token.empty()) return request;

  const auto refuse = [] {
    return tl::unexpected<Error>(
        make_error(Reason::kInvalidPageToken, "page_token: not a token of this list. Start again without one."));
  };
  if (token.size() > kMaxPageTokenBytes) return refuse();
  const auto bytes = base64url_decode(token);
  if (!bytes || bytes->size() <= kHeadBytes + kMacBytes) return refuse();
  const std::string_view payload = std::string_view(*bytes).substr(0, bytes->size() - kMacBytes);
  const std::string_view mac = std::string_view(*bytes).substr(payload.size());
  if (!crypto::constant_time_equal(mac, mac_.mac("page_token", bound(scope, payload)).substr(0, kMacBytes)))
    return refuse();
  if (payload[0] != kForward && payload[0] != kBackward) return refuse();

  std::uint64_t micros = 0;
  for (std::size_t i = 1; i < kHeadBytes; ++i) micros = (micros << 8) | static_cast<unsigned char>(payload[i]);
  request.after = Keyset{from_micros(static_cast<std::int64_t>(micros)), std::string(payload.substr(kHeadBytes))};
  request.backward = payload[0] == kBackward;
  return request;
}

}  // namespace doorward
