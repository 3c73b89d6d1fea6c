#include "app/keys/envelope.h"

#include <fmt/format.h>

#include <utility>

#include "base/encoding.h"

namespace doorward::envelope {
namespace {

constexpr std::string_view kVersion = "v1";

struct Parts {
  std::string_view key_id;
  std::string_view nonce;
  std::string_view ciphertext;
};

std::optional<Parts> split(std::string_view sealed) {
  const auto take = [&sealed]() -> std::optional<std::string_view> {
    const std::size_t dot = sealed.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string_view part = sealed.substr(0, dot);
    sealed.remove_prefix(dot + 1);
    return part;
  };
  const auto version = take();
  const auto id = take();
  const auto nonce = take();
  if (!version || *version != kVersion || !id || !nonce) return std::nullopt;
  return Parts{*id, *nonce, sealed};
}

tl::unexpected<Error> unreadable(const SealedPlace& place, std::string_view why) {
  return tl::unexpected(make_error(Reason::kSecretUnreadable, "A stored secret cannot be read.",
                                   fmt::format("{}.{} of row {}: {}", place.table, place.column, place.row_id, why)));
}

}  // namespace

// Each part with its length before it, so that no two share one text.
std::string associated_data(const SealedPlace& place, std::string_view key_id) {
  std::string text(kVersion);
  for (const std::string_view part : {key_id, place.table, place.row_id, place.column}) {
    text += fmt::format(" {}:{}", part.size(), part);
  }
  return text;
}

std::optional<std::string_view> key_id(std::string_view sealed) {
  const auto parts = split(sealed);
  if (!parts) return std::nullopt;
  return parts->key_id;
}

std::string seal(const crypto::Aes256Gcm& cipher, std::string_view key_id, const SealedPlace& place,
                 const Secret<std::string>& value, Random& random) {
  const std::string nonce = random.bytes(crypto::kAeadNonceBytes);
  return fmt::format("{}.{}.{}.{}", kVersion, key_id, base64url_encode(nonce),
                     base64url_encode(cipher.seal(nonce, value.reveal(), associated_data(place, key_id))));
}

Result<Secret<std::string>> open(const crypto::Aes256Gcm& cipher, const SealedPlace& place, std::string_view sealed) {
  const auto parts = split(sealed);
  if (!parts) return unreadable(place, "not an envelope");
  const auto nonce = base64url_decode(parts->nonce);
  const auto ciphertext = base64url_decode(parts->ciphertext);
  if (!nonce || !ciphertext) return unreadable(place, "damaged envelope");
  auto value = cipher.open(*nonce, *ciphertext, associated_data(place, parts->key_id));
  if (!value) return unreadable(place, "authentication failed");
  return Secret<std::string>(*std::move(value));
}

}  // namespace doorward::envelope
