#include "domain/redirect_uri.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "base/ip_address.h"
#include "domain/domain_name.h"

namespace doorward {
namespace {

constexpr std::size_t kMaxLabelLength = 63;
constexpr std::size_t kMaxPlaceholderLength = 64;
constexpr std::string_view kOpening = "{{";
constexpr std::string_view kClosing = "}}";
// Not "localhost": what that name means is up to the machine (RFC 8252 section 8.3).
constexpr std::array<std::string_view, 2> kLoopbackHosts{"127.0.0.1", "[::1]"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alphanumeric(char c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z'); }

// A label of a host name in the form in which browsers send it.
bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLabelLength && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

bool is_placeholder(std::string_view text) {
  if (!text.starts_with(kOpening) || !text.ends_with(kClosing) || text.size() <= kOpening.size() + kClosing.size()) {
    return false;
  }
  const std::string_view key = text.substr(kOpening.size(), text.size() - kOpening.size() - kClosing.size());
  return key.size() <= kMaxPlaceholderLength &&
         std::ranges::all_of(key, [](char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

// Labels and parts of a path; a dot inside a placeholder separates nothing.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with(kOpening)) {
      const std::size_t end = text.find(kClosing, i);
      if (end == std::string_view::npos) break;
      i = end + kClosing.size() - 1;
    } else if (text[i] == separator) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

struct Parts {
  std::string_view scheme;
  std::optional<std::string_view> authority;
  std::string_view host;
  std::optional<std::string_view> port;
  std::string_view path;

  bool is_web() const { return scheme == "https" || scheme == "http"; }
  bool is_loopback() const { return std::ranges::find(kLoopbackHosts, host) != kLoopbackHosts.end(); }
};

std::optional<Parts> take_apart(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  Parts parts{.scheme = uri.substr(0, colon)};
  const bool is_scheme =
      !parts.scheme.empty() && is_lower(parts.scheme.front()) && std::ranges::all_of(parts.scheme, [](char c) {
        return is_lower(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
      });
  if (!is_scheme) return std::nullopt;
  std::string_view rest = uri.substr(colon + 1);
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    parts.authority = rest.substr(0, slash);
    parts.host = *parts.authority;
    rest.remove_prefix(slash);
    const std::size_t bracket = parts.host.find(']');
    const std::size_t port = parts.host.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (port != std::string_view::npos) {
      parts.port = parts.host.substr(port + 1);
      parts.host = parts.host.substr(0, port);
    }
  }
  parts.path = rest;
  return parts;
}

bool is_port(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && text.size() <= 5 && text.front() != '0' &&
         number <= std::numeric_limits<std::uint16_t>::max();
}

// RFC 3986: what may stand in a URI without a query, a fragment and a host in brackets; braces for placeholders.
bool is_uri_character(char c) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,;=:@/%[]{}";
  return is_alphanumeric(c) || kMarks.contains(c);
}

bool has_broken_escape(std::string_view text) {
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return true;
  }
  return false;
}

// "." and "..", plain or escaped: what a browser resolves before it sends.
bool is_dot_part(std::string_view part) {
  const auto decoded = percent_decode(part, false);
  return decoded && (*decoded == "." || *decoded == "..");
}

std::optional<std::string> path_fault(std::string_view path) {
  if (path.contains('*')) return "The star may stand in the host only.";
  if (has_broken_escape(path)) return "A percent sign must be followed by two hexadecimal digits.";
  for (const std::string_view part : split(path, '/')) {
    if (is_placeholder(part)) continue;
    if (part.contains('{') || part.contains('}')) {
      return "A placeholder must be a whole part of the path, as in \"/{{org_slug}}/callback\".";
    }
    if (is_dot_part(part)) return "The path must have no parts \".\" and \"..\".";
  }
  return std::nullopt;
}

std::optional<std::string> host_fault(std::string_view host, UriUse use, const RedirectRules& rules) {
  if (host.starts_with('[')) {
    const auto address = host.ends_with(']') ? parse_ip_address(host.substr(1, host.size() - 2)) : std::nullopt;
    if (address && address->v6) return std::nullopt;
    return "The address in brackets is no IPv6 address.";
  }
  const std::vector<std::string_view> labels = split(host, '.');
  std::size_t first_fixed = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == "*") {
      if (i != 0) return "The star may stand in place of the first label of the host only.";
      if (rules.environment != EnvironmentKind::kDevelopment) return "A star is for development environments only.";
      if (use == UriUse::kInitiateLogin) return "A star cannot stand here, because nothing fills it.";
    } else if (!is_placeholder(labels[i])) {
      if (is_label(labels[i])) continue;
      return "Write the host in lower case, with letters, digits and hyphens between the dots, without user "
             "information; a name in another script in its form with \"xn--\".";
    }
    first_fixed = i + 1;
  }
  if (first_fixed == 0) return std::nullopt;
  std::string fixed;
  for (std::size_t i = first_fixed; i < labels.size(); ++i) {
    if (!fixed.empty()) fixed += '.';
    fixed += labels[i];
  }
  const bool is_address = !labels.back().empty() && std::ranges::all_of(labels.back(), is_digit);
  const bool is_own = !fixed.empty() && !is_address && (fixed == "localhost" || !is_public_suffix(fixed));
  if (is_own) return std::nullopt;
  return "A star or a placeholder must stand below a domain of your own, as in \"*.example.com\", not directly below a "
         "public suffix.";
}

std::optional<std::string> private_scheme_fault(const Parts& parts, UriUse use, const RedirectRules& rules) {
  const bool for_browser = use == UriUse::kRedirect || use == UriUse::kPostLogout;
  if (rules.client != ClientType::kNative || !for_browser) return "Write an https URL.";
  if (!parts.scheme.contains('.') || parts.scheme.starts_with('.') || parts.scheme.ends_with('.')) {
    return "Write an https URL, or a scheme of the application's own that begins with a domain of yours in reverse, as "
           "in \"com.example.app:/callback\".";
  }
  if (parts.authority && !parts.authority->empty() && parts.authority->find_first_of("@[]{}*%") != std::string::npos) {
    return "What follows \"//\" must be a plain name.";
  }
  if (!parts.authority && !parts.path.starts_with('/')) return "Write a slash after the scheme's colon.";
  return path_fault(parts.path);
}

// Whether these rules let a web scheme stand, for what `parts` points to.
bool admits_scheme(const Parts& parts, const RedirectRules& rules) {
  if (parts.scheme == "https") return true;
  if (rules.environment == EnvironmentKind::kDevelopment) return true;
  return rules.client == ClientType::kNative && parts.is_loopback();
}

const std::string* value_of(std::string_view key, const Organization& organization) {
  if (key == "org_slug") return organization.slug ? &*organization.slug : nullptr;
  if (key == "external_id") return organization.external_id ? &*organization.external_id : nullptr;
  const auto found = std::ranges::find(organization.metadata, key, &Metadata::value_type::first);
  return found == organization.metadata.end() ? nullptr : &found->second;
}

// Only the first `*` counts: a registered URI has one at most.
bool matches_star(std::string_view pattern, std::string_view given) {
  const std::size_t star = pattern.find('*');
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  if (given.size() < before.size() + after.size() || !given.starts_with(before) || !given.ends_with(after)) {
    return false;
  }
  return is_label(given.substr(before.size(), given.size() - before.size() - after.size()));
}

bool differs_in_port_only(const Parts& registered, std::string_view given) {
  const auto parts = take_apart(given);
  if (!parts || parts->scheme != registered.scheme || parts->host != registered.host ||
      parts->path != registered.path) {
    return false;
  }
  return !parts->port || is_port(*parts->port);
}

}  // namespace

std::optional<std::string> registration_fault(std::string_view uri, UriUse use, const RedirectRules& rules) {
  if (uri.empty() || uri.size() > kMaxRegisteredUriLength) {
    return fmt::format("Write 1 to {} characters.", kMaxRegisteredUriLength);
  }
  if (uri.contains('#')) return "Leave out the fragment: \"#\" and what follows.";
  if (uri.contains('?')) return "Leave out the query: \"?\" and what follows.";
  if (!std::ranges::all_of(uri, is_uri_character)) return "Write the characters of a URL only, others percent-encoded.";
  const auto parts = take_apart(uri);
  if (!parts) return "Write a URL with its scheme, as in \"https://app.example.com/callback\".";
  if (!parts->is_web()) return private_scheme_fault(*parts, use, rules);
  if (!parts->authority || parts->host.empty()) return "Write the host, as in \"https://app.example.com/callback\".";
  if (use == UriUse::kBackChannelLogout && uri.find_first_of("*{}") != std::string_view::npos) {
    return "Write a plain URL: the server calls it for people of every organization.";
  }
  if (auto fault = host_fault(parts->host, use, rules)) return fault;
  if (parts->port && (parts->port->empty() || !is_port(*parts->port))) return "The port must be a number up to 65535.";
  if (!admits_scheme(*parts, rules)) return "Write an https URL: http is for development environments.";
  return path_fault(parts->path);
}

bool has_placeholder(std::string_view registered) { return registered.contains(kOpening); }

std::optional<std::string> fill_placeholders(std::string_view registered, const Organization& organization) {
  const auto parts = take_apart(registered);
  if (!parts) return std::nullopt;
  const auto path_begin = static_cast<std::size_t>(parts->path.data() - registered.data());
  std::string filled;
  std::size_t at = 0;
  for (std::size_t open = registered.find(kOpening); open != std::string_view::npos;
       open = registered.find(kOpening, at)) {
    const std::size_t close = registered.find(kClosing, open);
    if (close == std::string_view::npos) return std::nullopt;
    const std::size_t key = open + kOpening.size();
    const std::string* value = value_of(registered.substr(key, close - key), organization);
    if (value == nullptr || value->empty()) return std::nullopt;
    const bool in_path = open >= path_begin;
    if (in_path ? is_dot_part(*value) : !is_label(*value)) return std::nullopt;
    filled += registered.substr(at, open - at);
    filled += in_path ? percent_encode(*value) : *value;
    at = close + kClosing.size();
  }
  filled += registered.substr(at);
  return filled;
}

bool redirect_uri_matches(std::string_view registered, std::string_view given, const RedirectRules& rules,
                          const Organization* organization) {
  std::string filled;
  if (has_placeholder(registered)) {
    if (organization == nullptr) return false;
    auto text = fill_placeholders(registered, *organization);
    if (!text) return false;
    filled = *std::move(text);
    registered = filled;
  }
  const auto parts = take_apart(registered);
  if (!parts) return false;
  if (!parts->is_web()) return rules.client == ClientType::kNative && registered == given;
  if (!admits_scheme(*parts, rules)) return false;
  if (registered.contains('*')) {
    return rules.environment == EnvironmentKind::kDevelopment && matches_star(registered, given);
  }
  if (registered == given) return true;
  return rules.client == ClientType::kNative && parts->scheme == "http" && parts->is_loopback() &&
         differs_in_port_only(*parts, given);
}

}  // namespace doorward
