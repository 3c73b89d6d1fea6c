// Signing in, between the application and the identity provider: the request of the application is checked and sent to
// the provider of the person's organization; the provider's answer is checked and turned into an authorization code.
// The same for the test of a connection, which signs nobody in.
//
// In between, a transaction in the store holds what the answer is checked against. It is found by the hash of `state`,
// belongs to one connection and one browser, lives for kLoginLife and is used once, whatever the race.
//
// Every attempt of a known client leaves an entry in the authentication log, and every answer that comes to a
// connection.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/auth_log/auth_log.h"
#include "app/auth_log/kept_message.h"
#include "app/grants/grants.h"
#include "app/grants/pushed_requests.h"
#include "app/relying_party/oidc_relying_party.h"
#include "app/service_provider/saml_service_provider.h"
#include "app/sign_in/browser_call.h"
#include "app/tokens/client_states.h"
#include "app/tokens/failure_limiter.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/connection.h"
#include "domain/environment.h"
#include "domain/sign_in.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "ports/secret_box.h"
#include "ports/store.h"
#include "protocol/oauth/authorization_response.h"
#include "protocol/oauth/form.h"
#include "protocol/oidc/callback.h"

namespace doorward {

inline constexpr std::chrono::minutes kLoginLife{10};

// What one source may start in a row, and then each second: offices share an address, and each start is a row that
// lives for kLoginLife.
inline constexpr FailureLimiter::Limits kLoginStartLimits{.burst = 30'000, .refill_per_second = 300};

// Back to the application.
struct SentBack {
  std::string location;
};
// What an administrator reads after a test.
struct TestEnded {
  Connection connection;
  ConnectionTest test;
};
using SignInEnd = std::variant<SentBack, TestEnded>;
// A test that cannot begin has ended.
using TestBegun = std::variant<SentToProvider, TestEnded>;

// What may be started of one client, whoever asks: more than one source may, so that none of them keeps out the others.
inline constexpr FailureLimiter::Limits kClientStartLimits{.burst = 120'000, .refill_per_second = 1'200};

// Tests of one connection that one source may start: fewer in kLoginLife than are kept (kKeptConnectionTests), so that
// it pushes out no test that runs.
inline constexpr FailureLimiter::Limits kTestStartLimits{.burst = 20, .refill_per_second = 0.04};

struct SignInLimits {
  FailureLimiter::Limits source = kLoginStartLimits;
  FailureLimiter::Limits client = kClientStartLimits;
  FailureLimiter::Limits test = kTestStartLimits;
};

// Thread-safe. Everything borrowed must outlive it; arguments must live until the task has ended.
class SignIn {
 public:
  // Of a SAML provider, to a request that it says was ours.
  struct SolicitedAnswer {
    SamlAnswer answer;
    std::string in_response_to;  // unchecked
  };
  struct Ports {
    Store& store;
    const Clock& clock;
    Ids& ids;
    Random& random;
    const Mac& mac;
    SecretBox& box;
  };
  struct Parts {
    ClientStates& clients;
    PushedRequests& pushed;
    OidcRelyingParty& relying_party;
    SamlServiceProvider& service_provider;
    const Grants& grants;
    AuthLog& log;
  };
  struct Home {
    EnvironmentId environment_id;
    EnvironmentKind environment = EnvironmentKind::kProduction;
    std::string issuer;  // the base URL
  };

  SignIn(Ports ports, Parts parts, Home home, SignInLimits limits = {})
      : ports_(ports),
        parts_(parts),
        home_(std::move(home)),
        starts_(ports.clock, limits.source),
        client_starts_(ports.clock, limits.client),
        test_starts_(ports.clock, limits.test) {}

  // The application's request, or why it cannot be read, which is the refusal then. A refusal has a location once
  // client and redirect URI are known to be right. Reasons: kInvalidRequest, kInvalidClient, kApplicationNotActive,
  // kInvalidRequestUri, kInvalidRedirectUri without one; with one those of check_authorization, of route_login, of
  // OidcRelyingParty::start and SamlServiceProvider::start. kRateLimited, and the errors of the store.
  task<SignInResult<SentToProvider>> begin(Result<oauth::Form> form, BrowserCall call);

  // An administrator tries a connection, be it enabled or not. kConnectionNotFound, kRateLimited. What
  // OidcRelyingParty::start and SamlServiceProvider::start refuse is the outcome of the test.
  task<SignInResult<TestBegun>> begin_test(ConnectionId connection, BrowserCall call);

  // The answer that came to an OpenID connection's callback, or why it is none, which is the refusal then and uses
  // nothing up. Without a location: kState (no such transaction: never begun, used, too old, or another connection's)
  // and kBrowserBinding (another browser's; the transaction stays). All else uses the transaction up. With a location:
  // kConnectionInactive, kApplicationNotActive, and what OidcRelyingParty::finish refuses. The outcome of a test,
  // failure included, is an end and no refusal.
  task<SignInResult<SignInEnd>> finish(ConnectionId connection, Result<oidc::CallbackParameters> callback,
                                       BrowserCall call);

  // The answer that came to a SAML connection's assertion consumer service. Without a location: kConnectionNotFound;
  // kBrowserBinding (the browser brought no cookie); kInResponseTo (no such transaction, another browser's or another
  // connection's, or a RelayState that is not its own), or, before it, what is wrong with the answer itself; kReplay
  // (it is right and was used). With a location: kConnectionInactive, kApplicationNotActive, what
  // SamlServiceProvider::check and identity_of refuse, kReplay. The transaction is used up by the answer that is
  // accepted, and by no other: whoever sends rubbish first ends nobody's login.
  task<SignInResult<SignInEnd>> finish(ConnectionId connection, SolicitedAnswer answer, BrowserCall call);

 private:
  struct Asked;    // an application's request, checked and routed
  struct Start;    // a login that is about to be sent to the provider
  struct Pending;  // a transaction with what its end needs
  struct Kept;     // what is sealed with it
  struct Sent;     // what the provider is sent, and what is kept until it answers
  struct Seen;     // of an answer, for the log
  struct Answer;   // of the provider, judged

  task<Result<std::shared_ptr<const ClientState>>> find_client(const Result<oauth::Form>& form,
                                                               const BrowserCall& call);
  task<Result<void>> take_pushed(oauth::Form& form, const ApiClient& client, const BrowserCall& call);
  task<SignInResult<Asked>> check(oauth::Form& form, std::shared_ptr<const ClientState> state, const BrowserCall& call,
                                  AuthRequest& attempt);
  task<Result<SentToProvider>> send(Start& start, const BrowserCall& call);
  task<Result<void>> give_up(Start& start, const Error& error, const BrowserCall& call);
  task<Result<Sent>> start_at_provider(const Connection& connection, const LoginStart& start);
  std::string location_of(const AuthorizationRequest& request, const Error& error,
                          oauth::AnswerKind kind = oauth::AnswerKind::kIdToken) const;

  task<void> log_stray(const ConnectionId& connection, const LoginTransaction* known, const Error& error,
                       const BrowserCall& call, const Seen& seen);
  static oauth::AnswerKind kind_of(const Seen& seen);
  task<std::optional<AuthRequestMessage>> kept_message(const AuthRequestId& attempt, const Seen& seen);
  task<Result<std::optional<Pending>>> read_pending(const ConnectionId& connection, const std::string& state_hash,
                                                    const BrowserCall& call);
  task<SignInResult<Pending>> take_pending(const ConnectionId& connection, const std::string& state,
                                           const BrowserCall& call);
  Result<Kept> open_kept(const Pending& pending) const;
  task<Answer> ask_provider(const Pending& pending, oidc::CallbackParameters callback, const BrowserCall& call);
  task<SignInRefusal> refuse_stray(const ConnectionId& connection, const SolicitedAnswer& answer,
                                   const BrowserCall& call);
  task<Answer> check_assertion(const Pending& pending, const SolicitedAnswer& answer);
  task<SignInResult<SignInEnd>> end(const Pending& pending, const Answer& answer, const BrowserCall& call);
  static Result<Connection> connection_for_code(WriteTx& tx, const Pending& pending, Timestamp now);
  task<Result<IssuedCode>> issue(const Pending& pending, const Answer& answer, const BrowserCall& call);
  task<SignInResult<SignInEnd>> end_sign_in(const Pending& pending, const Answer& answer, const BrowserCall& call);
  using RecordTest = std::function<Result<void>(WriteTx&, ConnectionTest&, AuthRequest&)>;
  task<Result<TestEnded>> record_test(const Pending& pending, const BrowserCall& call, RecordTest record);
  task<SignInResult<SignInEnd>> end_test(const Pending& pending, const Answer& answer, const BrowserCall& call);

  const Ports ports_;
  const Parts parts_;
  const Home home_;
  FailureLimiter starts_;         // by source
  FailureLimiter client_starts_;  // by client
  FailureLimiter test_starts_;    // by connection and source
};

}  // namespace doorward
