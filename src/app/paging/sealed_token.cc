#include "app/paging/sealed_token.h"

#include "base/encoding.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

constexpr std::size_t kMacBytes = 16;

std::string mac_of(const Mac& mac, std::string_view purpose, std::string_view scope, std::string_view payload) {
  return mac.mac(purpose, page_scope({scope, payload})).substr(0, kMacBytes);
}

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

std::string seal_token(const Mac& mac, std::string_view purpose, std::string_view scope, std::string_view payload) {
  return base64url_encode(std::string(payload) + mac_of(mac, purpose, scope, payload));
}

std::optional<std::string> open_token(const Mac& mac, std::string_view purpose, std::string_view scope,
                                      std::string_view token) {
  auto bytes = base64url_decode(token);
  if (!bytes || bytes->size() < kMacBytes) return std::nullopt;
  const std::string_view payload = std::string_view(*bytes).substr(0, bytes->size() - kMacBytes);
  const std::string_view claimed = std::string_view(*bytes).substr(payload.size());
  if (!crypto::constant_time_equal(claimed, mac_of(mac, purpose, scope, payload))) return std::nullopt;
  return std::string(payload);
}

}  // namespace doorward
