// Everything that clients call, on an installation with an organization, its connection and some clients; and codes as
// a sign-in would have issued them.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/auth_log/auth_log.h"
#include "app/keys/secret_text.h"
#include "base/encoding.h"
#include "crypto/hash.h"
#include "server/authorization_server.h"
#include "suite.h"

namespace doorward::test {

inline constexpr const char* kCallback = "https://app.example.com/callback";
inline constexpr const char* kSignedOut = "https://app.example.com/bye";
inline constexpr const char* kVerifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

using Fields = std::map<std::string, std::string>;

inline std::string form_of(const Fields& fields) {
  std::string text;
  for (const auto& [name, value] : fields) {
    if (!text.empty()) text += '&';
    text += percent_encode(name) + '=' + percent_encode(value);
  }
  return text;
}

inline std::string challenge_of(std::string_view verifier) { return base64url_encode(crypto::sha256(verifier)); }

// A row of api_clients with the secret that opens it.
struct TestClient {
  ApiClient row;
  std::string secret;
};

class LoginWorld {
 public:
  LoginWorld(Store& store, ManualClock& clock, Ids& ids, Random& random, Offload& offload, Installation& installation)
      : store(store),
        clock(clock),
        ids(ids),
        random(random),
        installation(installation),
        clients(store, clock),
        verifier(*installation.signing_keys, kBaseUrl),
        api(clock, verifier, clients),
        server({store, clock, ids, random, offload, installation, clients, verifier, api, EnvironmentKind::kDevelopment,
                kBaseUrl,
                [this](const Connection& connection, const Secret<std::string>& id_token, std::string_view back,
                       std::string_view state) {
                  provider_state = state;
                  return provider_page.empty()
                             ? std::string()
                             : provider_page + "?hint=" + id_token.reveal() + "&back=" + std::string(back) +
                                   "&connection=" + connection.id.str();
                },
                [this](const Connection&, const Secret<std::string>& hint, std::string_view back,
                       std::chrono::steady_clock::time_point) -> task<Result<std::optional<saml::OutgoingMessage>>> {
                  provider_state = hint.reveal() + " " + std::string(back);
                  co_return saml_logout;
                }}) {
    server.add_to(router);
  }

  // Inserted, with a secret unless it is public.
  TestClient add_client(ClientType type, const std::function<void(ApiClient&)>& change = [](ApiClient&) {}) {
    TestClient made;
    made.row.environment_id = installation.environment_id;
    made.row.id = ids.next<ApiClientId>();
    made.row.name = "App";
    made.row.type = type;
    made.row.redirect_uris = {kCallback};
    made.row.post_logout_redirect_uris = {kSignedOut};
    made.row.create_time = made.row.update_time = clock.now();
    change(made.row);
    const Secret<std::string> text = make_secret_text(random);
    if (!is_public(type)) made.secret = text.reveal();
    write([&](WriteTx& tx) -> Result<void> {
      DOORWARD_CHECK(tx.clients().insert(made.row));
      if (made.secret.empty()) return {};
      ClientSecret secret;
      secret.environment_id = made.row.environment_id;
      secret.client_id = made.row.id;
      secret.id = ids.next<ClientSecretId>();
      secret.lookup_hash = installation.key_ring->lookup_hash(made.secret);
      secret.secret_suffix = shown_suffix(text);
      secret.create_time = clock.now();
      return tx.clients().insert_secret(secret);
    });
    return made;
  }

  // The organization and connection that people sign in through; made at the first call.
  const Connection& connection() {
    if (!connection_.id.empty()) return connection_;
    organization.environment_id = installation.environment_id;
    organization.id = ids.next<OrganizationId>();
    organization.display_name = "Acme";
    organization.external_id = "acme";
    organization.create_time = organization.update_time = clock.now();
    connection_.environment_id = installation.environment_id;
    connection_.organization_id = organization.id;
    connection_.id = ids.next<ConnectionId>();
    connection_.provider = ConnectionProvider::kOkta;
    connection_.status = ConnectionStatus::kCompleted;
    connection_.enabled = true;
    connection_.create_time = connection_.update_time = clock.now();
    write([&](WriteTx& tx) -> Result<void> {
      DOORWARD_CHECK(tx.organizations().insert(organization));
      return tx.connections().insert(connection_);
    });
    return connection_;
  }
  void change_connection(const std::function<void(Connection&)>& change) {
    connection();
    change(connection_);
    write([&](WriteTx& tx) { return tx.connections().update(connection_); });
  }

