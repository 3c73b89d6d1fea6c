#include "app/provisioning/version.h"

#include <fmt/format.h>

#include <cstdint>

namespace doorward {
namespace {

// FNV-1a with a final mix, so that sums of hashes do not cancel out. Nobody gains by making two versions equal but a
// client that wants to miss its own conditions.
std::uint64_t hash_of(const GroupReference& group) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  };
  add(group.id.str());
  add(std::string_view("\0", 1));
  add(group.display_name);
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9U;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebU;
  return hash ^ (hash >> 31);
}

}  // namespace

std::string version_of(const DirectoryUser& user, std::span<const GroupReference> groups,
                       const scim::Behaviour& behaviour) {
  if (groups.empty() || !version_shows_groups(behaviour)) {
    return scim::weak_tag(fmt::format("{}", user.version));
  }
  std::uint64_t sum = 0;
  for (const GroupReference& group : groups) sum += hash_of(group);
  return scim::weak_tag(fmt::format("{}-{:016x}", user.version, sum));
}

std::string version_of(const DirectoryGroup& group) { return scim::weak_tag(fmt::format("{}", group.version)); }

std::string version_of(const ScimResource& resource) { return scim::weak_tag(fmt::format("{}", resource.version)); }

bool has_already(const Push& push, std::string_view version) {
  const auto& tags = push.conditions.if_none_match;
  return tags && tags->match(version);
}

Result<void> check_conditions(const Push& push, const std::string& version) {
  const auto& wanted = push.conditions.if_match;
  if ((!wanted || wanted->match(version)) && !has_already(push, version)) return {};
  return failure(
      Reason::kScimVersionMismatch,
      fmt::format("The resource has version {}, which is not what the request asks for. Read it again.", version));
}

}  // namespace doorward
