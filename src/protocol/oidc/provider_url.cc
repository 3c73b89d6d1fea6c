#include "protocol/oidc/provider_url.h"

#include <algorithm>

#include "base/encoding.h"

namespace doorward::oidc {
namespace {

constexpr std::string_view kHttps = "https://";
constexpr std::string_view kHttp = "http://";

// What follows the scheme up to the path; empty for other schemes.
std::string_view authority_of(std::string_view url) {
  if (url.starts_with(kHttps)) {
    url.remove_prefix(kHttps.size());
  } else if (url.starts_with(kHttp)) {
    url.remove_prefix(kHttp.size());
  } else {
    return {};
  }
  return url.substr(0, url.find_first_of("/?#"));
}

}  // namespace

bool is_provider_url(std::string_view url, PlainHttp plain_http) {
  if (url.size() > kMostUrlBytes) return false;
  if (!url.starts_with(kHttps) && (plain_http == PlainHttp::kForbidden || !url.starts_with(kHttp))) return false;
  const bool printable = std::ranges::all_of(url, [](char c) {
    return c > 0x20 && c < 0x7F && std::string_view("\"<>\\^`{|}#").find(c) == std::string_view::npos;
  });
  if (!printable) return false;
  const std::string_view authority = authority_of(url);
  return !authority.empty() && !authority.starts_with(':') && authority.find('@') == std::string_view::npos;
}

std::string host_of(std::string_view url) {
  std::string_view authority = authority_of(url);
  authority.remove_prefix(authority.rfind('@') == std::string_view::npos ? 0 : authority.rfind('@') + 1);
  const bool literal = authority.starts_with('[');
  const std::size_t end = literal ? authority.find(']') : authority.find(':');
  return ascii_lower(authority.substr(0, end == std::string_view::npos ? end : end + (literal ? 1 : 0)));
}

}  // namespace doorward::oidc