  struct Order {
    std::string scope = "openid profile email offline_access";
    std::string nonce = "n-1";
    std::string verifier = kVerifier;  // empty: no PKCE
    std::string logout_hint = "provider.id.token";
    std::optional<Timestamp> session_end;  // as the provider says
  };
  // A code as the end of a sign-in issues it, with its entry in the authentication log.
  std::string code(const TestClient& client, const Order& order) {
    const Connection& through = connection();
    AuthLog log(store, clock, ids);
    AuthRequest entry =
        log.begin(installation.environment_id, LoginWorkflow::kServiceProviderInitiated, client.row.id, "req_1");
    set_status(entry, AuthRequestStatus::kPending, clock.now());
    attempt = entry.id;
    CodeOrder wanted{.environment_id = installation.environment_id,
                     .auth_request_id = entry.id,
                     .request = {.client_id = client.row.id,
                                 .redirect_uri = kCallback,
                                 .scope = order.scope,
                                 .nonce = order.nonce,
                                 .code_challenge = order.verifier.empty() ? "" : challenge_of(order.verifier)},
                     .user = {.organization_id = organization.id,
                              .organization_external_id = "acme",
                              .connection_id = through.id,
                              .subject = through.id.str() + ";ann",
                              .email = "ann@example.com",
                              .email_verified = true,
                              .claims = {{"name", "Ann Lee"},
                                         {"given_name", "Ann"},
                                         {"preferred_username", "ann"},
                                         {"iss", "https://evil.test"},
                                         {"sub", "somebody else"},
                                         {"oid", "org_other"}},
                              .provider_subject = "ann",
                              .provider_session = "s1",
                              .auth_time = clock.now(),
                              .session_end = order.session_end},
                     .logout_hint = Secret<std::string>(order.logout_hint)};
    auto issued = sync_wait(store.write("test.code", {}, [&](WriteTx& tx) -> Result<IssuedCode> {
      DOORWARD_CHECK(AuthLog::insert(tx, entry));
      return server.grants().issue_code(tx, wanted, clock.now());
    }));
    if (!issued) throw std::runtime_error(issued.error().message + " | " + issued.error().detail);
    grant = issued->grant_id;
    session = issued->session_id;
    return issued->code.reveal();
  }
  std::string code(const TestClient& client) { return code(client, Order()); }

  net::Response send(net::Request request) {
    request.peer = "192.0.2.1";
    request.request_id = "req_1";
    request.deadline = std::chrono::steady_clock::time_point::max();
    return sync_wait(router(request));
  }
  net::Response post(const std::string& path, const Fields& fields, net::Headers headers = {}) {
    net::Request request;
    request.method = "POST";
    request.path = path;
    request.headers = std::move(headers);
    request.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
    request.body = form_of(fields);
    return send(std::move(request));
  }
  net::Response get(const std::string& path, const Fields& query, net::Headers headers = {}) {
    net::Request request;
    request.method = "GET";
    request.path = path;
    request.query = form_of(query);
    request.headers = std::move(headers);
    return send(std::move(request));
  }

