#include "protocol/oidc/token_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "base/encoding.h"
#include "protocol/jose/strict_json.h"
#include "protocol/oidc/json_member.h"
#include "protocol/oidc/mismatch.h"

namespace doorward::oidc {
namespace {

constexpr std::size_t kMostAccessTokenBytes = std::size_t{16} * 1024;
constexpr jose::JsonLimits kAnswerLimits{.bytes = kMostTokenAnswerBytes, .depth = 16, .members = 1024};

tl::unexpected<Error> failed(const char* message, std::string detail = {}) {
  return tl::unexpected(make_error(Reason::kTokenExchange, message, std::move(detail)));
}

// RFC 6750 section 2.1 allows less, but providers send what they like; this much keeps it one header field.
bool fits_in_header(std::string_view token) {
  return token.size() <= kMostAccessTokenBytes &&
         std::ranges::all_of(token, [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Result<TokenAnswer> read_token_answer(int status, std::string_view body) {
  const auto answer = jose::parse_strict_object(body, kAnswerLimits);
  if (answer && answer->contains("error")) {
    return failed("The provider refused to exchange the code.",
                  fmt::format("status {}, {}: {}", status, shortened(text_member(*answer, "error")),
                              shortened(text_member(*answer, "error_description"))));
  }
  if (status != 200) return failed("The provider refused to exchange the code.", fmt::format("status {}", status));
  if (!answer)
    return failed("The answer of the provider's token endpoint is not a JSON object.", answer.error().detail);
  const std::string_view id_token = text_member(*answer, "id_token");
  const std::string_view access_token = text_member(*answer, "access_token");
  if (id_token.empty()) return failed("The answer of the provider's token endpoint has no ID token.");
  if (!fits_in_header(access_token))
    return failed("The provider's access token cannot be used.", "characters or length");
  const std::string_view type = text_member(*answer, "token_type");
  const bool bearer = ascii_lower(type) == "bearer";
  if (!access_token.empty() && !bearer) {
    return failed("The provider's access token cannot be used.", "token_type " + shortened(type));
  }
  return TokenAnswer{.id_token = Secret<std::string>(std::string(id_token)),
                     .access_token = Secret<std::string>(std::string(access_token))};
}

}  // namespace doorward::oidc
