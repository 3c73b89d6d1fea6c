// What every endpoint that clients call does alike: it takes a form by POST, and answers in JSON as RFC 6749 says.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "protocol/oauth/client_authentication.h"
#include "protocol/oauth/form.h"

namespace doorward::edge {

// kMethodNotAllowed for anything but POST, kUnsupportedMediaType for anything but a form.
Result<void> check_form_post(const net::Request& request);

// The Authorization field, "" when absent.
std::string_view authorization_of(const net::Request& request);

struct ClientForm {
  oauth::Form form;
  oauth::ClientCredential client;
};

// The form with the client's proof. What check_form_post() and oauth::read_client_credential() refuse.
Result<ClientForm> read_client_form(const net::Request& request);

// Nothing of it may be cached (RFC 6749 section 5.1).
net::Response oauth_answer(int status, std::string json);

// `error` and `error_description` (section 5.2); 401 with WWW-Authenticate, 429 and 503 with Retry-After, 405 with
// Allow. Leaves a line named `event` in the log, with the client that asked.
net::Response oauth_refusal(const net::Request& request, std::string_view event, std::string_view client_id,
                            const Error& error);

}  // namespace doorward::edge
