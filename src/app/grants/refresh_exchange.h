// The refresh token grant (RFC 6749 section 6). Every use gives another token and ends the one that was used (RFC 9700
// section 2.2.2); using an ended one says that two hold it, and revokes everything of that login, without grace for
// requests that race.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/grants/code_exchange.h"

namespace doorward {

// Thread-safe. Everything borrowed must outlive it.
class RefreshExchange {
 public:
  using Ports = CodeExchange::Ports;

  RefreshExchange(Ports ports, const Grants& grants, const LoginTokens& tokens)
      : ports_(ports), grants_(grants), tokens_(tokens) {}

  // One transaction, then one or two signatures. kUnauthorizedClient: the client may not use this grant.
  // kInvalidGrant, and nothing changes: an unknown or expired token, one of another client, a login that is over, a
  // connection or organization that is no longer there. kInvalidScope: more than was granted. kRefreshReuse: see above.
  // kOverloaded: the token is used up all the same.
  task<Result<IssuedToken>> refresh(const AuthenticatedClient& client, const oauth::RefreshTokenGrant& asked,
                                    std::chrono::steady_clock::time_point deadline);

 private:
  struct Decision {
    std::optional<Error> refusal;  // that had to be written down
    Grant grant;
    std::string scope;
  };
  struct Attempt;
  Result<Decision> decide(WriteTx& tx, const Attempt& attempt) const;
  Result<Decision> reused(WriteTx& tx, const Grant& grant, Timestamp now) const;

  const Ports ports_;
  const Grants& grants_;
  const LoginTokens& tokens_;
};

}  // namespace doorward
