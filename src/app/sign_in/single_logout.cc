#include "app/sign_in/single_logout.h"

#include <optional>
#include <utility>
#include <vector>

#include "app/keys/secret_text.h"
#include "app/sign_in/pending_login.h"
#include "base/log.h"

namespace doorward {
namespace {

std::string_view status_name(saml::LogoutStatus status) {
  switch (status) {
    case saml::LogoutStatus::kSuccess:
      return "success";
    case saml::LogoutStatus::kPartial:
      return "partial";
    case saml::LogoutStatus::kUnknownPrincipal:
      return "unknown_principal";
    case saml::LogoutStatus::kDenied:
      return "denied";
    case saml::LogoutStatus::kFailed:
      return "failed";
  }
  return "";
}

// A fault of ours, or of the moment: the request may be right.
saml::LogoutStatus status_of(const Error& error) {
  const bool is_ours = reason_code(error.reason) == Code::kUnavailable ||
                       reason_code(error.reason) == Code::kInternal ||
                       reason_code(error.reason) == Code::kDeadlineExceeded;
  return is_ours ? saml::LogoutStatus::kFailed : saml::LogoutStatus::kDenied;
}

Error not_under_way() {
  return make_error(Reason::kInResponseTo, "This answer belongs to no sign-out that is under way.");
}

}  // namespace

void SingleLogout::record_refusal(const ConnectionId& connection, const Error& error, const BrowserCall& call) {
  failures_.record_failure(call.source);
  log::warning("single_logout.refused", {{"reason", reason_name(error.reason)},
                                         {"connection_id", connection.str()},
                                         {"source", call.source},
                                         {"request_id", call.request_id},
                                         {"detail", error.detail}});
}

Error SingleLogout::refuse_message(const ConnectionId& connection, Error error, const BrowserCall& call) {
  if (auto few = failures_.check(call.source); !few) return std::move(few).error();
  record_refusal(connection, error, call);
  return error;
}

task<Result<Connection>> SingleLogout::find(const ConnectionId& id, const BrowserCall& call) {
  DOORWARD_CO_TRY(auto connection, co_await ports_.store.read(
                                       "single_logout.find", {.deadline = call.deadline, .one_statement = true},
                                       [&](const ReadTx& tx) { return tx.connections().find(environment_, id); }));
  if (!connection || connection->type != ConnectionType::kSaml) {
    co_return failure(Reason::kConnectionNotFound, "There is no such connection.");
  }
  co_return *std::move(connection);
}

task<Result<saml::LogoutStatus>> SingleLogout::end_those_of(const Connection& connection,
                                                            const saml::LogoutRequest& request,
                                                            const BrowserCall& call) {
  const Timestamp now = ports_.clock.now();
  co_return co_await ports_.store.write(
      "single_logout.end", {.deadline = call.deadline, .serial_key = connection.id.str()},
      [&](WriteTx& tx) -> Result<saml::LogoutStatus> {
        SignInRepository& sign_in = tx.sign_in();
        DOORWARD_TRY(const bool is_new, sign_in.note_seen(environment_, "logout_request:" + connection.id.str(),
                                                          request.id, remember_until(request)));
        if (!is_new) return failure(Reason::kReplay, "The logout request was used before.");
        std::vector<std::string> indexes = request.session_indexes;
        if (indexes.empty()) indexes.emplace_back();
        bool any = false;
        for (const std::string& index : indexes) {
          DOORWARD_TRY(const auto sessions,
                       sign_in.sessions_at_provider(environment_, connection.id, request.name_id.value, index));
          for (const Session& session : sessions) {
            DOORWARD_CHECK(grants_.end_session(tx, session, SessionEnd::kProviderLogout, now));
            any = true;
          }
        }
        return any ? saml::LogoutStatus::kSuccess : saml::LogoutStatus::kUnknownPrincipal;
      });
}

task<Result<LogoutAnswer>> SingleLogout::end_sessions(ConnectionId id, saml::ReceivedMessage message,
                                                      BrowserCall call) {
  DOORWARD_CO_CHECK(failures_.check(call.source));
  DOORWARD_CO_TRY(const Connection connection, co_await find(id, call));
  Result<saml::LogoutStatus> status = saml::LogoutStatus::kSuccess;
  std::string answered;
  auto request = co_await service_provider_.check_logout_request(connection, message);
  if (request) {
    answered = request->id;
    status = co_await end_those_of(connection, *request, call);
  } else {
    answered = co_await service_provider_.unchecked_id(message.xml);
    status = tl::unexpected(std::move(request).error());
  }
  if (!status) {
    record_refusal(id, status.error(), call);
    if (answered.empty()) co_return failure(std::move(status).error());
    status = status_of(status.error());
  }
  const SamlProviderDescription& provider = connection.saml.provider;
  if (provider.slo_url.empty() && provider.slo_response_url.empty()) {
    if (*status == saml::LogoutStatus::kSuccess) co_return LogoutAnswer();
    co_return failure(Reason::kLogoutRequest,
                      "Nobody was signed out: the identity provider's request is not acceptable.");
  }
  DOORWARD_CO_TRY(auto answer, co_await service_provider_.logout_response(
                                   connection, answered, *status, message.relay_state,
                                   saml_request_id(make_secret_text(ports_.random).reveal())));
  co_return LogoutAnswer(std::move(answer));
}

// The transaction finds the way back; it belongs to no browser, since nothing but an address of the application hangs
// on it.
task<Result<LogoutAnswer>> SingleLogout::leave(const Connection& connection, const Secret<std::string>& logout_hint,
                                               std::string_view return_address,
                                               std::chrono::steady_clock::time_point deadline) {
  const SamlSettings& settings = connection.saml;
  if (!settings.slo_required || settings.provider.slo_url.empty()) co_return LogoutAnswer();
  const auto name = SamlLogoutName::from_text(logout_hint);
  if (!name) co_return LogoutAnswer();
  const Secret<std::string> state = make_secret_text(ports_.random);
  DOORWARD_CO_TRY(auto request, co_await service_provider_.logout_request(connection, *name, state.reveal()));
  const Timestamp now = ports_.clock.now();
  LoginTransaction transaction{.environment_id = environment_,
                               .organization_id = connection.organization_id,
                               .connection_id = connection.id,
                               .auth_request_id = {},
                               .state_hash = ports_.mac.lookup_hash(state.reveal()),
                               .browser_hash = {},
                               .purpose = LoginPurpose::kSignOut,
                               .test_id = {},
                               .request = {},
                               .sealed_secrets = {},
                               .create_time = now,
                               .expire_time = now + kLoginLife};
  transaction.sealed_secrets = ports_.box.seal(login_secrets_place(login_row(transaction.state_hash)),
                                               Secret<std::string>(std::string(return_address)));
  DOORWARD_CO_CHECK(co_await ports_.store.write("single_logout.leave", {.deadline = deadline},
                                                [&](WriteTx& tx) { return tx.sign_in().insert(transaction); }));
  co_return LogoutAnswer(std::move(request));
}

task<Result<std::string>> SingleLogout::come_back(ConnectionId id, saml::ReceivedMessage message, BrowserCall call) {
  DOORWARD_CO_CHECK(failures_.check(call.source));
  const auto refused = [&](Error error) {
    record_refusal(id, error, call);
    return failure(std::move(error));
  };
  DOORWARD_CO_TRY(const Connection connection, co_await find(id, call));
  const std::string in_response_to = co_await service_provider_.unchecked_in_response_to(message.xml);
  const auto state = state_in_request_id(in_response_to);
  if (!state) co_return refused(not_under_way());
  const std::string hash = ports_.mac.lookup_hash(*state);
  DOORWARD_CO_TRY(
      const auto transaction,
      co_await ports_.store.read("single_logout.transaction", {.deadline = call.deadline, .one_statement = true},
                                 [&](const ReadTx& tx) { return tx.sign_in().find_transaction(environment_, hash); }));
  const bool is_under_way = transaction && transaction->connection_id == id &&
                            transaction->purpose == LoginPurpose::kSignOut &&
                            transaction->expire_time > ports_.clock.now();
  if (!is_under_way) co_return refused(not_under_way());
  auto answer = co_await service_provider_.check_logout_response(connection, message, in_response_to);
  if (!answer) co_return refused(std::move(answer).error());
  DOORWARD_CO_TRY(const bool taken,
                  co_await ports_.store.write("single_logout.take", {.deadline = call.deadline}, [&](WriteTx& tx) {
                    return tx.sign_in().take_transaction(environment_, hash);
                  }));
  if (!taken) co_return refused(not_under_way());
  if (answer->status != saml::LogoutStatus::kSuccess) {
    log::warning(
        "single_logout.incomplete",
        {{"status", status_name(answer->status)}, {"connection_id", id.str()}, {"request_id", call.request_id}});
  }
  DOORWARD_CO_TRY(const Secret<std::string> address,
                  ports_.box.open(login_secrets_place(login_row(hash)), transaction->sealed_secrets));
  co_return address.reveal();
}

}  // namespace doorward
