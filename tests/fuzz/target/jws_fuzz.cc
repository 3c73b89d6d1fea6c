// Whatever arrives as a token, a JSON object of a token or a key set: refused or read, never a crash, never more memory
// than the limits allow, and what is read survives being written again.
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/encoding.h"
#include "protocol/jose/foreign_jws.h"
#include "protocol/jose/jwk.h"
#include "protocol/jose/jws.h"
#include "protocol/jose/strict_json.h"

using namespace doorward;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);

  if (const auto jws = jose::parse_compact(text)) {
    // Each accepted token has exactly one text.
    const std::string again = jose::append_signature(jws->signing_input, jws->signature);
    if (again != text) std::abort();
    if (jose::verify_compact(text, [](std::string_view) { return nullptr; }, "JWT")) std::abort();
  }
  if (const auto object = jose::parse_strict_object(text)) {
    if (!jose::parse_strict_object(boost::json::serialize(*object), {.bytes = 1024 * 1024})) std::abort();
  }
  // A set, a line end, and a token to judge by it.
  const std::size_t line = text.find('\n');
  if (const auto keys = jose::ForeignKeySet::read(text.substr(0, line))) {
    const auto again = jose::ForeignKeySet::read(jose::to_key_set(keys->keys()));
    if (!again || again->keys().size() != keys->keys().size()) std::abort();
    if (line != std::string_view::npos) {
      const std::string_view token = text.substr(line + 1);
      const bool any = jose::verify_foreign(token, *keys, {}).has_value();
      const bool pinned = jose::verify_foreign(token, *keys, {.pinned = jose::Algorithm::kEs256}).has_value();
      const bool none = jose::verify_foreign(token, jose::ForeignKeySet(), {}).has_value();
      if (none || (pinned && !any)) std::abort();
    }
  }
  return 0;
}
