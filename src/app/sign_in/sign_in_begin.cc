// The first half: from the application's request to the redirect to the identity provider.
#include <algorithm>
#include <utility>

#include "app/grants/authorization_check.h"
#include "app/keys/secret_text.h"
#include "app/sign_in/failed_attempt.h"
#include "app/sign_in/login_route.h"
#include "app/sign_in/pending_login.h"
#include "app/sign_in/sign_in.h"
#include "base/log.h"
#include "protocol/oauth/scope.h"

namespace doorward {
namespace {

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : " ") + text;
  return out;
}

// What the log shows of a refused request: for a redirect URI, the ones that would have been right.
AuthEvidence evidence_of(const Error& error, const ApiClient& client, const oauth::Form& form) {
  if (error.reason != Reason::kInvalidRedirectUri) return evidence_of(error);
  return {.expected = joined(client.redirect_uris), .received = oauth::value_of(form, "redirect_uri")};
}

Result<void> count(FailureLimiter& limiter, const std::string& what) {
  DOORWARD_CHECK(limiter.check(what));
  limiter.record_failure(what);
  return {};
}

}  // namespace

std::string SignIn::location_of(const AuthorizationRequest& request, const Error& error, oauth::AnswerKind kind) const {
  return oauth::error_redirect({.redirect_uri = request.redirect_uri, .state = request.state, .issuer = home_.issuer},
                               error, kind);
}

task<Result<std::shared_ptr<const ClientState>>> SignIn::find_client(const Result<oauth::Form>& form,
                                                                     const BrowserCall& call) {
  if (!form) co_return tl::unexpected(form.error());
  const std::string& id = oauth::value_of(*form, "client_id");
  if (id.empty()) co_return failure(Reason::kInvalidRequest, "The parameter client_id is missing.");
  DOORWARD_CO_TRY(auto state, co_await parts_.clients.find(ApiClientId(id), call.deadline));
  if (state == nullptr || state->client.environment_id != home_.environment_id) {
    co_return failure(Reason::kInvalidClient, "There is no such client.");
  }
  if (!state->client.enabled) {
    co_return failure(Reason::kApplicationNotActive, "The application is switched off.");
  }
  co_return state;
}

// Parameters beside a pushed request do not count (RFC 9126 section 4).
task<Result<void>> SignIn::take_pushed(oauth::Form& form, const ApiClient& client, const BrowserCall& call) {
  const std::string& uri = oauth::value_of(form, "request_uri");
  if (uri.empty()) co_return Result<void>();
  DOORWARD_CO_TRY(form, co_await parts_.pushed.take(home_.environment_id, uri, client.id, call.deadline));
  co_return Result<void>();
}

// The order decides who reads a refusal: until the redirect URI is known to be one of the client's, a person on a page;
// then the application. A URI with placeholders is known only with the organization.
task<SignInResult<SignIn::Asked>> SignIn::check(oauth::Form& form, std::shared_ptr<const ClientState> state,
                                                const BrowserCall& call, AuthRequest& attempt) {
  if (auto taken = co_await take_pushed(form, state->client, call); !taken) co_return refuse(std::move(taken).error());
  const std::string& uri = oauth::value_of(form, "redirect_uri");
  if (uri.empty()) {
    co_return refuse(make_error(Reason::kInvalidRedirectUri, "The parameter redirect_uri is missing."));
  }
  const Error unregistered =
      make_error(Reason::kInvalidRedirectUri, "The redirect_uri is none of those that the client has registered.");
  bool registered = is_registered(state->client, uri, home_.environment, nullptr);
  if (!registered) {
    // It may be younger than the remembered state.
    auto read = co_await parts_.clients.read(state->client.id, call.deadline);
    if (!read) co_return refuse(std::move(read).error());
    if (*read != nullptr) state = *std::move(read);
    registered = is_registered(state->client, uri, home_.environment, nullptr);
  }
  const bool needs_organization = !registered && has_placeholder_uris(state->client);
  if (!registered && !needs_organization) co_return refuse(unregistered);

  auto checked = check_authorization(state->client, form);
  if (!checked) {
    if (needs_organization) co_return refuse(unregistered);
    const AuthorizationRequest asked{.redirect_uri = uri, .state = oauth::value_of(form, "state")};
    std::string location = location_of(asked, checked.error());
    co_return refuse(std::move(checked).error(), std::move(location));
  }
  attempt.email = checked->selectors.login_hint.contains('@') ? checked->selectors.login_hint : std::string();
  auto route = co_await ports_.store.read("sign_in.route", {.deadline = call.deadline}, [&](const ReadTx& tx) {
    return route_login(tx, home_.environment_id, state->client, checked->selectors);
  });
  if (route) {
    attempt.organization_id = route->organization.id;
    attempt.connection_id = route->connection.id;
    if (needs_organization && !is_registered(state->client, uri, home_.environment, &route->organization)) {
      co_return refuse(unregistered);
    }
    co_return Asked{.request = std::move(checked->request), .route = *std::move(route)};
  }
  if (needs_organization) co_return refuse(unregistered);
  std::string location = location_of(checked->request, route.error());
  co_return refuse(std::move(route).error(), std::move(location));
}

