#include "protocol/oidc/attribute_sources.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace doorward::oidc {
namespace {

namespace json = boost::json;

constexpr auto kStandard = std::to_array<StandardAttribute>({
    {"name", AttributeForm::kText},
    {"given_name", AttributeForm::kText},
    {"family_name", AttributeForm::kText},
    {"preferred_username", AttributeForm::kText},
    {"picture", AttributeForm::kText},
    {"profile", AttributeForm::kText},
    {"locale", AttributeForm::kText},
    {"zoneinfo", AttributeForm::kText},
    {"gender", AttributeForm::kText},
    {"birthdate", AttributeForm::kText},
    {"phone_number", AttributeForm::kText},
    {"phone_number_verified", AttributeForm::kFlag},
    {"updated_at",
     AttributeForm::kPrinted},  // a number at providers; a text in our tokens, as the published SDKs read it
    {"groups", AttributeForm::kArray},
});

// Claims of a provider besides the one with the attribute's own name, in the order of trying after it. A row without
// provider (kUnspecified) is for every provider.
struct Alias {
  ConnectionProvider provider;
  std::string_view attribute;
  std::string_view claim;
};

constexpr auto kAliases = std::to_array<Alias>({
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

std::span<const StandardAttribute> standard_attributes() { return kStandard; }

std::vector<std::string_view> sources_of(const Connection& connection, std::string_view attribute,
                                         std::string_view fallback) {
  const auto mapped = connection.attribute_mapping.find(std::string(attribute));
  if (mapped != connection.attribute_mapping.end() && !mapped->second.empty()) return {mapped->second};
  if (!fallback.empty()) return {fallback};
  if (attribute == "groups") return {};
  std::vector<std::string_view> sources{attribute};
  for (const ConnectionProvider provider : {connection.provider, ConnectionProvider::kUnspecified}) {
    for (const Alias& alias : kAliases) {
      if (alias.provider == provider && alias.attribute == attribute) sources.push_back(alias.claim);
    }
    if (provider == ConnectionProvider::kUnspecified) break;
  }
  return sources;
}

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
