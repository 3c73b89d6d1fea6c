// The assertion consumer service (SAML profiles 4.1): a browser posts what an organization's identity provider gave it.
// Whether it ends a login that began here or begins one at the provider is for the message to say.
#pragma once

#include <string>
#include <string_view>

#include "app/sign_in/browser_call.h"
#include "app/sign_in/idp_initiated_login.h"
#include "app/sign_in/sign_in.h"
#include "app/tokens/failure_limiter.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/offload.h"
#include "ports/store.h"

namespace doorward {

// Answers of one source that are refused in a row, and then each second: most cost a signature to check, and offices
// share an address.
inline constexpr FailureLimiter::Limits kAnswerFailureLimits{.burst = 200, .refill_per_second = 5};
// The form fields, as they came.
struct PostedAnswer {
  std::string saml_response;  // base64
  std::string relay_state;
  std::string received_at;  // an alias of the connection's; empty: the connection's own address
};

// Thread-safe. Everything borrowed must outlive it; arguments must live until the task has ended.
class AssertionConsumer {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Offload& offload;
  };
  struct Parts {
    SignIn& sign_in;
    IdpInitiatedLogin& initiated;
    AuthLog& log;
  };

  AssertionConsumer(Ports ports, Parts parts, EnvironmentId environment,
                    FailureLimiter::Limits failures = kAnswerFailureLimits)
      : ports_(ports), parts_(parts), environment_(std::move(environment)), failures_(ports.clock, failures) {}

  // kRateLimited; kTooLarge, kBadBase64 of saml::decode_post_message; then what SignIn::finish or
  // IdpInitiatedLogin::begin say. A Response to a request and one to none are told apart by InResponseTo alone. What is
  // no Response, or cannot be read, says neither: it is to the request that RelayState is of, so that the login's own
  // attempt has the reason and the application learns of it.
  task<SignInResult<SignInEnd>> consume(ConnectionId connection, PostedAnswer posted, BrowserCall call);

  // What came to the connection's address is no form with an answer, for the reason of `error`: an attempt like any
  // other that is refused. `error` again, or kRateLimited.
  task<Error> refuse_form(ConnectionId connection, Error error, BrowserCall call);

  // The connection that has an alias at this path (with its query, if it has one), and the alias whole.
  struct Alias {
    ConnectionId connection;
    std::string url;
  };
  task<Result<std::optional<Alias>>> find_alias(std::string path, std::chrono::steady_clock::time_point deadline);

 private:
  struct Opened;  // what the field holds
  task<Result<Opened>> open(const PostedAnswer& posted);
  task<void> record_refusal(ConnectionId connection, const Error& error, const BrowserCall& call);
  task<SignInResult<SignInEnd>> pass_on(const ConnectionId& connection, PostedAnswer posted, Opened opened,
                                        const BrowserCall& call);

  const Ports ports_;
  const Parts parts_;
  const EnvironmentId environment_;
  FailureLimiter failures_;
};

}  // namespace doorward
