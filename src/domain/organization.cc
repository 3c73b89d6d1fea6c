#include "domain/organization.h"

#include <algorithm>
#include <iterator>

namespace doorward {
namespace {

auto place(std::string_view name) { return std::ranges::find(kOrganizationFeatures, name); }

}  // namespace

std::optional<std::string_view> organization_feature(std::string_view name) {
  const auto* known = place(name == "directory_sync" ? "dir_sync" : name);
  if (known == std::end(kOrganizationFeatures)) return std::nullopt;
  return *known;
}

void set_feature(std::vector<OrganizationFeature>& features, std::string_view name, bool enabled) {
  const auto later =
      std::ranges::find_if(features, [&](const OrganizationFeature& f) { return place(f.name) >= place(name); });
  if (later != features.end() && later->name == name) {
    later->enabled = enabled;
  } else {
    features.insert(later, {.name = std::string(name), .enabled = enabled});
  }
}

}  // namespace doorward
