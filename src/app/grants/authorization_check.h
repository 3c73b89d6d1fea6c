// The rules of a client for an authorization request. Pure.
#pragma once

#include <string_view>

#include "base/result.h"
#include "domain/api_client.h"
#include "domain/environment.h"
#include "domain/organization.h"
#include "domain/sign_in.h"
#include "protocol/oauth/authorization_request.h"
#include "protocol/oauth/form.h"

namespace doorward {

// Whether codes of this client may be sent to `given`. Without an organization, a URI with placeholders matches
// nothing.
bool is_registered(const ApiClient& client, std::string_view given, EnvironmentKind environment,
                   const Organization* organization);

// Whether it has a redirect URI that only an organization can fill.
bool has_placeholder_uris(const ApiClient& client);

struct CheckedAuthorization {
  AuthorizationRequest request;
  oauth::ConnectionSelectors selectors;
};

// All that may be told to the application. Reasons of oauth::read_authorization_parameters, and kUnauthorizedClient
// (its grant types leave out authorization_code), kInvalidScope, kInvalidRequest (PKCE is missing where the client must
// use it), kLoginRequired (prompt=none).
Result<CheckedAuthorization> check_authorization(const ApiClient& client, const oauth::Form& form);

}  // namespace doorward
