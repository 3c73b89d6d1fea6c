#include "protocol/oidc/attribute_sources.h"

#include <array>
#include <cstddef>

namespace doorward::oidc {
namespace {

namespace json = boost::json;

// Claims of a provider besides the one with the attribute's own name, in the order of trying after it.
constexpr auto kAliases = std::to_array<profile::AttributeAlias>({
    // Entra sends `email` only when the mailbox is filled in; the sign-in name is an address too.
    {ConnectionProvider::kMicrosoftAd, "email", "preferred_username"},
    {ConnectionProvider::kMicrosoftAd, "email", "upn"},
    {ConnectionProvider::kMicrosoftAd, "preferred_username", "upn"},
    {ConnectionProvider::kMicrosoft, "email", "preferred_username"},
    // AD FS has its own names, and no `email` unless a rule issues it.
    {ConnectionProvider::kAdfs, "email", "upn"},
    {ConnectionProvider::kAdfs, "preferred_username", "upn"},
    {ConnectionProvider::kAdfs, "preferred_username", "unique_name"},
    {ConnectionProvider::kAdfs, "name", "commonname"},
    {ConnectionProvider::kAuth0, "preferred_username", "nickname"},
    {ConnectionProvider::kGitlab, "preferred_username", "nickname"},
    {ConnectionProvider::kSalesforce, "preferred_username", "nickname"},
    {ConnectionProvider::kSalesforce, "picture", "photos.picture"},
    {ConnectionProvider::kPingIdentity, "preferred_username", "username"},
    {ConnectionProvider::kUnspecified, "email", "mail"},
    {ConnectionProvider::kUnspecified, "given_name", "first_name"},
    {ConnectionProvider::kUnspecified, "family_name", "last_name"},
    {ConnectionProvider::kUnspecified, "preferred_username", "username"},
});

}  // namespace

std::span<const profile::AttributeAlias> claim_aliases() { return kAliases; }

const json::value* claim_at(const json::object& claims, std::string_view path) {
  const json::value* found = claims.if_contains(path);
  if (found == nullptr) {
    const std::size_t dot = path.find('.');
    if (dot == std::string_view::npos) return nullptr;
    const json::value* outer = claims.if_contains(path.substr(0, dot));
    if (outer == nullptr || !outer->is_object()) return nullptr;
    return claim_at(outer->get_object(), path.substr(dot + 1));
  }
  return found->is_null() ? nullptr : found;
}

}  // namespace doorward::oidc
