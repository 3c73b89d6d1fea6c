#include "domain/domain_name.h"

#include <fmt/format.h>
#include <idn2.h>
#include <libpsl.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/encoding.h"
#include "base/host_label.h"
#include "domain/mail_providers.h"

namespace doorward {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

bool is_ldh_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxDomainLabel || label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

bool is_ldh_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxDomainName) return false;
  std::string_view rest = name;
  while (true) {
    const auto dot = rest.find('.');
    const std::string_view label = rest.substr(0, dot);
    if (!is_ldh_label(label)) return false;
    if (dot == std::string_view::npos) return !looks_like_a_number(label);
    rest.remove_prefix(dot + 1);
  }
}

// ASCII without A-labels needs no table.
bool is_plain(std::string_view lower) {
  return std::ranges::all_of(lower, [](char c) { return static_cast<unsigned char>(c) < 0x80; }) &&
         !lower.starts_with("xn--") && !lower.contains(".xn--");
}

std::optional<std::string> to_ascii(const std::string& text) {
  constexpr int kFlags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES;
  std::uint8_t* found = nullptr;
  const int status = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(text.c_str()), &found, kFlags);
  const std::unique_ptr<std::uint8_t, decltype(&idn2_free)> owner(found, &idn2_free);
  if (status != IDN2_OK || found == nullptr) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(found));
}

}  // namespace

std::optional<std::string> canonical_domain(std::string_view text) {
  if (text.size() > kMaxDomainInput || text.contains('\0')) return std::nullopt;
  std::string name = ascii_lower(text);
  if (!is_plain(name)) {
    auto ascii = to_ascii(name);
    if (!ascii) return std::nullopt;
    name = *std::move(ascii);
  }
  // After the mapping, which knows other dots than ours.
  if (name.ends_with('.')) name.pop_back();
  if (!is_ldh_name(name)) return std::nullopt;
  return name;
}

std::optional<std::string> email_domain(std::string_view address) {
  const auto at = address.rfind('@');
  if (address.size() > kMaxAddressInput || at == std::string_view::npos || at == 0) return std::nullopt;
  return canonical_domain(address.substr(at + 1));
}

bool is_public_suffix(std::string_view name) {
  return psl_is_public_suffix2(psl_builtin(), std::string(name).c_str(), PSL_TYPE_ANY) != 0;
}

Result<void> check_business_domain(std::string_view name) {
  const auto refused = [&](std::string_view why) {
    return failure(Reason::kDomainNotBusiness, fmt::format("\"{}\" {}", name, why));
  };
  if (!name.contains('.')) return refused("has no dot: give a domain such as acme.com.");
  if (is_public_suffix(name)) return refused("is a suffix under which anybody may register names.");
  if (is_mail_provider(name)) return refused("belongs to a provider of e-mail for everybody, not to an organization.");
  return {};
}

}  // namespace doorward
