#include "net/outbound/target.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "base/encoding.h"
#include "net/outbound/dns_name.h"

namespace doorward::net {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlDeleter>;

// A part of the URL; empty when the URL does not have it.
std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string result = text;
  curl_free(text);
  return result;
}

bool has(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  const bool present = curl_url_get(url, which, &text, 0) == CURLUE_OK;
  curl_free(text);
  return present;
}

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

std::string Target::origin() const { return fmt::format("{}://{}:{}", scheme, host, port); }

Result<Target> parse_target(std::string_view url, const EgressPolicy& policy, std::span<const IpAddress> own) {
  if (url.size() > kMaxUrlBytes) return failure(Reason::kInvalidArgument, "The URL is too long.");
  if (!is_printable_ascii(url)) {
    return failure(
        Reason::kInvalidArgument,
        "The URL has a space or a character outside ASCII. Write names in their ASCII form and escape the rest.");
  }
  // libcurl forgives too many or too few slashes and takes the path for a host then.
  const auto authority = url.find("://");
  if (authority == std::string_view::npos || authority + 3 >= url.size() || url[authority + 3] == '/') {
    return failure(Reason::kInvalidArgument, "This is not an absolute URL.");
  }
  UrlHandle parsed(curl_url());
  const std::string terminated(url);
  if (!parsed || curl_url_set(parsed.get(), CURLUPART_URL, terminated.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return failure(Reason::kInvalidArgument, "This is not an absolute URL.");
  }
  Target target{.scheme = part(parsed.get(), CURLUPART_SCHEME), .host = part(parsed.get(), CURLUPART_HOST)};
  if (target.scheme != "http" && target.scheme != "https") {
    return failure(Reason::kInvalidArgument, "The URL must begin with https:// or http://.");
  }
  if (has(parsed.get(), CURLUPART_USER) || has(parsed.get(), CURLUPART_PASSWORD)) {
    return failure(Reason::kInvalidArgument, "The URL must not hold a user name or password.");
  }
  if (has(parsed.get(), CURLUPART_FRAGMENT)) {
    return failure(Reason::kInvalidArgument, "The URL must not hold a fragment.");
  }
  const std::string port = part(parsed.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), target.port);
  if (target.host.empty() || target.port == 0 || has(parsed.get(), CURLUPART_ZONEID))
    return failure(Reason::kInvalidArgument, "The URL names no host that could be reached.");
  target.host = ascii_lower(target.host);
  if (target.host.starts_with('[') && target.host.ends_with(']')) {
    target.host = target.host.substr(1, target.host.size() - 2);
  }
  target.literal = parse_ip_address(target.host);
  if (!target.literal) {
    // libcurl made every spelling of an address canonical that it knows; what is left must be an ordinary name.
    DOORWARD_TRY(target.host, canonical_dns_name(target.host));
  }

  if (target.scheme == "http" && !policy.allow_plain_http) {
    return failure(Reason::kEgressForbidden, "Only https:// URLs are allowed here.");
  }
  AddressKind kind = is_localhost_name(target.host) ? AddressKind::kLoopback : AddressKind::kPublic;
  if (target.literal) kind = policy.kind(*target.literal, own);
  if (!policy.allows(kind)) {
    return failure(Reason::kEgressForbidden, "The URL points to an address that is not public.");
  }
  if (!policy.allows(kind, target.port)) {
    return failure(Reason::kEgressForbidden, fmt::format("Port {} is not allowed.", target.port));
  }
  return target;
}

Result<void> judge_addresses(std::span<const IpAddress> addresses, std::uint16_t port, const EgressPolicy& policy,
                             std::span<const IpAddress> own) {
  const auto allowed = std::ranges::count_if(
      addresses, [&](const IpAddress& address) { return policy.allows(policy.kind(address, own), port); });
  if (allowed == std::ssize(addresses)) return {};
  if (allowed > 0) {
    return failure(Reason::kEgressMixedAnswer, "The target's name leads to allowed and to forbidden addresses.");
  }
  return failure(Reason::kEgressForbidden, "The target's address is not allowed.");
}

}  // namespace doorward::net
