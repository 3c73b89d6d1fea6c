#include "protocol/oauth/authorization_request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "protocol/oauth/scope.h"

namespace doorward::oauth {
namespace {

constexpr std::array<std::string_view, 5> kPrompts = {"none", "login", "consent", "select_account", "create"};
constexpr std::size_t kSha256Bytes = 32;

tl::unexpected<Error> invalid(const char* sentence) { return failure(Reason::kInvalidRequest, sentence); }

Result<std::string> bounded(const Form& form, std::string_view name, std::size_t most) {
  const std::string& value = value_of(form, name);
  if (value.size() > most) return invalid("A parameter is too long.");
  return value;
}

Result<std::string> read_prompt(const Form& form) {
  const std::string& prompt = value_of(form, "prompt");
  const std::vector<std::string_view> values = split_scope(prompt);
  for (const std::string_view value : values) {
    if (std::ranges::find(kPrompts, value) == kPrompts.end()) return invalid("The prompt is not supported.");
  }
  if (values.size() > 1 && std::ranges::find(values, "none") != values.end()) {
    return invalid("The prompt none cannot be combined with others.");
  }
  return prompt;
}

Result<std::optional<std::int64_t>> read_max_age(const Form& form) {
  const std::string& text = value_of(form, "max_age");
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  if (!is_number || seconds < 0 || seconds > kMostMaxAge) return invalid("max_age is a number of seconds.");
  return seconds;
}

// RFC 7636 section 4.3; without a method it would mean "plain", which protects nothing.
Result<std::string> read_code_challenge(const Form& form) {
  const std::string& challenge = value_of(form, "code_challenge");
  const std::string& method = value_of(form, "code_challenge_method");
  if (challenge.empty()) {
    if (!method.empty()) return invalid("code_challenge_method is given without code_challenge.");
    return std::string();
  }
  if (method != "S256") return invalid("The code_challenge_method must be S256.");
  const auto hash = base64url_decode(challenge);
  if (!hash || hash->size() != kSha256Bytes) return invalid("The code_challenge is no SHA-256 hash in base64url.");
  return challenge;
}

// Published SDKs send the same value under both names.
Result<std::string> read_domain(const Form& form) {
  DOORWARD_TRY(std::string domain, bounded(form, "domain", kMostHintBytes));
  DOORWARD_TRY(std::string hint, bounded(form, "domain_hint", kMostHintBytes));
  if (!domain.empty() && !hint.empty() && domain != hint) return invalid("domain and domain_hint differ.");
  return domain.empty() ? std::move(hint) : std::move(domain);
}

Result<ConnectionSelectors> read_selectors(const Form& form) {
  ConnectionSelectors selectors;
  DOORWARD_TRY(selectors.provider, bounded(form, "provider", kMostHintBytes));
  DOORWARD_TRY(selectors.connection_id, bounded(form, "connection_id", kMostHintBytes));
  DOORWARD_TRY(selectors.organization_id, bounded(form, "organization_id", kMostHintBytes));
  DOORWARD_TRY(selectors.domain, read_domain(form));
  DOORWARD_TRY(selectors.login_hint, bounded(form, "login_hint", kMostHintBytes));
  return selectors;
}

}  // namespace

bool AuthorizationParameters::prompts(std::string_view value) const { return has_scope(prompt, value); }

Result<Form> read_authorization_form(std::string_view text) {
  auto form = parse_form(text);
  if (!form && form.error().reason == Reason::kMalformedRequest) {
    return failure(Reason::kInvalidRequest, std::move(form).error().message);
  }
  return form;
}

Result<AuthorizationParameters> read_authorization_parameters(const Form& form) {
  AuthorizationParameters parameters;
  DOORWARD_TRY(parameters.state, bounded(form, "state", kMostStateBytes));
  if (form.contains("request")) {
    return failure(Reason::kRequestNotSupported, "Request objects are not supported. Push the request instead.");
  }
  const std::string& response_type = value_of(form, "response_type");
  if (response_type.empty()) return invalid("The parameter response_type is missing.");
  if (response_type != "code") {
    return failure(Reason::kUnsupportedResponseType, "The only response_type is code.");
  }
  const std::string& response_mode = value_of(form, "response_mode");
  if (!response_mode.empty() && response_mode != "query") return invalid("The only response_mode is query.");
  parameters.scope = value_of(form, "scope");
  DOORWARD_TRY(parameters.nonce, bounded(form, "nonce", kMostNonceBytes));
  DOORWARD_TRY(parameters.code_challenge, read_code_challenge(form));
  DOORWARD_TRY(parameters.prompt, read_prompt(form));
  DOORWARD_TRY(parameters.max_age, read_max_age(form));
  DOORWARD_TRY(parameters.acr_values, bounded(form, "acr_values", kMostAcrBytes));
  DOORWARD_TRY(parameters.selectors, read_selectors(form));
  return parameters;
}

}  // namespace doorward::oauth
