// What signing in grants: a session, the grant that all its tokens hang on, and the authorization code that buys the
// first of them. And the end of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "domain/sign_in.h"
#include "ports/ids.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

// RFC 6749 section 4.1.2 recommends ten minutes at most; an application redeems its code at once.
inline constexpr std::chrono::seconds kAuthorizationCodeLife{60};

// What a code is made from. The caller has checked all of it: nothing here asks whether the login may be.
struct CodeOrder {
  EnvironmentId environment_id;
  AuthRequestId auth_request_id;
  AuthorizationRequest request;
  SignedInUser user;                  // but for sealed_logout_hint, which is made here
  Secret<std::string> logout_hint{};  // kept, sealed, for the provider's logout; empty: not kept
};

struct IssuedCode {
  Secret<std::string> code;  // for the redirect; only its keyed hash is stored
  GrantId grant_id;
  SessionId session_id;
};

// Why a session ended; the reason of its grants' revocation.
enum class SessionEnd : std::uint8_t {
  kLogout,          // the application or the person asked
  kProviderLogout,  // the identity provider said so (OpenID Connect Back-Channel Logout 1.0)
  kCodeReuse,       // somebody used a code twice (RFC 6749 section 4.1.2)
  kRefreshReuse,    // somebody used a rotated refresh token (RFC 9700 section 4.14.2)
  kRevoked,         // the application revoked a token of it (RFC 7009)
};
std::string_view session_end_name(SessionEnd end);  // "logout", "provider_logout", …

// Thread-safe. Everything borrowed must outlive it. All methods run inside a transaction of the caller and may, like
// every store closure, run more than once: the last run's answer counts. Errors are those of the store.
class Grants {
 public:
  struct Ports {
    Ids& ids;
    Random& random;
    const Mac& mac;
    SecretBox& box;
  };
  explicit Grants(Ports ports) : ports_(ports) {}

  // Makes session, grant and code.
  Result<IssuedCode> issue_code(WriteTx& tx, const CodeOrder& order, Timestamp now) const;

  // Ends an active session: nothing that it granted works any longer. Leaves a change record, and what its clients are
  // owed (app/logout_tokens); one that ended already is left as it is.
  Result<void> end_session(WriteTx& tx, const Session& session, SessionEnd end, Timestamp now) const;

  // The same for the session of a grant; a grant whose session is over is revoked by itself.
  Result<void> end_grant(WriteTx& tx, const Grant& grant, SessionEnd end, Timestamp now) const;

  // How the identity provider's logout is told whom it means (ProviderIdentity::logout_hint); empty when it was not
  // kept.
  // kSecretUnreadable.
  Result<Secret<std::string>> logout_hint(const Grant& grant) const;

 private:
  Result<void> tell_clients(WriteTx& tx, const Session& session, const TransactionId& txn, Timestamp now) const;

  const Ports ports_;
};

}  // namespace doorward
