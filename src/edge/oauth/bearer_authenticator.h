// Authenticates API calls by their access token (RFC 6750 section 2.1).
#pragma once

#include "app/tokens/api_authentication.h"
#include "net/http.h"
#include "rpc/authenticator.h"

namespace doorward::edge {

class BearerAuthenticator final : public rpc::Authenticator {
 public:
  // More Authorization fields than this are not looked at.
  static constexpr int kMostBearers = 4;

  explicit BearerAuthenticator(ApiAuthentication& authentication) : authentication_(authentication) {}

  // kMissingCredentials without a bearer token. Published SDKs send the new and the stale token side by side after a
  // refresh: any valid one is enough, else the refusal of the first one is the answer. What is not about the bearer
  // (the store is away, the source is limited) is answered at once.
  task<Result<Caller>> authenticate(const net::Request& request) override;

 private:
  ApiAuthentication& authentication_;
};

}  // namespace doorward::edge
