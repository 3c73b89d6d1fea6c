// Answers of the token endpoint: RFC 6749 sections 5.1 and 5.2.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace doorward::oauth {

struct TokenAnswer {
  const Secret<std::string>& access_token;
  std::chrono::seconds expires_in;
  std::string_view scope;
  const Secret<std::string>& id_token;       // empty: left out
  const Secret<std::string>& refresh_token;  // empty: left out
};

// Section 5.1, OpenID Connect Core section 3.1.3.3; token_type is Bearer.
std::string token_response(const TokenAnswer& answer);

struct ErrorAnswer {
  int status;             // HTTP
  std::string_view code;  // "error"
  bool challenge;         // answer with WWW-Authenticate (section 5.2, invalid_client)
};

// The one table from reasons to OAuth errors. What is no fault of the request has no code in section 5.2 and borrows
// server_error and temporarily_unavailable of section 4.1.2.1.
ErrorAnswer error_answer(Reason reason);

// {"error","error_description"}. The description is the error's message in the characters of section 5.2.
std::string error_response(const Error& error);

}  // namespace doorward::oauth
