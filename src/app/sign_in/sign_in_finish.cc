// The second half: from the identity provider's answer to the code for the application, or to the outcome of a test.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "app/sign_in/failed_attempt.h"
#include "app/sign_in/pending_login.h"
#include "app/sign_in/sign_in.h"
#include "app/sign_in/signed_in_user.h"
#include "crypto/hash.h"
#include "protocol/oauth/authorization_response.h"

namespace doorward {
namespace {

tl::unexpected<SignInRefusal> refuse(Error error, std::string location = {}) {
  return tl::unexpected(SignInRefusal{.error = std::move(error), .location = std::move(location)});
}

Error not_begun_here() {
  return make_error(Reason::kState,
                    "This sign-in is over: it was finished before, it took too long, or it was not begun here. Go back "
                    "to the application and sign in again.");
}

Error another_browser() {
  return make_error(Reason::kBrowserBinding,
                    "This sign-in was begun in another browser, or the browser keeps no cookies. Go back to the "
                    "application and sign in again.");
}

LoginWorkflow workflow_of(LoginPurpose purpose) {
  return purpose == LoginPurpose::kConnectionTest ? LoginWorkflow::kConnectionTest
                                                  : LoginWorkflow::kServiceProviderInitiated;
}

// The steps as far as they were told, and the failure, which may have come from where nobody tells steps.
void add_refusal(AuthRequest& attempt, const std::vector<AuthRequestStep>& steps, const Error& error, Timestamp at) {
  add_steps(attempt, steps);
  if (!steps.empty() && !steps.back().ok) return;
  add_failure(attempt, auth_step::kCallback, at, error.reason, evidence_of(error));
}

Result<void> check_client(WriteTx& tx, const LoginTransaction& transaction) {
  const auto client = tx.clients().lock_shared(transaction.environment_id, transaction.request.client_id);
  if (!client && client.error().reason != Reason::kClientNotFound) return failure(client.error());
  if (client && client->enabled) return {};
  return failure(Reason::kApplicationNotActive, "The application is switched off.");
}

// What an administrator sees of a person.
std::string user_info_of(const ProviderIdentity& identity) {
  boost::json::object info{{"sub", identity.subject},
                           {"email", identity.profile.email},
                           {"email_verified", identity.profile.email_verified}};
  for (const auto& [name, value] : identity.profile.claims) info.emplace(name, value);
  return boost::json::serialize(info);
}

}  // namespace

// Of an answer that belongs to no login that is under way here; `known`: the login that it claims to belong to.
task<void> SignIn::log_stray(const ConnectionId& connection, const LoginTransaction* known, const Error& error,
                             const BrowserCall& call) {
  AuthRequest attempt = parts_.log.begin(
      home_.environment_id, known == nullptr ? LoginWorkflow::kServiceProviderInitiated : workflow_of(known->purpose),
      known == nullptr ? ApiClientId() : known->request.client_id, call.request_id);
  attempt.connection_id = connection;
  if (known != nullptr) attempt.organization_id = known->organization_id;
  add_failure(attempt, auth_step::kCallback, parts_.log.now(), error.reason);
  co_await parts_.log.save(std::move(attempt), call.source);
}

// Found, compared, and then removed: who removes it may go on. An answer that another browser brings leaves it to the
// browser that it belongs to.
task<SignInResult<SignIn::Pending>> SignIn::take_pending(const ConnectionId& connection, const std::string& state,
                                                         const BrowserCall& call) {
  const std::string hash = ports_.mac.lookup_hash(state);
  auto read = co_await ports_.store.read(
      "sign_in.callback", {.deadline = call.deadline}, [&](const ReadTx& tx) -> Result<std::optional<Pending>> {
        Pending pending;
        DOORWARD_TRY(auto found, tx.sign_in().find_transaction(home_.environment_id, hash));
        if (!found || found->connection_id != connection) return std::nullopt;
        pending.transaction = *std::move(found);
        DOORWARD_TRY(pending.connection, tx.connections().find(home_.environment_id, connection));
        DOORWARD_TRY(pending.organization,
                     tx.organizations().find(home_.environment_id, pending.transaction.organization_id));
        DOORWARD_TRY(pending.attributes, tx.connections().user_attributes(home_.environment_id));
        return pending;
      });
  if (!read) co_return refuse(std::move(read).error());
  const LoginTransaction* known = *read ? &(*read)->transaction : nullptr;
  std::optional<Error> refusal;
  if (known == nullptr || known->expire_time <= ports_.clock.now()) {
    refusal = not_begun_here();
  } else if (!crypto::constant_time_equal(known->browser_hash, ports_.mac.lookup_hash(call.browser_secret))) {
    refusal = another_browser();
  } else {
    auto taken = co_await ports_.store.write("sign_in.take", {.deadline = call.deadline}, [&](WriteTx& tx) {
      return tx.sign_in().take_transaction(home_.environment_id, hash);
    });
    if (!taken) co_return refuse(std::move(taken).error());
    if (!*taken) refusal = not_begun_here();
  }
  if (!refusal) co_return **std::move(read);
  co_await log_stray(connection, known, *refusal, call);
  co_return refuse(*std::move(refusal));
}

task<SignIn::Answer> SignIn::ask_provider(const Pending& pending, oidc::CallbackParameters callback,
                                          const BrowserCall& call) {
  const bool is_test = pending.transaction.purpose == LoginPurpose::kConnectionTest;
  const bool may_be_used = pending.connection && pending.organization && (is_test || pending.connection->is_active());
  if (!may_be_used) {
    co_return Answer{.identity = failure(Reason::kConnectionInactive, "The connection is not active any more."),
                     .steps = {}};
  }
  const std::string row = login_row(pending.transaction.state_hash);
  auto text = ports_.box.open(login_secrets_place(row), pending.transaction.sealed_secrets);
  if (!text) co_return Answer{.identity = tl::unexpected(std::move(text).error()), .steps = {}};
  auto kept = KeptSecrets::from_text(*text);
  if (!kept) co_return Answer{.identity = failure(internal_error("login secrets of an unknown form")), .steps = {}};
  std::vector<AuthRequestStep> steps;
  const LoginFinish finish{.kept = *std::move(kept),
                           .callback = std::move(callback),
                           .attributes = pending.attributes,
                           .deadline = call.deadline,
                           .on_step = [&steps](AuthRequestStep step) { steps.push_back(std::move(step)); }};
  auto identity = co_await parts_.relying_party.finish(*pending.connection, finish);
  co_return Answer{.identity = std::move(identity), .steps = std::move(steps)};
}

// Held to the end of the transaction. The answer was judged by the connection as it was when it came.
Result<Connection> SignIn::connection_for_code(WriteTx& tx, const Pending& pending, Timestamp now) {
  const LoginTransaction& transaction = pending.transaction;
  auto connection = tx.connections().lock(transaction.environment_id, transaction.connection_id);
  if (!connection && connection.error().reason != Reason::kConnectionNotFound) return connection;
  if (!connection || !connection->is_active()) {
    return failure(Reason::kConnectionInactive, "The connection is not active any more.");
  }
  if (connection->oidc.issuer != pending.connection->oidc.issuer) {
    return failure(Reason::kIssuerMismatch, "The connection was moved to another identity provider meanwhile.");
  }
  if (!connection->first_login_time) {
    connection->first_login_time = now;
    DOORWARD_CHECK(tx.connections().update(*connection));
  }
  return connection;
}

// Whoever disables the connection or the client waits for this, or this for them: no grant comes into being that
// should have been revoked.
task<Result<IssuedCode>> SignIn::issue(const Pending& pending, const Answer& answer, const BrowserCall& call) {
  const LoginTransaction& transaction = pending.transaction;
  const Timestamp now = ports_.clock.now();
  co_return co_await ports_.store.write(
      "sign_in.issue_code", {.deadline = call.deadline, .serial_key = transaction.connection_id.str()},
      [&](WriteTx& tx) -> Result<IssuedCode> {
        DOORWARD_TRY(const Connection connection, connection_for_code(tx, pending, now));
        DOORWARD_CHECK(check_client(tx, transaction));
        CodeOrder order{.environment_id = transaction.environment_id,
                        .auth_request_id = transaction.auth_request_id,
                        .request = transaction.request,
                        .user = {},
                        .provider_id_token = answer.identity->id_token};
        DOORWARD_TRY(order.user, signed_in_user(tx, connection, *pending.organization, *answer.identity, now));
        // Whoever asked for it must be able to see it (OpenID Connect Core section 3.1.2.1).
        if (!transaction.request.acr_values.empty()) order.user.claims["acr"] = answer.identity->acr;
        DOORWARD_TRY(IssuedCode issued, parts_.grants.issue_code(tx, order, now));
        DOORWARD_CHECK(
            AuthLog::amend(tx, transaction.environment_id, transaction.auth_request_id, [&](AuthRequest& attempt) {
              add_steps(attempt, answer.steps);
              add_step(attempt, auth_step::kCodeIssued, now);
              attempt.email = order.user.email;
              set_status(attempt, AuthRequestStatus::kPending, now);
            }));
        return issued;
      });
}

task<SignInResult<SignInEnd>> SignIn::end_sign_in(const Pending& pending, const Answer& answer,
                                                  const BrowserCall& call) {
  const LoginTransaction& transaction = pending.transaction;
  Result<IssuedCode> issued =
      answer.identity ? co_await issue(pending, answer, call) : tl::unexpected(answer.identity.error());
  if (issued) {
    const oauth::AuthorizationResponseTarget target{
        .redirect_uri = transaction.request.redirect_uri, .state = transaction.request.state, .issuer = home_.issuer};
    co_return SentBack{oauth::code_redirect(target, issued->code.reveal())};
  }
  const Timestamp now = ports_.clock.now();
  co_await parts_.log.note(transaction.environment_id, transaction.auth_request_id, [&](AuthRequest& attempt) {
    add_refusal(attempt, answer.steps, issued.error(), now);
    attempt.request_id = call.request_id;
  });
  std::string location = location_of(transaction.request, issued.error());
  co_return refuse(std::move(issued).error(), std::move(location));
}

task<SignInResult<SignInEnd>> SignIn::end_test(const Pending& pending, const Answer& answer, const BrowserCall& call) {
  const LoginTransaction& transaction = pending.transaction;
  const Timestamp now = ports_.clock.now();
  auto ended = co_await ports_.store.write(
      "sign_in.end_test", {.deadline = call.deadline}, [&](WriteTx& tx) -> Result<TestEnded> {
        DOORWARD_TRY(auto test, tx.connections().find_test(transaction.environment_id, transaction.connection_id,
                                                           transaction.test_id));
        if (!test || !pending.connection) {
          return failure(Reason::kConnectionTestNotFound, "The connection or its test was removed meanwhile.");
        }
        if (answer.identity) {
          test->finish_time = now;
          test->status = ConnectionTestStatus::kSuccess;
          test->user_info = user_info_of(*answer.identity);
        } else {
          fail_test(*test, answer.identity.error(), answer.steps, now);
        }
        DOORWARD_CHECK(tx.connections().update_test(*test));
        DOORWARD_CHECK(
            AuthLog::amend(tx, transaction.environment_id, transaction.auth_request_id, [&](AuthRequest& attempt) {
              attempt.request_id = call.request_id;
              if (!answer.identity) return add_refusal(attempt, answer.steps, answer.identity.error(), now);
              add_steps(attempt, answer.steps);
              attempt.email = answer.identity->profile.email;
              set_status(attempt, AuthRequestStatus::kSuccess, now);
            }));
        return TestEnded{.connection = *pending.connection, .test = *std::move(test)};
      });
  if (!ended) co_return refuse(std::move(ended).error());
  co_return *std::move(ended);
}

task<SignInResult<SignInEnd>> SignIn::finish(ConnectionId connection, oidc::CallbackParameters callback,
                                             BrowserCall call) {
  auto pending = co_await take_pending(connection, callback.state, call);
  if (!pending) co_return tl::unexpected(std::move(pending).error());
  const Answer answer = co_await ask_provider(*pending, std::move(callback), call);
  if (pending->transaction.purpose == LoginPurpose::kConnectionTest)
    co_return co_await end_test(*pending, answer, call);
  co_return co_await end_sign_in(*pending, answer, call);
}

}  // namespace doorward
