// The authorization code grant (RFC 6749 section 4.1.3): a client turns its code into the tokens of a login.
//
// A code is good once, on whichever node. Its second use, by the client it belongs to, says that somebody else has it:
// everything that came of it is revoked, without grace for requests that race (RFC 9700 section 2.1.1).
#pragma once

#include <chrono>
#include <optional>

#include "app/grants/grants.h"
#include "app/grants/login_tokens.h"
#include "app/tokens/client_authentication.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/offload.h"
#include "protocol/oauth/token_request.h"

namespace doorward {

// A refresh token that nobody uses ends after this; each use gives another one.
inline constexpr std::chrono::days kRefreshTokenLife{30};

// A token for the grant to refresh with; its plain text is `text`.
RefreshToken make_refresh_token(const Grant& grant, const Secret<std::string>& text, const Mac& mac, Timestamp now);

// Thread-safe. Everything borrowed must outlive it.
class CodeExchange {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Random& random;
    const Mac& mac;
    Offload& offload;
  };

  CodeExchange(Ports ports, const Grants& grants, const LoginTokens& tokens)
      : ports_(ports), grants_(grants), tokens_(tokens) {}

  // One transaction, then one or two signatures. kUnauthorizedClient: the client may not use this grant.
  // kInvalidGrant, and nothing changes: an unknown, expired or revoked code, one of another client, another or no
  // redirect_uri, no proof of possession. kCodeReuse: see above. kOverloaded: the code is used up all the same.
  // What becomes of the attempt is written into the authentication log.
  task<Result<IssuedToken>> redeem(const AuthenticatedClient& client, const oauth::AuthorizationCodeGrant& asked,
                                   std::chrono::steady_clock::time_point deadline);

 private:
  // What a transaction decided. A refusal that is written down is an answer of it, not its failure.
  struct Decision {
    std::optional<Error> refusal;
    AuthorizationCode code;
    Grant grant;
    bool refreshable = false;
  };
  struct Attempt;
  Result<Decision> decide(WriteTx& tx, const Attempt& attempt) const;
  Result<Decision> refuse(WriteTx& tx, const Grant& grant, Timestamp now, Error why, std::string expected,
                          std::string received) const;

  const Ports ports_;
  const Grants& grants_;
  const LoginTokens& tokens_;
};

}  // namespace doorward
