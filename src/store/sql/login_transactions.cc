// What is away and comes back once: transactions, pushed requests, keys that were seen.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/encoding.h"
#include "store/sql/document.h"
#include "store/sql/read_row.h"
#include "store/sql/sign_in.h"

namespace doorward::store {
namespace {

namespace json = boost::json;

constexpr Query kInsert{"login_transactions.insert",
                        "INSERT INTO login_transactions(environment_id, state_hash, connection_id, document, "
                        "create_time, expire_time) VALUES($1, $2, $3, $4, $5, $6)"};
constexpr Query kFind{"login_transactions.find",
                      "SELECT environment_id, state_hash, connection_id, document, create_time, expire_time "
                      "FROM login_transactions WHERE environment_id = $1 AND state_hash = $2"};
constexpr Query kTake{"login_transactions.take",
                      "DELETE FROM login_transactions WHERE environment_id = $1 AND state_hash = $2"};

constexpr Query kInsertPushed{"pushed_requests.insert",
                              "INSERT INTO pushed_requests(environment_id, uri_hash, client_id, document, expire_time) "
                              "VALUES($1, $2, $3, $4, $5)"};
constexpr Query kTakePushed{"pushed_requests.take",
                            "DELETE FROM pushed_requests WHERE environment_id = $1 AND uri_hash = $2 "
                            "RETURNING environment_id, uri_hash, client_id, document, expire_time"};

constexpr Query kNoteSeen{"seen_keys.note",
                          "INSERT INTO seen_keys(environment_id, kind, seen_key, expire_time) VALUES($1, $2, $3, $4) "
                          "ON CONFLICT(environment_id, kind, seen_key) DO NOTHING"};

json::object write_request(const AuthorizationRequest& request) {
  json::object document{{"client_id", request.client_id.str()},
                        {"redirect_uri", request.redirect_uri},
                        {"scope", request.scope},
                        {"state", request.state},
                        {"nonce", request.nonce},
                        {"code_challenge", request.code_challenge},
                        {"login_hint", request.login_hint},
                        {"prompt", request.prompt},
                        {"acr_values", request.acr_values}};
  if (request.max_age) document["max_age"] = *request.max_age;
  return document;
}

AuthorizationRequest read_request(const json::object& document) {
  AuthorizationRequest request{.client_id = ApiClientId(text_in(document, "client_id")),
                               .redirect_uri = text_in(document, "redirect_uri"),
                               .scope = text_in(document, "scope"),
                               .state = text_in(document, "state"),
                               .nonce = text_in(document, "nonce"),
                               .code_challenge = text_in(document, "code_challenge"),
                               .login_hint = text_in(document, "login_hint"),
                               .prompt = text_in(document, "prompt"),
                               .acr_values = text_in(document, "acr_values")};
  if (document.contains("max_age")) request.max_age = number_in(document, "max_age");
  return request;
}

json::object write_transaction(const LoginTransaction& transaction) {
  return {{"organization_id", transaction.organization_id.str()},
          {"auth_request_id", transaction.auth_request_id.str()},
          // A hash is bytes, a document is text.
          {"browser_hash", base64url_encode(transaction.browser_hash)},
          {"purpose", static_cast<std::int64_t>(transaction.purpose)},
          {"test_id", transaction.test_id.str()},
          {"request", write_request(transaction.request)},
          {"sealed_secrets", transaction.sealed_secrets}};
}

LoginTransaction read_transaction(const Row& row) {
  const json::object document = compact_object_at(row, 3);
  return LoginTransaction{.environment_id = id_at<EnvironmentId>(row, 0),
                          .organization_id = OrganizationId(text_in(document, "organization_id")),
                          .connection_id = id_at<ConnectionId>(row, 2),
                          .auth_request_id = AuthRequestId(text_in(document, "auth_request_id")),
                          .state_hash = text_at(row, 1),
                          .browser_hash = base64url_decode(text_in(document, "browser_hash")).value_or(""),
                          .purpose = enum_in(document, "purpose", LoginPurpose::kSignIn),
                          .test_id = ConnectionTestId(text_in(document, "test_id")),
                          .request = read_request(document.at("request").as_object()),
                          .sealed_secrets = text_in(document, "sealed_secrets"),
                          .create_time = time_at(row, 4),
                          .expire_time = time_at(row, 5)};
}

json::object write_parameters(const PushedRequest& request) {
  json::array parameters;
  for (const auto& [name, value] : request.parameters) {
    parameters.push_back(json::array{json::value(name), json::value(value)});
  }
  return {{"parameters", std::move(parameters)}};
}

PushedRequest read_pushed(const Row& row) {
  PushedRequest request{.environment_id = id_at<EnvironmentId>(row, 0),
                        .uri_hash = text_at(row, 1),
                        .client_id = id_at<ApiClientId>(row, 2),
                        .expire_time = time_at(row, 4)};
  const json::object document = compact_object_at(row, 3);
  for (const json::value& pair : document.at("parameters").as_array()) {
    request.parameters.emplace_back(pair.at(0).as_string(), pair.at(1).as_string());
  }
  return request;
}

}  // namespace

Result<void> SqlSignIn::insert(const LoginTransaction& transaction) {
  const std::string document = json::serialize(write_transaction(transaction));
  return connection_.post(kInsert,
                          {transaction.environment_id, Value::bytes(std::string_view(transaction.state_hash)),
                           transaction.connection_id, document, transaction.create_time, transaction.expire_time});
}

Result<std::optional<LoginTransaction>> SqlSignIn::find_transaction(const EnvironmentId& environment,
                                                                    const std::string& state_hash) const {
  return find_one(connection_, kFind, {environment, Value::bytes(std::string_view(state_hash))}, read_transaction);
}

Result<bool> SqlSignIn::take_transaction(const EnvironmentId& environment, const std::string& state_hash) {
  DOORWARD_TRY(const auto taken, connection_.execute(kTake, {environment, Value::bytes(std::string_view(state_hash))}));
  return taken == 1;
}

Result<void> SqlSignIn::insert(const PushedRequest& request) {
  const std::string document = json::serialize(write_parameters(request));
  return connection_.post(kInsertPushed, {request.environment_id, Value::bytes(std::string_view(request.uri_hash)),
                                          request.client_id, document, request.expire_time});
}

Result<std::optional<PushedRequest>> SqlSignIn::take_pushed_request(const EnvironmentId& environment,
                                                                    const std::string& uri_hash, Timestamp now) {
  DOORWARD_TRY(auto taken, find_one(connection_, kTakePushed, {environment, Value::bytes(std::string_view(uri_hash))},
                                    read_pushed));
  if (taken && taken->expire_time <= now) return std::optional<PushedRequest>();
  return taken;
}

Result<bool> SqlSignIn::note_seen(const EnvironmentId& environment, const std::string& kind, const std::string& key,
                                  Timestamp expire_time) {
  DOORWARD_TRY(const auto noted, connection_.execute(kNoteSeen, {environment, kind, key, expire_time}));
  return noted == 1;
}

}  // namespace doorward::store