task<SignInResult<SentToProvider>> SignIn::begin(Result<oauth::Form> form, BrowserCall call) {
  if (auto counted = count(starts_, call.source); !counted) co_return refuse(std::move(counted).error());
  auto state = co_await find_client(form, call);
  if (!state) {
    // Whoever invents clients, or says none that can be read, fills no log but the server's.
    log::warning(
        "sign_in.refused",
        {{"reason", reason_name(state.error().reason)}, {"source", call.source}, {"request_id", call.request_id}});
    co_return refuse(std::move(state).error());
  }
  const ApiClient& client = (*state)->client;
  if (auto counted = count(client_starts_, client.id.str()); !counted) co_return refuse(std::move(counted).error());
  AuthRequest attempt =
      parts_.log.begin(home_.environment_id, LoginWorkflow::kServiceProviderInitiated, client.id, call.request_id);
  auto asked = co_await check(*form, *state, call, attempt);
  if (!asked) {
    const Error& error = asked.error().error;
    add_failure(attempt, auth_step::kAuthorize, parts_.log.now(), error.reason, evidence_of(error, client, *form));
    co_await parts_.log.save(std::move(attempt), call.source);
    co_return tl::unexpected(std::move(asked).error());
  }
  add_step(attempt, auth_step::kAuthorize, parts_.log.now());
  Start start{.connection = asked->route.connection,
              .purpose = LoginPurpose::kSignIn,
              .request = std::move(asked->request),
              .domain = std::move(asked->route.domain),
              .test = std::nullopt,
              .attempt = std::move(attempt)};
  auto sent = co_await send(start, call);
  if (sent) co_return *std::move(sent);
  std::string location = location_of(start.request, sent.error());
  co_return refuse(std::move(sent).error(), std::move(location));
}

task<SignInResult<TestBegun>> SignIn::begin_test(ConnectionId id, BrowserCall call) {
  if (auto counted = count(starts_, call.source); !counted) co_return refuse(std::move(counted).error());
  auto connection =
      co_await ports_.store.read("sign_in.test", {.deadline = call.deadline, .one_statement = true},
                                 [&](const ReadTx& tx) { return tx.connections().find(home_.environment_id, id); });
  if (!connection) co_return refuse(std::move(connection).error());
  if (!*connection) {
    co_return refuse(make_error(Reason::kConnectionNotFound, "There is no such connection."));
  }
  if (auto counted = count(test_starts_, id.str() + " " + failure_source(call.source)); !counted) {
    co_return refuse(std::move(counted).error());
  }
  Start start{.connection = **connection,
              .purpose = LoginPurpose::kConnectionTest,
              .request = {},
              .test = ConnectionTest{.environment_id = home_.environment_id,
                                     .connection_id = id,
                                     .id = ports_.ids.next<ConnectionTestId>(),
                                     .create_time = ports_.clock.now()},
              .attempt = parts_.log.begin(home_.environment_id, LoginWorkflow::kConnectionTest, {}, call.request_id)};
  start.attempt.organization_id = start.connection.organization_id;
  start.attempt.connection_id = id;
  auto sent = co_await send(start, call);
  if (sent) co_return TestBegun(*std::move(sent));
  if (start.test->status == ConnectionTestStatus::kFailure) {
    co_return TestBegun(TestEnded{.connection = start.connection, .test = *std::move(start.test)});
  }
  co_return refuse(std::move(sent).error());
}

