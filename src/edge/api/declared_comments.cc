#include "edge/api/declared_comments.h"

#include <array>

namespace doorward::api {

std::span<const rpc::DeclaredComment> declared_comments() {
  static constexpr auto kComments = std::to_array<rpc::DeclaredComment>({
#include "comments.inc"
  });
  return kComments;
}

}  // namespace doorward::api
