// The second half at a SAML provider: an answer that says to which request of ours it is one.
#include <memory>
#include <utility>

#include "app/sign_in/assertion_memory.h"
#include "app/sign_in/pending_login.h"
#include "app/sign_in/sign_in.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

Error no_cookie() {
  return make_error(Reason::kBrowserBinding,
                    "The browser brought no cookie of this sign-in: it keeps none, or the sign-in was begun in another "
                    "browser. Go back to the application and sign in again.");
}

Error not_asked_for() {
  return make_error(Reason::kInResponseTo,
                    "This answer belongs to no sign-in that is under way in this browser: it was finished before, it "
                    "took too long, or it was not begun here. Go back to the application and sign in again.");
}

}  // namespace

// What is wrong with an answer to nothing that is under way is told before that: whoever set up the provider learns
// more from it. One that is right in everything else was used before, or its login is gone. It is never accepted.
task<SignInRefusal> SignIn::refuse_stray(const ConnectionId& id, const SolicitedAnswer& solicited,
                                         const BrowserCall& call) {
  Seen seen{.steps = {}, .xml = solicited.answer.xml};
  const auto connection =
      co_await ports_.store.read("sign_in.stray", {.deadline = call.deadline, .one_statement = true},
                                 [&](const ReadTx& tx) { return tx.connections().find(home_.environment_id, id); });
  if (!connection) co_return SignInRefusal{.error = connection.error(), .location = {}};
  if (!*connection || (*connection)->type != ConnectionType::kSaml) {
    co_return SignInRefusal{.error = make_error(Reason::kConnectionNotFound, "There is no such connection."),
                            .location = {}};
  }
  // Where nothing of the kind is ever accepted, nothing is decrypted for a stranger's sake.
  if (holds_encrypted_assertion(solicited.answer.xml) && !(*connection)->allow_idp_initiated_login) {
    co_await log_stray(id, nullptr, not_asked_for(), call, seen);
    co_return SignInRefusal{.error = not_asked_for(), .location = {}};
  }
  const SamlCheck check{.answer = solicited.answer,
                        .sent = saml::SentAuthnRequest{.id = solicited.in_response_to, .sent_at = Timestamp()},
                        .on_step = [&seen](AuthRequestStep step) { seen.steps.push_back(std::move(step)); }};
  const auto checked = co_await parts_.service_provider.check(**connection, check);
  Error refusal = checked ? not_asked_for() : checked.error();
  if (checked) {
    const auto noted =
        co_await ports_.store.write("sign_in.stray", {.deadline = call.deadline}, [&](WriteTx& tx) -> Result<void> {
          const auto accepted = accept_assertion(tx, **connection, *checked);
          return failure(accepted ? not_asked_for() : accepted.error());  // undoes the note
        });
    refusal = noted.error();
  }
  co_await log_stray(id, nullptr, refusal, call, seen);
  co_return SignInRefusal{.error = std::move(refusal), .location = {}};
}

task<SignIn::Answer> SignIn::check_assertion(const Pending& pending, const SolicitedAnswer& solicited) {
  Answer answer{.identify = tl::unexpected(Error()), .seen = {.steps = {}, .xml = solicited.answer.xml}};
  auto opened = open_kept(pending);
  if (!opened) {
    answer.identify = tl::unexpected(std::move(opened).error());
    co_return answer;
  }
  auto kept = KeptAuthnRequest::from_text(opened->answer);
  if (!kept) {
    answer.identify = failure(internal_error("login secrets of an unknown form"));
    co_return answer;
  }
  const SamlCheck check{
      .answer = solicited.answer,
      .sent = saml::SentAuthnRequest{.id = solicited.in_response_to,
                                     .sent_at = kept->sent_at,
                                     .force_authn = kept->force_authn,
                                     .authn_context_class_refs = std::move(kept->authn_context_class_refs)},
      .on_step = [&answer](AuthRequestStep step) { answer.seen.steps.push_back(std::move(step)); }};
  auto checked = co_await parts_.service_provider.check(*pending.connection, check);
  if (!checked) {
    answer.identify = tl::unexpected(std::move(checked).error());
    co_return answer;
  }
  // The assertion before the transaction: of two who bring the same one at a time, the second is told so.
  auto unused = std::make_shared<const saml::UnusedAssertion>(*std::move(checked));
  answer.identify = [&pending, unused = std::move(unused)](WriteTx& tx) -> Result<ProviderIdentity> {
    const LoginTransaction& transaction = pending.transaction;
    DOORWARD_TRY(const saml::SamlAssertion assertion, accept_assertion(tx, *pending.connection, *unused));
    DOORWARD_TRY(const bool taken, tx.sign_in().take_transaction(transaction.environment_id, transaction.state_hash));
    if (!taken) return failure(not_asked_for());
    return identity_of(*pending.connection, assertion, pending.attributes);
  };
  co_return answer;
}

// Cheap before dear: whose browser it is costs a hash, the answer a signature.
task<SignInResult<SignInEnd>> SignIn::finish(ConnectionId connection, SolicitedAnswer solicited, BrowserCall call) {
  const auto state = state_in_request_id(solicited.in_response_to);
  std::optional<Pending> pending;
  if (state) {
    auto read = co_await read_pending(connection, ports_.mac.lookup_hash(*state), call);
    if (!read) co_return refuse(std::move(read).error());
    pending = *std::move(read);
  }
  if (!pending || pending->transaction.expire_time <= ports_.clock.now()) {
    co_return tl::unexpected(co_await refuse_stray(connection, solicited, call));
  }
  const std::string& relay_state = solicited.answer.relay_state;
  const bool is_of_browser =
      crypto::constant_time_equal(pending->transaction.browser_hash, ports_.mac.lookup_hash(call.browser_secret));
  const bool is_of_login = relay_state.empty() || crypto::constant_time_equal(relay_state, *state);
  std::optional<Error> refusal;
  if (call.browser_secret.empty()) {
    refusal = no_cookie();
  } else if (!is_of_browser || !is_of_login) {
    refusal = not_asked_for();
  }
  if (refusal) {
    co_await log_stray(connection, &pending->transaction, *refusal, call, {.steps = {}, .xml = solicited.answer.xml});
    co_return refuse(*std::move(refusal));
  }
  const Answer answer = co_await check_assertion(*pending, solicited);
  co_return co_await end(*pending, answer, call);
}

}  // namespace doorward
