// Compressed bytes as requests bring them: refused, or never more than the limit; and what is compressed here comes
// back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rpc/gzip.h"

using namespace doorward;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLimit = 64 * 1024;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto expanded = rpc::gunzip(bytes, kLimit);
  if (expanded && expanded->size() > kLimit) std::abort();
  if (!expanded && expanded.error().reason != Reason::kPayloadTooLarge &&
      expanded.error().reason != Reason::kMalformedRequest) {
    std::abort();
  }
  std::string packed;
  rpc::gzip(bytes, packed);
  const auto again = rpc::gunzip(packed, kLimit);
  if (size <= kLimit ? !again || *again != bytes : again.has_value()) std::abort();
  return 0;
}
