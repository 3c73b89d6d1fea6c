// The authorization request of an application (RFC 6749 section 4.1.1, RFC 7636, OpenID Connect Core section 3.1.2.1),
// with the parameters that say where a person signs in. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/oauth/form.h"

namespace doorward::oauth {

// All of these come back in a URL or are kept for the time of a sign-in.
inline constexpr std::size_t kMostStateBytes = 4096;
inline constexpr std::size_t kMostNonceBytes = 512;
inline constexpr std::size_t kMostHintBytes = 512;        // login_hint and each selector
inline constexpr std::size_t kMostAcrBytes = 512;         // acr_values
inline constexpr std::int64_t kMostMaxAge = 315'576'000;  // ten years, in seconds

// What every pushed request's name begins with (RFC 9126 section 2.2).
inline constexpr std::string_view kPushedRequestPrefix = "urn:ietf:params:oauth:request_uri:";

// Where a person signs in, in the order in which the members count; empty: not said.
struct ConnectionSelectors {
  std::string provider;
  std::string connection_id;
  std::string organization_id;
  std::string domain;      // "domain" or "domain_hint"
  std::string login_hint;  // counts as a selector as far as it is an e-mail address
};

struct AuthorizationParameters {
  std::string scope;  // as asked for
  std::string state;
  std::string nonce;
  std::string code_challenge;  // always S256; empty: none
  std::string prompt;          // known values, separated by spaces
  std::optional<std::int64_t> max_age;
  std::string acr_values;  // separated by spaces
  ConnectionSelectors selectors;

  bool prompts(std::string_view value) const;
};

// The parameters as they were sent, by GET in the query or by POST in the body. kInvalidRequest: not a well-formed
// form, or a parameter twice (section 3.1). kPayloadTooLarge.
Result<Form> read_authorization_form(std::string_view text);

// Everything but client_id, redirect_uri and request_uri, which decide whether a refusal may be sent to the
// application. kUnsupportedResponseType; kRequestNotSupported (a request object); kInvalidRequest for the rest:
// a response mode other than query, PKCE other than S256, an unknown prompt or "none" beside others, max_age that is
// no number, `domain` and `domain_hint` that differ, values beyond bounds.
Result<AuthorizationParameters> read_authorization_parameters(const Form& form);

}  // namespace doorward::oauth
