// The second half, from the identity provider's answer on: whose it is, and what an OpenID provider says then.
#include <utility>

#include "app/sign_in/failed_attempt.h"
#include "app/sign_in/pending_login.h"
#include "app/sign_in/sign_in.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

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

}  // namespace

// Of an answer that belongs to no login that is under way here; `known`: the login that it claims to belong to.
task<void> SignIn::log_stray(const ConnectionId& connection, const LoginTransaction* known, const Error& error,
                             const BrowserCall& call, const Seen& seen) {
  AuthRequest attempt = parts_.log.begin(
      home_.environment_id, known == nullptr ? LoginWorkflow::kServiceProviderInitiated : workflow_of(known->purpose),
      known == nullptr ? ApiClientId() : known->request.client_id, call.request_id);
  attempt.connection_id = connection;
  if (known != nullptr) attempt.organization_id = known->organization_id;
  add_refusal(attempt, seen.steps, error, parts_.log.now());
  auto message = co_await kept_message(attempt.id, seen);
  co_await parts_.log.save(std::move(attempt), call.source, std::move(message));
}

// nullopt: never begun here, used, or another connection's.
task<Result<std::optional<SignIn::Pending>>> SignIn::read_pending(const ConnectionId& connection,
                                                                  const std::string& state_hash,
                                                                  const BrowserCall& call) {
  co_return co_await ports_.store.read(
      "sign_in.callback", {.deadline = call.deadline}, [&](const ReadTx& tx) -> Result<std::optional<Pending>> {
        Pending pending;
        DOORWARD_TRY(auto found, tx.sign_in().find_transaction(home_.environment_id, state_hash));
        if (!found || found->connection_id != connection || found->purpose == LoginPurpose::kSignOut) {
          return std::nullopt;
        }
        pending.transaction = *std::move(found);
        DOORWARD_TRY(pending.connection, tx.connections().find(home_.environment_id, connection));
        DOORWARD_TRY(pending.organization,
                     tx.organizations().find(home_.environment_id, pending.transaction.organization_id));
        DOORWARD_TRY(pending.attributes, tx.connections().user_attributes(home_.environment_id));
        return pending;
      });
}

// Found, compared, and then removed: who removes it may go on. An answer that another browser brings leaves it to the
// browser that it belongs to.
task<SignInResult<SignIn::Pending>> SignIn::take_pending(const ConnectionId& connection, const std::string& state,
                                                         const BrowserCall& call) {
  const std::string hash = ports_.mac.lookup_hash(state);
  auto read = co_await read_pending(connection, hash, call);
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
  co_await log_stray(connection, known, *refusal, call, {});
  co_return refuse(*std::move(refusal));
}

// What the answer is checked against. kConnectionInactive: the connection may not be used any more.
Result<SignIn::Kept> SignIn::open_kept(const Pending& pending) const {
  const bool is_test = pending.transaction.purpose == LoginPurpose::kConnectionTest;
  const bool may_be_used = pending.connection && pending.organization && (is_test || pending.connection->is_active());
  if (!may_be_used) return failure(Reason::kConnectionInactive, "The connection is not active any more.");
  const std::string row = login_row(pending.transaction.state_hash);
  DOORWARD_TRY(const auto text, ports_.box.open(login_secrets_place(row), pending.transaction.sealed_secrets));
  return Kept::from_text(text);
}

task<SignIn::Answer> SignIn::ask_provider(const Pending& pending, oidc::CallbackParameters callback,
                                          const BrowserCall& call) {
  auto opened = open_kept(pending);
  if (!opened) co_return Answer{.identify = tl::unexpected(std::move(opened).error()), .seen = {}};
  auto kept = KeptSecrets::from_text(opened->answer);
  if (!kept) co_return Answer{.identify = failure(internal_error("login secrets of an unknown form")), .seen = {}};
  std::vector<AuthRequestStep> steps;
  const LoginFinish finish{.kept = *std::move(kept),
                           .callback = std::move(callback),
                           .attributes = pending.attributes,
                           .deadline = call.deadline,
                           .on_step = [&steps](AuthRequestStep step) { steps.push_back(std::move(step)); }};
  auto identity = co_await parts_.relying_party.finish(*pending.connection, finish);
  Answer answer{.identify = [](WriteTx&) -> Result<ProviderIdentity> { return ProviderIdentity(); },
                .seen = {.steps = std::move(steps), .xml = {}}};
  if (identity) {
    answer.identify = [known = *std::move(identity)](WriteTx&) -> Result<ProviderIdentity> { return known; };
  } else {
    answer.identify = tl::unexpected(std::move(identity).error());
  }
  co_return answer;
}

task<SignInResult<SignInEnd>> SignIn::finish(ConnectionId connection, Result<oidc::CallbackParameters> callback,
                                             BrowserCall call) {
  if (!callback) {
    co_await log_stray(connection, nullptr, callback.error(), call, {});
    co_return refuse(std::move(callback).error());
  }
  auto pending = co_await take_pending(connection, callback->state, call);
  if (!pending) co_return tl::unexpected(std::move(pending).error());
  const Answer answer = co_await ask_provider(*pending, *std::move(callback), call);
  co_return co_await end(*pending, answer, call);
}

}  // namespace doorward
