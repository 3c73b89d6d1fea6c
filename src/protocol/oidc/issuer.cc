#include "protocol/oidc/issuer.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "protocol/oidc/provider_url.h"

namespace doorward::oidc {
namespace {

constexpr std::size_t kGuidCharacters = 36;

bool is_guid(std::string_view text) {
  if (text.size() != kGuidCharacters) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = text[i];
    const bool hexadecimal = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (hyphen ? c != '-' : !hexadecimal) return false;
  }
  return true;
}

}  // namespace

bool is_issuer_template(std::string_view issuer) { return issuer.find(kTenantPlaceholder) != std::string_view::npos; }

std::string issuer_of_tenant(std::string_view configured, std::string_view tid) {
  std::string issuer(configured);
  if (!is_issuer_template(configured)) return issuer;
  if (!is_guid(tid)) return {};
  return issuer.replace(issuer.find(kTenantPlaceholder), kTenantPlaceholder.size(), tid);
}

bool issuer_fits(std::string_view configured, std::string_view said) {
  if (!is_issuer_template(configured)) return configured == said;
  const std::size_t at = configured.find(kTenantPlaceholder);
  return said.size() > at && issuer_of_tenant(configured, said.substr(at, kGuidCharacters)) == said;
}

bool is_entra_issuer(std::string_view issuer) {
  static constexpr auto kHosts = std::to_array<std::string_view>(
      {"login.microsoftonline.com", "login.microsoft.com", "login.windows.net", "sts.windows.net",
       "login.microsoftonline.us", "login.partner.microsoftonline.cn"});
  return std::ranges::count(kHosts, host_of(issuer)) != 0;
}

}  // namespace doorward::oidc
