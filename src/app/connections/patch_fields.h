// Fields of a patch: taking those that are given, and judging their values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/http_client.h"
#include "protocol/oidc/provider_url.h"

namespace doorward {

inline bool given(const std::optional<std::string>& text) { return text && !text->empty(); }

template <class T>
void take(const std::optional<T>& given, T& setting) {
  if (given) setting = *given;
}

// UTF-8 without control characters, of at most so many bytes. kInvalidArgument at the field.
Result<void> check_text(const char* field, std::string_view text, std::size_t most);
Result<void> check_text(const char* field, const std::optional<std::string>& text, std::size_t most);

// The name of a SAML entity (SAML core 8.3.6), without the spaces that copying brings along. kInvalidArgument at the
// field.
Result<void> check_entity_id(const char* field, const std::optional<std::string>& entity_id);

// An address that a browser is sent to. kInvalidArgument at the field.
Result<void> check_url(const char* field, std::string_view url, oidc::PlainHttp plain_http);
// An address that Doorward itself asks; what is not new was judged when it came. kInvalidArgument at the field,
// kEgressForbidden.
Result<void> check_address(const HttpClient& http, const char* field, const std::string& url,
                           oidc::PlainHttp plain_http, bool is_new);

// `error`, told as that of the field.
Error at_field(Error error, const char* field, const char* constraint);

}  // namespace doorward
