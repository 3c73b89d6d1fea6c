// The end of the second half: the code for the application, or the outcome of a test.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "app/domains/routing.h"
#include "app/sign_in/failed_attempt.h"
#include "app/sign_in/pending_login.h"
#include "app/sign_in/sign_in.h"
#include "app/sign_in/signed_in_user.h"

namespace doorward {
namespace {

// What an administrator sees of a person.
std::string user_info_of(const ProviderIdentity& identity) {
  boost::json::object info{{"sub", identity.subject},
                           {"email", identity.profile.email},
                           {"email_verified", identity.profile.email_verified}};
  for (const auto& [name, value] : identity.profile.claims) info.emplace(name, value);
  return boost::json::serialize(info);
}

Result<void> check_client(WriteTx& tx, const LoginTransaction& transaction) {
  const auto client = tx.clients().lock_shared(transaction.environment_id, transaction.request.client_id);
  if (!client && client.error().reason != Reason::kClientNotFound) return failure(client.error());
  if (client && client->enabled) return {};
  return failure(Reason::kApplicationNotActive, "The application is switched off.");
}

// Who was sent here for the sake of a domain is signed in while it is the organization's (S-96); a connection that was
// chosen in another way needs none.
Result<void> check_domain(WriteTx& tx, const Connection& connection, const std::string& domain) {
  if (domain.empty()) return {};
  DOORWARD_TRY(const auto verified, route_by_domain(tx.domains(), connection.environment_id, domain));
  if (verified && verified->organization_id == connection.organization_id) return {};
  return failure(Reason::kConnectionInactive,
                 "The domain that led to the connection is not verified for its organization any more.");
}

}  // namespace

oauth::AnswerKind SignIn::kind_of(const Seen& seen) {
  return seen.xml.empty() ? oauth::AnswerKind::kIdToken : oauth::AnswerKind::kSaml;
}

task<std::optional<AuthRequestMessage>> SignIn::kept_message(const AuthRequestId& attempt, const Seen& seen) {
  if (seen.xml.empty()) co_return std::nullopt;
  std::string text = co_await parts_.service_provider.redacted(seen.xml);
  co_return seal_message(ports_.box, home_.environment_id, attempt, kResponseMessage, std::move(text),
                         ports_.clock.now());
}

// Held to the end of the transaction. The answer was judged by the connection as it was when it came.
Result<Connection> SignIn::connection_for_code(WriteTx& tx, const Pending& pending, Timestamp now) {
  const LoginTransaction& transaction = pending.transaction;
  auto connection = tx.connections().lock(transaction.environment_id, transaction.connection_id);
  if (!connection && connection.error().reason != Reason::kConnectionNotFound) return connection;
  if (!connection || !connection->is_active()) {
    return failure(Reason::kConnectionInactive, "The connection is not active any more.");
  }
  if (issuer_of(*connection) != issuer_of(*pending.connection)) {
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
  // What is right is of use to nobody, unless the administrator is looking for a fault.
  std::optional<AuthRequestMessage> message;
  if (pending.connection->debug_enabled) message = co_await kept_message(transaction.auth_request_id, answer.seen);
  DOORWARD_CO_TRY(const Kept kept, open_kept(pending));
  const Timestamp now = ports_.clock.now();
  co_return co_await ports_.store.write(
      "sign_in.issue_code", {.deadline = call.deadline, .serial_key = transaction.connection_id.str()},
      [&](WriteTx& tx) -> Result<IssuedCode> {
        DOORWARD_TRY(const Connection connection, connection_for_code(tx, pending, now));
        DOORWARD_CHECK(check_domain(tx, connection, kept.domain));
        DOORWARD_CHECK(check_client(tx, transaction));
        DOORWARD_TRY(const ProviderIdentity identity, (*answer.identify)(tx));
        CodeOrder order{.environment_id = transaction.environment_id,
                        .auth_request_id = transaction.auth_request_id,
                        .request = transaction.request,
                        .user = {},
                        .logout_hint = identity.logout_hint};
        DOORWARD_TRY(order.user, signed_in_user(tx, connection, *pending.organization, identity, now));
        // Whoever asked for it must be able to see it (OpenID Connect Core section 3.1.2.1).
        if (!transaction.request.acr_values.empty()) order.user.claims["acr"] = identity.acr;
        DOORWARD_TRY(IssuedCode issued, parts_.grants.issue_code(tx, order, now));
        DOORWARD_CHECK(
            AuthLog::amend(tx, transaction.environment_id, transaction.auth_request_id, [&](AuthRequest& attempt) {
              take_up_again(attempt);
              add_steps(attempt, answer.seen.steps);
              add_step(attempt, auth_step::kCodeIssued, now);
              attempt.email = order.user.email;
              set_status(attempt, AuthRequestStatus::kPending, now);
            }));
        if (message) DOORWARD_CHECK(tx.auth_requests().keep_message(*message));
        return issued;
      });
}

task<SignInResult<SignInEnd>> SignIn::end_sign_in(const Pending& pending, const Answer& answer,
                                                  const BrowserCall& call) {
  const LoginTransaction& transaction = pending.transaction;
  Result<IssuedCode> issued =
      answer.identify ? co_await issue(pending, answer, call) : tl::unexpected(answer.identify.error());
  if (issued) {
    const oauth::AuthorizationResponseTarget target{
        .redirect_uri = transaction.request.redirect_uri, .state = transaction.request.state, .issuer = home_.issuer};
    co_return SentBack{oauth::code_redirect(target, issued->code.reveal())};
  }
  const Timestamp now = ports_.clock.now();
  co_await parts_.log.note(
      transaction.environment_id, transaction.auth_request_id,
      [&](AuthRequest& attempt) {
        add_refusal(attempt, answer.seen.steps, issued.error(), now);
        attempt.request_id = call.request_id;
      },
      co_await kept_message(transaction.auth_request_id, answer.seen));
  std::string location = location_of(transaction.request, issued.error(), kind_of(answer.seen));
  co_return refuse(std::move(issued).error(), std::move(location));
}

task<Result<TestEnded>> SignIn::record_test(const Pending& pending, const BrowserCall& call, RecordTest record) {
  const LoginTransaction& transaction = pending.transaction;
  co_return co_await ports_.store.write(
      "sign_in.end_test", {.deadline = call.deadline}, [&](WriteTx& tx) -> Result<TestEnded> {
        DOORWARD_TRY(auto test, tx.connections().find_test(transaction.environment_id, transaction.connection_id,
                                                           transaction.test_id));
        if (!test || !pending.connection) {
          return failure(Reason::kConnectionTestNotFound, "The connection or its test was removed meanwhile.");
        }
        AuthRequest attempt;
        DOORWARD_TRY(auto found, tx.auth_requests().find(transaction.environment_id, transaction.auth_request_id));
        if (found) attempt = *std::move(found);
        attempt.request_id = call.request_id;
        test->finish_time = ports_.clock.now();
        DOORWARD_CHECK(record(tx, *test, attempt));
        DOORWARD_CHECK(tx.connections().update_test(*test));
        if (!attempt.id.empty()) DOORWARD_CHECK(AuthLog::update(tx, attempt));
        return TestEnded{.connection = *pending.connection, .test = *std::move(test)};
      });
}

task<SignInResult<SignInEnd>> SignIn::end_test(const Pending& pending, const Answer& answer, const BrowserCall& call) {
  const Timestamp now = ports_.clock.now();
  Result<TestEnded> ended = tl::unexpected(Error());
  if (answer.identify) {
    ended = co_await record_test(pending, call, [&](WriteTx& tx, ConnectionTest& test, AuthRequest& attempt) {
      return (*answer.identify)(tx).map([&](const ProviderIdentity& identity) {
        test.status = ConnectionTestStatus::kSuccess;
        test.user_info = user_info_of(identity);
        take_up_again(attempt);
        add_steps(attempt, answer.seen.steps);
        attempt.email = identity.profile.email;
        set_status(attempt, AuthRequestStatus::kSuccess, now);
      });
    });
  } else {
    ended = tl::unexpected(answer.identify.error());
  }
  if (ended) co_return *std::move(ended);
  // What the answer itself has written is undone by now; that it was refused is the outcome.
  const Error refusal = std::move(ended).error();
  const auto message = co_await kept_message(pending.transaction.auth_request_id, answer.seen);
  ended = co_await record_test(pending, call, [&](WriteTx& tx, ConnectionTest& test, AuthRequest& attempt) {
    fail_test(test, refusal, answer.seen.steps, now, kind_of(answer.seen));
    add_refusal(attempt, answer.seen.steps, refusal, now);
    return message && !attempt.id.empty() ? tx.auth_requests().keep_message(*message) : Result<void>();
  });
  if (!ended) co_return refuse(std::move(ended).error());
  co_return *std::move(ended);
}

task<SignInResult<SignInEnd>> SignIn::end(const Pending& pending, const Answer& answer, const BrowserCall& call) {
  const bool is_test = pending.transaction.purpose == LoginPurpose::kConnectionTest;
  if (is_test) co_return co_await end_test(pending, answer, call);
  co_return co_await end_sign_in(pending, answer, call);
}

}  // namespace doorward
