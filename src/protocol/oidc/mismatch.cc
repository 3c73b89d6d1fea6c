#include "protocol/oidc/mismatch.h"

#include <cstddef>

namespace doorward::oidc {
namespace {

constexpr std::size_t kMostShownBytes = 256;
constexpr std::string_view kExpected = "expected ";
constexpr std::string_view kReceived = ", received ";

}  // namespace

std::string shortened(std::string_view text) {
  std::string shown(text.substr(0, kMostShownBytes));
  for (char& c : shown) {
    if (c < 0x20 || c > 0x7E) c = '?';
  }
  if (shown.size() < text.size()) shown += "...";
  return shown;
}

std::string mismatch(std::string_view expected, std::string_view received) {
  return std::string(kExpected) + shortened(expected) + std::string(kReceived) + shortened(received);
}

std::pair<std::string, std::string> expected_and_received(std::string_view detail) {
  const std::size_t at = detail.find(kReceived);
  if (!detail.starts_with(kExpected) || at == std::string_view::npos) return {{}, std::string(detail)};
  return {std::string(detail.substr(kExpected.size(), at - kExpected.size())),
          std::string(detail.substr(at + kReceived.size()))};
}

}  // namespace doorward::oidc
