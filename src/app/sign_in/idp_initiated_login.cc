#include "app/sign_in/idp_initiated_login.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "app/auth_log/kept_message.h"
#include "app/grants/authorization_check.h"
#include "app/sign_in/assertion_memory.h"
#include "app/sign_in/failed_attempt.h"
#include "app/tokens/token_class.h"
#include "domain/client_grants.h"
#include "domain/redirect_uri.h"
#include "protocol/oauth/authorization_request.h"
#include "protocol/oauth/authorization_response.h"
#include "protocol/oauth/error_description.h"
#include "protocol/oidc/initiation.h"

namespace doorward {
namespace {

bool signs_people_in(const ApiClient& client) {
  return client.enabled && may_use_grant(client, kAuthorizationCodeGrant);
}

bool takes(const ApiClient& client, const Organization& organization, std::string_view target,
           EnvironmentKind environment) {
  if (!signs_people_in(client) || client.initiate_login_uri.empty()) return false;
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

std::string claims_of(const std::string& login_hint, const std::string& relay_state, const Connection& connection,
                      std::string_view issuer, Timestamp now) {
  const std::int64_t issued_at = to_unix_seconds(now);
  boost::json::object claims{{"iss", issuer},
                             {"iat", issued_at},
                             {"nbf", issued_at},
                             {"exp", issued_at + kInitiationLife.count()},
                             {"connection_id", connection.id.str()},
                             {"organization_id", connection.organization_id.str()},
                             {kTokenClassClaim, token_class_name(TokenClass::kIdpInitiatedLogin)}};
  if (!login_hint.empty()) claims["login_hint"] = login_hint;
  if (!relay_state.empty()) claims["relay_state"] = relay_state;
  return boost::json::serialize(claims);
}

Error not_taken() {
  return make_error(Reason::kUnsolicitedDisabled,
                    "This connection takes no sign-ins that begin at the identity provider. Begin at the application.");
}
Error not_enabled() { return make_error(Reason::kConnectionInactive, "The connection is not enabled."); }

// The application learns of it.
tl::unexpected<SignInRefusal> refuse_at(std::string location, Error error) {
  location = oauth::with_parameter(std::move(location), "error",
                                   oauth::authorization_error(error.reason, oauth::AnswerKind::kSaml));
  location = oauth::with_parameter(std::move(location), "error_description", oauth::error_description(error.message));
  return refuse(std::move(error), std::move(location));
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

bool is_plain_relay_state(std::string_view relay_state) {
  const bool is_plain = std::ranges::all_of(relay_state, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~/").contains(c);
  });
  return is_plain && relay_state.size() <= saml::kMostRelayStateBytes && !relay_state.contains("//");
}

struct IdpInitiatedLogin::Place {
  Connection connection;
  Organization organization;
  std::vector<ApiClient> clients;
  std::vector<SsoUserAttribute> attributes;
};

struct IdpInitiatedLogin::Asked {
  std::string login_hint;
  std::string relay_state;
};

struct IdpInitiatedLogin::Target {
  ApiClientId client;
  std::string location;  // where it takes such logins
};

Result<void> IdpInitiatedLogin::count_start(const std::string& source) {
  DOORWARD_CHECK(starts_.check(source));
  starts_.record_failure(source);
  return {};
}

task<Result<IdpInitiatedLogin::Place>> IdpInitiatedLogin::find_place(const ConnectionId& id, const BrowserCall& call) {
  co_return co_await ports_.store.read(
      "sign_in.initiate", {.deadline = call.deadline}, [&](const ReadTx& tx) -> Result<Place> {
        const auto unknown = [] { return failure(Reason::kInvalidConnectionId, "There is no such connection."); };
        DOORWARD_TRY(auto connection, tx.connections().find(home_.environment_id, id));
        if (!connection) return unknown();
        DOORWARD_TRY(auto organization, tx.organizations().find(home_.environment_id, connection->organization_id));
        if (!organization) return unknown();
        Place place{.connection = *std::move(connection), .organization = *std::move(organization)};
        DOORWARD_TRY(place.clients, tx.clients().list(home_.environment_id));
        if (place.connection.type == ConnectionType::kSaml) {
          DOORWARD_TRY(place.attributes, tx.connections().user_attributes(home_.environment_id));
        }
        return place;
      });
}

Result<IdpInitiatedLogin::Target> IdpInitiatedLogin::find_target(const Place& place, std::string_view target) const {
  const ApiClient* client =
      application_for(place.clients, place.connection, place.organization, target, home_.environment);
  if (client == nullptr) {
    return failure(
        Reason::kInvalidRedirectUri,
        "No application takes this sign-in: none has an initiate-login URL, or the target is not registered.");
  }
  auto location = fill_placeholders(client->initiate_login_uri, place.organization);
  return Target{.client = client->id, .location = *std::move(location)};
}

// What a provider calls RelayState is often a default that somebody typed in: it may choose an application, and be
// handed on where it does no harm, but it stops nobody's login.
Result<IdpInitiatedLogin::Target> IdpInitiatedLogin::find_target_of(const Place& place,
                                                                    std::string& relay_state) const {
  if (!relay_state.empty()) {
    if (auto chosen = find_target(place, relay_state)) return chosen;
    if (!is_plain_relay_state(relay_state)) relay_state.clear();
  }
  auto target = find_target(place, {});
  const std::string& otherwise = place.connection.saml.default_redirect_uri;
  if (target || otherwise.empty()) return target;
  const auto client = std::ranges::find_if(place.clients, [&](const ApiClient& one) {
    return signs_people_in(one) && is_registered(one, otherwise, home_.environment, &place.organization);
  });
  if (client == place.clients.end()) return target;
  return Target{.client = client->id, .location = otherwise};
}

// Whether somebody may go on to where they would be handed over. If not, the application learns of it; a page says it
// where there is none.
SignInResult<IdpInitiatedLogin::Target> IdpInitiatedLogin::admit(const Connection& connection, Result<Target> target,
                                                                 AuthRequest& attempt) {
  if (target) attempt.client_id = target->client;
  if (!connection.allow_idp_initiated_login) {
    return target ? refuse_at(target->location, not_taken()) : refuse(not_taken());
  }
  if (!target) return refuse(std::move(target).error());
  if (!connection.is_active()) return refuse_at(target->location, not_enabled());
  return *std::move(target);
}

task<Result<std::string>> IdpInitiatedLogin::hand_over(const Place& place, const Target& target, const Asked& asked) {
  const std::string claims =
      claims_of(asked.login_hint, asked.relay_state, place.connection, home_.issuer, ports_.clock.now());
  DOORWARD_CO_TRY(const std::string token, co_await ports_.offload.run([&] {
    return keys_.sign(jose::Algorithm::kRs256, kPlainTokenType, claims);
  }));
  co_return oauth::with_parameter(target.location, "idp_initiated_login", token);
}

task<SignInResult<std::string>> IdpInitiatedLogin::ask(const ConnectionId& id, const std::string& parameters,
                                                       const BrowserCall& call, AuthRequest& attempt) {
  const auto place = co_await find_place(id, call);
  if (!place) co_return refuse(place.error());
  const Connection& connection = place->connection;
  attempt.organization_id = connection.organization_id;
  const bool is_saml = connection.type == ConnectionType::kSaml;
  auto initiation =
      oidc::read_initiation(parameters, is_saml ? connection.saml.provider.entity_id : connection.oidc.issuer);
  if (!initiation) co_return refuse(std::move(initiation).error());
  const Asked asked{.login_hint = std::move(initiation->login_hint),
                    .relay_state = std::move(initiation->target_link_uri)};
  if (std::max(asked.login_hint.size(), asked.relay_state.size()) > oauth::kMostHintBytes) {
    co_return refuse(make_error(Reason::kInvalidRequest, "A parameter is too long."));
  }
  attempt.email = asked.login_hint.contains('@') ? asked.login_hint : std::string();
  const auto target = admit(connection, find_target(*place, asked.relay_state), attempt);
  if (!target) co_return tl::unexpected(target.error());
  auto location = co_await hand_over(*place, *target, asked);
  if (!location) co_return refuse(std::move(location).error());
  co_return *std::move(location);
}

task<SignInResult<std::string>> IdpInitiatedLogin::judge(const ConnectionId& id, const SamlAnswer& answer,
                                                         const BrowserCall& call, AuthRequest& attempt,
                                                         std::vector<AuthRequestStep>& steps) {
  const auto place = co_await find_place(id, call);
  if (!place && place.error().reason != Reason::kInvalidConnectionId) co_return refuse(place.error());
  if (!place || place->connection.type != ConnectionType::kSaml) {
    co_return refuse(make_error(Reason::kConnectionNotFound, "There is no such connection."));
  }
  const Connection& connection = place->connection;
  attempt.organization_id = connection.organization_id;
  const SamlCheck check{.answer = answer, .sent = std::nullopt, .on_step = [&](AuthRequestStep step) {
                          steps.push_back(std::move(step));
                        }};
  // Judged all the same, for whoever set up the provider, and so that no stranger sends a browser anywhere; but nothing
  // is decrypted that is never accepted.
  if (holds_encrypted_assertion(answer.xml) && !connection.allow_idp_initiated_login) co_return refuse(not_taken());
  auto unused = co_await service_provider_.check(connection, check);
  if (!unused) co_return refuse(std::move(unused).error());
  Asked asked{.login_hint = {}, .relay_state = answer.relay_state};
  const auto target = admit(connection, find_target_of(*place, asked.relay_state), attempt);
  if (!target) co_return tl::unexpected(target.error());

  auto identity = co_await ports_.store.write(
      "sign_in.unsolicited", {.deadline = call.deadline}, [&](WriteTx& tx) -> Result<ProviderIdentity> {
        DOORWARD_TRY(const saml::SamlAssertion assertion, accept_assertion(tx, connection, *unused));
        return identity_of(connection, assertion, place->attributes);
      });
  if (!identity) {
    const bool is_of_person = identity.error().reason == Reason::kMandatoryAttributeMissing ||
                              identity.error().reason == Reason::kNameIdInvalid;
    if (is_of_person) co_return refuse_at(target->location, std::move(identity).error());
    co_return refuse(std::move(identity).error());
  }
  attempt.email = asked.login_hint = identity->profile.email;
  auto location = co_await hand_over(*place, *target, asked);
  if (!location) co_return refuse(std::move(location).error());
  co_return *std::move(location);
}

task<SignInResult<std::string>> IdpInitiatedLogin::begin(ConnectionId connection, std::string parameters,
                                                         BrowserCall call) {
  if (auto counted = count_start(call.source); !counted) co_return refuse(std::move(counted).error());
  AuthRequest attempt = log_.begin(home_.environment_id, LoginWorkflow::kIdpInitiated, {}, call.request_id);
  attempt.connection_id = connection;
  auto location = co_await ask(connection, parameters, call, attempt);
  if (location) {
    add_step(attempt, auth_step::kInitiate, log_.now());
    set_status(attempt, AuthRequestStatus::kSuccess, log_.now());
  } else {
    add_failure(attempt, auth_step::kInitiate, log_.now(), location.error().error.reason);
  }
  co_await log_.save(std::move(attempt), call.source);
  co_return location;
}

task<SignInResult<std::string>> IdpInitiatedLogin::begin(ConnectionId connection, SamlAnswer answer, BrowserCall call) {
  if (auto counted = count_start(call.source); !counted) co_return refuse(std::move(counted).error());
  AuthRequest attempt = log_.begin(home_.environment_id, LoginWorkflow::kIdpInitiated, {}, call.request_id);
  attempt.connection_id = connection;
  std::vector<AuthRequestStep> steps;
  auto location = co_await judge(connection, answer, call, attempt, steps);
  std::optional<AuthRequestMessage> message;
  if (location) {
    add_steps(attempt, steps);
    add_step(attempt, auth_step::kInitiate, log_.now());
    set_status(attempt, AuthRequestStatus::kSuccess, log_.now());
  } else {
    add_refusal(attempt, steps, location.error().error, log_.now());
    message = seal_message(ports_.box, attempt.environment_id, attempt.id, kResponseMessage,
                           co_await service_provider_.redacted(answer.xml), log_.now());
  }
  co_await log_.save(std::move(attempt), call.source, std::move(message));
  co_return location;
}

}  // namespace doorward
