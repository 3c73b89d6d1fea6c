// POST /oauth/token (RFC 6749 section 3.2): codes, refresh tokens and client credentials become tokens.
#pragma once

#include <string_view>

#include "app/grants/code_exchange.h"
#include "app/grants/refresh_exchange.h"
#include "app/tokens/client_authentication.h"
#include "app/tokens/client_credentials.h"
#include "base/task.h"
#include "net/http.h"
#include "protocol/oauth/token_request.h"

namespace doorward::edge {

// What a token endpoint answers, of whatever grant: success is exactly 200 (section 5.1).
net::Response token_answer(const net::Request& request, std::string_view client_id, const Result<IssuedToken>& issued);

// The request as every token endpoint reads it: a form by POST.
Result<oauth::TokenRequest> read_token_request(const net::Request& request);

// Everything borrowed must outlive it.
class TokenEndpoint {
 public:
  TokenEndpoint(ClientAuthentication& clients, CodeExchange& codes, RefreshExchange& refreshes,
                ClientCredentials& credentials)
      : clients_(clients), codes_(codes), refreshes_(refreshes), credentials_(credentials) {}

  task<net::Response> handle(const net::Request& request);

 private:
  task<Result<IssuedToken>> issue(const net::Request& request, const oauth::TokenRequest& asked);

  ClientAuthentication& clients_;
  CodeExchange& codes_;
  RefreshExchange& refreshes_;
  ClientCredentials& credentials_;
};

}  // namespace doorward::edge
