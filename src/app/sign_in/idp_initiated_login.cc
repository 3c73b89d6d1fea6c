#include "app/sign_in/idp_initiated_login.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "app/grants/authorization_check.h"
#include "app/tokens/token_class.h"
#include "domain/client_grants.h"
#include "domain/redirect_uri.h"
#include "protocol/oauth/authorization_request.h"
#include "protocol/oauth/authorization_response.h"
#include "protocol/oauth/error_description.h"
#include "protocol/oidc/initiation.h"

namespace doorward {
namespace {

bool takes(const ApiClient& client, const Organization& organization, std::string_view target,
           EnvironmentKind environment) {
  if (!client.enabled || client.initiate_login_uri.empty()) return false;
  if (!may_use_grant(client, kAuthorizationCodeGrant)) return false;
  const auto uri = fill_placeholders(client.initiate_login_uri, organization);
  if (!uri) return false;
  return target.empty() || target == *uri || is_registered(client, target, environment, &organization);
}

// Less is better.
int distance(const ApiClient& client, const Connection& connection) {
  if (!client.default_connection_id.empty()) return client.default_connection_id == connection.id ? 0 : 3;
  if (!client.default_organization_id.empty()) {
    return client.default_organization_id == connection.organization_id ? 1 : 3;
  }
  return 2;
}

std::string claims_of(const oidc::Initiation& asked, const Connection& connection, std::string_view issuer,
                      Timestamp now) {
  const std::int64_t issued_at = to_unix_seconds(now);
  boost::json::object claims{{"iss", issuer},
                             {"iat", issued_at},
                             {"nbf", issued_at},
                             {"exp", issued_at + kInitiationLife.count()},
                             {"connection_id", connection.id.str()},
                             {"organization_id", connection.organization_id.str()},
                             {kTokenClassClaim, token_class_name(TokenClass::kIdpInitiatedLogin)}};
  if (!asked.login_hint.empty()) claims["login_hint"] = asked.login_hint;
  if (!asked.target_link_uri.empty()) claims["relay_state"] = asked.target_link_uri;
  return boost::json::serialize(claims);
}

}  // namespace

const ApiClient* application_for(std::span<const ApiClient> clients, const Connection& connection,
                                 const Organization& organization, std::string_view target,
                                 EnvironmentKind environment) {
  const ApiClient* best = nullptr;
  for (const ApiClient& client : clients) {
    if (!takes(client, organization, target, environment)) continue;
    if (best == nullptr || distance(client, connection) < distance(*best, connection)) best = &client;
  }
  return best;
}

struct IdpInitiatedLogin::Target {
  Connection connection;
  oidc::Initiation asked;
  std::string location;  // the application's initiate-login URL
};

Result<IdpInitiatedLogin::Target> IdpInitiatedLogin::find_target(const ReadTx& tx, const ConnectionId& id,
                                                                 const std::string& parameters,
                                                                 AuthRequest& attempt) const {
  DOORWARD_TRY(auto connection, tx.connections().find(home_.environment_id, id));
  if (!connection || connection->type != ConnectionType::kOidc) {
    return failure(Reason::kInvalidConnectionId, "There is no such connection.");
  }
  attempt.organization_id = connection->organization_id;
  DOORWARD_TRY(auto asked, oidc::read_initiation(parameters, connection->oidc.issuer));
  if (std::max(asked.login_hint.size(), asked.target_link_uri.size()) > oauth::kMostHintBytes) {
    return failure(Reason::kInvalidRequest, "A parameter is too long.");
  }
  attempt.email = asked.login_hint.contains('@') ? asked.login_hint : std::string();
  if (!connection->allow_idp_initiated_login) {
    return failure(Reason::kUnsolicitedDisabled,
                   "This connection takes no sign-ins that begin at the identity provider. Begin at the application.");
  }
  DOORWARD_TRY(const auto organization, tx.organizations().find(home_.environment_id, connection->organization_id));
  if (!organization) return failure(Reason::kInvalidConnectionId, "There is no such connection.");
  DOORWARD_TRY(const auto clients, tx.clients().list(home_.environment_id));
  const ApiClient* client =
      application_for(clients, *connection, *organization, asked.target_link_uri, home_.environment);
  if (client == nullptr) {
    return failure(
        Reason::kInvalidRedirectUri,
        "No application takes this sign-in: none has an initiate-login URL, or the target is not registered.");
  }
  attempt.client_id = client->id;
  auto location = fill_placeholders(client->initiate_login_uri, *organization);
  return Target{.connection = *std::move(connection), .asked = std::move(asked), .location = *std::move(location)};
}

task<SignInResult<std::string>> IdpInitiatedLogin::begin(ConnectionId connection, std::string parameters,
                                                         BrowserCall call) {
  if (auto few = starts_.check(call.source); !few) {
    co_return tl::unexpected(SignInRefusal{.error = std::move(few).error(), .location = {}});
  }
  starts_.record_failure(call.source);
  AuthRequest attempt = log_.begin(home_.environment_id, LoginWorkflow::kIdpInitiated, {}, call.request_id);
  attempt.connection_id = connection;
  std::string location;
  std::optional<Error> refusal;
  auto target = co_await ports_.store.read("sign_in.initiate", {.deadline = call.deadline}, [&](const ReadTx& tx) {
    return find_target(tx, connection, parameters, attempt);
  });
  if (!target) {
    refusal = std::move(target).error();
  } else if (!target->connection.is_active()) {
    refusal = make_error(Reason::kConnectionInactive, "The connection is not enabled.");
    location = oauth::with_parameter(target->location, "error", oauth::authorization_error(refusal->reason));
    location =
        oauth::with_parameter(std::move(location), "error_description", oauth::error_description(refusal->message));
  } else {
    const std::string claims = claims_of(target->asked, target->connection, home_.issuer, ports_.clock.now());
    auto token =
        co_await ports_.offload.run([&] { return keys_.sign(jose::Algorithm::kRs256, kPlainTokenType, claims); });
    if (token) {
      location = oauth::with_parameter(target->location, "idp_initiated_login", *token);
    } else {
      refusal = std::move(token).error();
    }
  }
  if (refusal) {
    add_failure(attempt, auth_step::kInitiate, log_.now(), refusal->reason);
  } else {
    add_step(attempt, auth_step::kInitiate, log_.now());
    set_status(attempt, AuthRequestStatus::kSuccess, log_.now());
  }
  co_await log_.save(std::move(attempt), call.source);
  if (refusal) co_return tl::unexpected(SignInRefusal{.error = *std::move(refusal), .location = std::move(location)});
  co_return location;
}

}  // namespace doorward