// Of a login that does not reach the provider's page. A test that is over before the browser leaves is as finished as
// any other.
task<Result<void>> SignIn::give_up(Start& start, const Error& error, const BrowserCall& call) {
  const Timestamp now = parts_.log.now();
  add_failure(start.attempt, failed_start_step(error.reason), now, error.reason, evidence_of(error));
  if (!start.test) {
    co_await parts_.log.save(start.attempt, call.source);
    co_return Result<void>();
  }
  fail_test(*start.test, error, start.attempt.steps, now);
  co_return co_await ports_.store.write("sign_in.fail_test", {.deadline = call.deadline},
                                        [&](WriteTx& tx) -> Result<void> {
                                          DOORWARD_CHECK(tx.connections().insert_test(*start.test));
                                          return AuthLog::insert(tx, start.attempt);
                                        });
}

task<Result<SignIn::Sent>> SignIn::start_at_provider(const Connection& connection, const LoginStart& start) {
  if (connection.type == ConnectionType::kSaml) {
    DOORWARD_CO_TRY(StartedSamlLogin started, co_await parts_.service_provider.start(connection, start));
    co_return Sent{.message = std::move(started.message), .kept = started.kept.to_text()};
  }
  DOORWARD_CO_TRY(StartedLogin started, co_await parts_.relying_party.start(connection, start));
  co_return Sent{.message = saml::RedirectTo{std::move(started.redirect_url)}, .kept = started.kept.to_text()};
}

// The transaction is stored before the browser leaves, and the log's entry with it.
task<Result<SentToProvider>> SignIn::send(Start& start, const BrowserCall& call) {
  const Secret<std::string> state = make_secret_text(ports_.random);
  LoginStart at_provider{.state = state.reveal(),
                         .login_hint = start.request.login_hint,
                         .prompt = start.request.prompt,
                         .max_age = std::nullopt,
                         .acr_values = {}};
  for (const std::string_view value : oauth::split_scope(start.request.acr_values)) {
    at_provider.acr_values.emplace_back(value);
  }
  if (start.request.max_age) at_provider.max_age = std::chrono::seconds(*start.request.max_age);
  auto started = co_await start_at_provider(start.connection, at_provider);
  if (!started) {
    DOORWARD_CO_CHECK(co_await give_up(start, started.error(), call));
    co_return tl::unexpected(std::move(started).error());
  }
  add_step(start.attempt, auth_step::kRedirect, parts_.log.now());

  const Secret<std::string> browser = browser_secret_for(call, ports_.random);
  const Timestamp now = ports_.clock.now();
  LoginTransaction transaction{.environment_id = home_.environment_id,
                               .organization_id = start.connection.organization_id,
                               .connection_id = start.connection.id,
                               .auth_request_id = start.attempt.id,
                               .state_hash = ports_.mac.lookup_hash(state.reveal()),
                               .browser_hash = ports_.mac.lookup_hash(browser.reveal()),
                               .purpose = start.purpose,
                               .test_id = start.test ? start.test->id : ConnectionTestId(),
                               .request = start.request,
                               .sealed_secrets = {},
                               .create_time = now,
                               .expire_time = now + kLoginLife};
  const std::string row = login_row(transaction.state_hash);
  transaction.sealed_secrets =
      ports_.box.seal(login_secrets_place(row), Kept{.domain = start.domain, .answer = started->kept}.to_text());
  DOORWARD_CO_CHECK(
      co_await ports_.store.write("sign_in.begin", {.deadline = call.deadline}, [&](WriteTx& tx) -> Result<void> {
        if (start.test) {
          DOORWARD_CHECK(tx.connections().insert_test(*start.test));
        }
        DOORWARD_CHECK(AuthLog::insert(tx, start.attempt));
        return tx.sign_in().insert(transaction);
      }));
  SentToProvider sent{.location = {},
                      .form = std::nullopt,
                      .browser_secret = browser,
                      .answer_is_posted = start.connection.type == ConnectionType::kSaml};
  if (auto* redirect = std::get_if<saml::RedirectTo>(&started->message)) {
    sent.location = std::move(redirect->url);
  } else {
    sent.form = std::get<saml::PostTo>(std::move(started->message));
  }
  co_return sent;
}

}  // namespace doorward
