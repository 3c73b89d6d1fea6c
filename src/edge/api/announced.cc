#include "edge/api/announced.h"

#include <array>

namespace doorward::api {

std::span<const rpc::AnnouncedBinding> announced_bindings() {
  static constexpr auto kBindings = std::to_array<rpc::AnnouncedBinding>({
#include "announced.inc"
  });
  return kBindings;
}

}  // namespace doorward::api