  static Fields proof(const TestClient& client, Fields more = {}) {
    more["client_id"] = client.row.id.str();
    if (!client.secret.empty()) more["client_secret"] = client.secret;
    return more;
  }
  net::Response redeem(const TestClient& client, const std::string& text, Fields changes = {}) {
    Fields fields{{"grant_type", "authorization_code"},
                  {"code", text},
                  {"redirect_uri", kCallback},
                  {"code_verifier", kVerifier}};
    for (auto& [name, value] : changes) fields[name] = value;
    return post("/oauth/token", proof(client, std::move(fields)));
  }
  net::Response refresh(const TestClient& client, const std::string& token, Fields more = {}) {
    more["grant_type"] = "refresh_token";
    more["refresh_token"] = token;
    return post("/oauth/token", proof(client, std::move(more)));
  }
  // The tokens of a whole login.
  boost::json::object login(const TestClient& client, const Order& order) {
    const net::Response response =
        redeem(client, code(client, order), order.verifier.empty() ? Fields{{"code_verifier", ""}} : Fields());
    if (response.status != 200) throw std::runtime_error(response.body);
    return json_of(response);
  }
  boost::json::object login(const TestClient& client) { return login(client, Order()); }
  net::Response user_info(const std::string& access_token) {
    return get("/userinfo", {}, {{"authorization", "Bearer " + access_token}});
  }

  static boost::json::object json_of(const net::Response& response) {
    return boost::json::parse(response.body).as_object();
  }
  static std::string text(const boost::json::object& object, const char* name) {
    const boost::json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  }
  // "200", or the status with the error and the reason: "400 invalid_grant code_reuse".
  static std::string outcome_of(const net::Response& response) {
    std::string outcome = std::to_string(response.status);
    if (response.status < 400) return outcome;
    const bool json = !response.body.empty() && response.body.front() == '{';
    if (json) outcome += ' ' + text(json_of(response), "error");
    return outcome + ' ' + std::string(response.reason);
  }
  static std::string header_of(const net::Response& response, std::string_view name) {
    const std::string* value = net::find_header(response.headers, name);
    return value == nullptr ? "" : *value;
  }
  static boost::json::object payload_of(const std::string& token) {
    const std::size_t first = token.find('.');
    return boost::json::parse(*base64url_decode(token.substr(first + 1, token.find('.', first + 1) - first - 1)))
        .as_object();
  }
  static boost::json::object header_of_token(const std::string& token) {
    return boost::json::parse(*base64url_decode(token.substr(0, token.find('.')))).as_object();
  }

  Grant grant_row(const GrantId& id) {
    return *sync_wait(store.read("test.grant", {}, [&](const ReadTx& tx) {
              return tx.sign_in().find_grant(installation.environment_id, id);
            })).value();
  }
  Session session_row(const SessionId& id) {
    return *sync_wait(store.read("test.session", {}, [&](const ReadTx& tx) {
              return tx.sign_in().find_session(installation.environment_id, id);
            })).value();
  }
  AuthRequest attempt_row() {
    return *sync_wait(store.read("test.attempt", {}, [&](const ReadTx& tx) {
              return tx.auth_requests().find(installation.environment_id, attempt);
            })).value();
  }
  std::vector<ChangeRecord> history_of_organization() {
    return sync_wait(store.read("test.history", {},
                                [&](const ReadTx& tx) {
                                  return tx.changes().history(installation.environment_id, organization.id.str(), 0,
                                                              100);
                                }))
        .value();
  }
  template <class F>
  void write(F fn) {
    const auto done = sync_wait(store.write("test.write", {}, [&](WriteTx& tx) -> Result<bool> {
      Result<void> result = fn(tx);
      if (!result) return tl::unexpected(result.error());
      return true;
    }));
    if (!done) throw std::runtime_error(done.error().message + " | " + done.error().detail);
  }

  Store& store;
  ManualClock& clock;
  Ids& ids;
  Random& random;
  Installation& installation;
  ClientStates clients;
  TokenVerifier verifier;
  ApiAuthentication api;
  server::AuthorizationServer server;
  net::Router router;

  Organization organization;
  AuthRequestId attempt;  // of the last code
  GrantId grant;
  SessionId session;
  std::string provider_page;   // of the identity provider's logout; empty: it has none
  std::string provider_state;  // what it was given
  // What a SAML provider is sent.
  Result<std::optional<saml::OutgoingMessage>> saml_logout = std::optional<saml::OutgoingMessage>();

 private:
  Connection connection_;
};

struct LoginSuite : Suite {
  Installation installation = start().value();
  InlineOffload offload;
  LoginWorld world{store(), clock, ids(), random, offload, installation};
  TestClient app = world.add_client(ClientType::kWebApp);
};

}  // namespace doorward::test
