#include "protocol/scim/sent_name.h"

#include <array>

#include "protocol/scim/case_fold.h"

namespace doorward::scim {
namespace {

struct OldUrn {
  std::string_view urn;
  bool enterprise;
};
constexpr auto kOldUrns = std::to_array<OldUrn>({{"urn:scim:schemas:core:1.0", false},
                                                 {"urn:scim:schemas:core:1.1", false},
                                                 {"urn:scim:schemas:core:2.0", false},
                                                 {"urn:scim:schemas:extension:enterprise:1.0", true},
                                                 {"urn:scim:schemas:extension:enterprise:1.1", true},
                                                 {"urn:scim:schemas:extension:enterprise:2.0", true}});

// Cuts `segment` and the colon before it off the front of `rest`, where it stands there as a whole.
void cut_segment(std::string_view& rest, std::string_view segment) {
  if (rest.size() <= segment.size() || !starts_with_name(rest.substr(1), segment)) return;
  const std::size_t end = segment.size() + 1;
  if (rest.size() == end || rest[end] == ':') rest.remove_prefix(end);
}

}  // namespace

std::optional<std::string> standard_name(const ResourceType& type, std::string_view name) {
  for (const OldUrn& old : kOldUrns) {
    if (!starts_with_name(name, old.urn)) continue;
    std::string_view rest = name.substr(old.urn.size());
    if (!rest.empty() && rest.front() != ':') continue;
    cut_segment(rest, old.enterprise ? "User" : std::string_view(type.name));
    if (!old.enterprise) return type.schema.id + std::string(rest);
    if (type.find_extension(kEnterpriseUserUrn) == nullptr) return std::nullopt;
    return std::string(kEnterpriseUserUrn) + std::string(rest);
  }
  return std::nullopt;
}

std::optional<AttributeTarget> resolve_sent(const ResourceType& type, std::string_view name, Dialect& dialect) {
  if (auto found = resolve(type, name)) return found;
  if (dialect.behaviour.missing_schemas == Behaviour::Loose::kRefuse) return std::nullopt;
  const auto standard = standard_name(type, name);
  if (!standard) return std::nullopt;
  auto found = resolve(type, *standard);
  if (found) dialect.note(Quirk::kUnknownSchema);
  return found;
}

}  // namespace doorward::scim
