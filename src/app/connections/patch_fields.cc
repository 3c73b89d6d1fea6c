#include "app/connections/patch_fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "domain/saml_settings.h"

namespace doorward {

Result<void> check_text(const char* field, std::string_view text, std::size_t most) {
  if (text.size() > most) {
    return failure(invalid_field(field, fmt::format("Write {} bytes at most.", most), "string.max_bytes"));
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (!is_valid_utf8(text) || std::ranges::any_of(text, is_control)) {
    return failure(invalid_field(field, "Write UTF-8 text without control characters.", "string.utf8"));
  }
  return {};
}

Result<void> check_text(const char* field, const std::optional<std::string>& text, std::size_t most) {
  return text ? check_text(field, std::string_view(*text), most) : Result<void>();
}

Result<void> check_entity_id(const char* field, const std::optional<std::string>& entity_id) {
  DOORWARD_CHECK(check_text(field, entity_id, kMostSamlEntityIdBytes));
  if (!given(entity_id) || !entity_id->contains(' ')) return {};
  return failure(invalid_field(field, "An entity ID has no spaces.", "string.entity_id"));
}

Result<void> check_url(const char* field, std::string_view url, oidc::PlainHttp plain_http) {
  if (oidc::is_provider_url(url, plain_http)) return {};
  return failure(invalid_field(field,
                               plain_http == oidc::PlainHttp::kAllowed
                                   ? "Give an absolute http or https address without user information and fragment."
                                   : "Give an absolute https address without user information and fragment.",
                               "string.uri"));
}

Result<void> check_address(const HttpClient& http, const char* field, const std::string& url,
                           oidc::PlainHttp plain_http, bool is_new) {
  DOORWARD_CHECK(check_url(field, url, plain_http));
  if (!is_new) return {};
  Result<void> sendable = http.check_url(url);
  if (sendable) return {};
  return failure(at_field(std::move(sendable).error(), field, "string.uri"));
}

Error at_field(Error error, const char* field, const char* constraint) {
  error.violations = {{.field = field, .description = error.message, .constraint = constraint}};
  return error;
}

}  // namespace doorward
