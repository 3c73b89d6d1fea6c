// Whatever arrives as a token, a JSON object of a token or a key set: refused or read, never a crash, never more memory
// than the limits allow, and what is read survives being written again.
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/encoding.h"
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
  if (const auto keys = jose::from_key_set(text)) {
    const auto again = jose::from_key_set(jose::to_key_set(*keys));
    if (!again || again->size() != keys->size()) std::abort();
  }
  return 0;
}
