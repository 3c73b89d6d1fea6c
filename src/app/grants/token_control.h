// What a client asks about its own tokens: whether one still counts (RFC 7662), and that one shall not (RFC 7009).
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "app/grants/grants.h"
#include "app/grants/login_access.h"
#include "app/tokens/client_authentication.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"

namespace doorward {

// Thread-safe. Everything borrowed must outlive it.
class TokenControl {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    const Mac& mac;
  };

  TokenControl(Ports ports, const Grants& grants, LoginAccess& logins, ApiAuthentication& api,
               const TokenVerifier& verifier, std::string issuer)
      : ports_(ports), grants_(grants), logins_(logins), api_(api), verifier_(verifier), issuer_(std::move(issuer)) {}

  // What RFC 7662 section 2.2 answers: of a token that no longer counts, of one that never did and of one of another
  // client alike only that it is not active. kUnauthorizedClient for a public client, of which anybody can say to be
  // it. kRateLimited, and the errors of the store.
  task<Result<boost::json::object>> introspect(const AuthenticatedClient& client, Secret<std::string> token,
                                               std::string_view source, std::chrono::steady_clock::time_point deadline);

  // Ends the login that the token belongs to, with all its tokens: what a client holds are the tokens of one login, and
  // who loses one has lost them. Nothing happens to tokens of other clients and to what is none (RFC 7009 section 2.2).
  // kUnsupportedTokenType: a genuine token of a kind that ends by itself only: ID tokens and those of client
  // credentials, which die with their secret.
  task<Result<void>> revoke(const AuthenticatedClient& client, Secret<std::string> token,
                            std::chrono::steady_clock::time_point deadline);

 private:
  task<Result<boost::json::object>> describe_login(const AuthenticatedClient& client, BearerToken token);
  task<Result<boost::json::object>> describe_api(const AuthenticatedClient& client, BearerToken token);
  task<Result<boost::json::object>> describe_refresh(const AuthenticatedClient& client,
                                                     const Secret<std::string>& token,
                                                     std::chrono::steady_clock::time_point deadline);

  const Ports ports_;
  const Grants& grants_;
  LoginAccess& logins_;
  ApiAuthentication& api_;
  const TokenVerifier& verifier_;
  const std::string issuer_;
};

}  // namespace doorward
