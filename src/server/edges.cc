#include "server/edges.h"

#include <stdexcept>
#include <utility>

#include "app/auth_log/auth_requests.h"
#include "app/clients/client_secrets.h"
#include "app/clients/clients.h"
#include "app/connections/connections.h"
#include "app/connections/user_attributes.h"
#include "app/directories/credential_memory.h"
#include "app/directories/directories.h"
#include "app/directories/directory_authenticator.h"
#include "app/directories/directory_oauth_clients.h"
#include "app/directories/directory_secrets.h"
#include "app/directories/directory_tokens.h"
#include "app/directories/scim_schemas.h"
#include "app/domains/domains.h"
#include "app/organizations/organization_settings.h"
#include "app/organizations/organizations.h"
#include "app/provisioning/group_provisioning.h"
#include "app/provisioning/resource_provisioning.h"
#include "app/provisioning/search.h"
#include "app/provisioning/type_cache.h"
#include "app/provisioning/user_provisioning.h"
#include "app/relying_party/oidc_relying_party.h"
#include "app/saml_keys/saml_keys.h"
#include "app/scim_requests/scim_requests.h"
#include "app/service_provider/saml_service_provider.h"
#include "app/simulator/saml_simulator.h"
#include "app/simulator/simulator.h"
#include "app/simulator/simulator_settings.h"
#include "app/tokens/api_authentication.h"
#include "app/tokens/client_states.h"
#include "app/tokens/failure_limiter.h"
#include "app/tokens/token_verifier.h"
#include "app/webhooks/deliveries.h"
#include "app/webhooks/test_events.h"
#include "app/webhooks/webhook_endpoints.h"
#include "app/webhooks/webhook_secrets.h"
#include "edge/api/announced.h"
#include "edge/api/auth_request_service.h"
#include "edge/api/client_service.h"
#include "edge/api/client_settings_service.h"
#include "edge/api/connection_service.h"
#include "edge/api/connection_settings_service.h"
#include "edge/api/declared_comments.h"
#include "edge/api/directory_oauth_client_service.h"
#include "edge/api/directory_secret_service.h"
#include "edge/api/directory_service.h"
#include "edge/api/domain_service.h"
#include "edge/api/domain_verification_service.h"
#include "edge/api/organization_service.h"
#include "edge/api/saml_connection_service.h"
#include "edge/api/saml_key_service.h"
#include "edge/api/scim_request_service.h"
#include "edge/api/scim_schema_service.h"
#include "edge/api/scim_settings_service.h"
#include "edge/api/user_attribute_service.h"
#include "edge/api/webhook_delivery_service.h"
#include "edge/api/webhook_endpoint_service.h"
#include "edge/api/webhook_service.h"
#include "edge/oauth/bearer_authenticator.h"
#include "edge/oauth/directory_token_endpoint.h"
#include "edge/ops/ops.h"
#include "edge/reference/api_reference.h"
#include "edge/scim/scim_endpoint.h"
#include "edge/simulator/saml_simulator_endpoint.h"
#include "edge/simulator/simulator_endpoint.h"
#include "net/router.h"
#include "rpc/api.h"
#include "rpc/openapi/document.h"
#include "server/authorization_server.h"
#include "server/sign_in_server.h"

namespace doorward::server {
namespace {

// Of the API that the reference describes: it rises when a client has to change.
constexpr const char* kApiVersion = "1";

// What a connection to the simulator begins with, where there is one. `saml` is filled before the first request.
Connections::Preset simulator_settings(EnvironmentKind environment, const std::string& base_url,
                                       const std::optional<SamlSimulator>& saml) {
  if (environment != EnvironmentKind::kDevelopment) return {};
  return [base_url, &saml](Connection& connection) {
    if (connection.provider != ConnectionProvider::kIdpSimulator) return;
    if (connection.type == ConnectionType::kSaml) {
      connect_to_saml_simulator(connection, saml->description(), saml->metadata_url());
    } else {
      connect_to_simulator(connection, base_url);
    }
  };
}

// What nothing else has may be where a SAML provider was told to post by the product of before. `otherwise` by value:
// the task begins after the call's own temporaries are gone.
task<net::Response> alias_or(edge::SamlEndpoint& saml, net::Handler otherwise, const net::Request& request) {
  if (edge::SamlEndpoint::may_be_alias(request)) {
    if (auto answer = co_await saml.handle_alias(request)) co_return *std::move(answer);
  }
  co_return co_await otherwise(request);
}

}  // namespace

// In the order of their dependencies.
struct Edges::State {
  explicit State(Parts p)
      : parts(std::move(p)),
        client_states(parts.store, parts.clock),
        scim_failures(parts.clock, edge::kScimFailureLimits),
        directory_tokens({parts.store, parts.clock, parts.ids, *parts.installation.key_ring, parts.offload},
                         *parts.installation.signing_keys, parts.installation.environment_id, parts.base_url),
        directory_authenticator(parts.store, parts.clock, *parts.installation.key_ring, directory_credentials,
                                parts.installation.environment_id, &directory_tokens),
        type_cache(parts.store, parts.installation.environment_id),
        user_provisioning(parts.store, parts.clock, parts.ids),
        group_provisioning(parts.store, parts.clock, parts.ids),
        resource_provisioning(parts.store, parts.clock, parts.ids),
        resource_search(parts.store, parts.clock, parts.offload, *parts.installation.key_ring),
        token_verifier(*parts.installation.signing_keys, parts.base_url),
        api_authentication(parts.clock, token_verifier, client_states),
        clients(parts.store, parts.clock, parts.ids, *parts.installation.key_ring, client_states, parts.environment),
        client_secrets(parts.store, parts.clock, parts.ids, parts.random, *parts.installation.key_ring, client_states),
        organizations(parts.store, parts.clock, parts.ids, *parts.installation.key_ring),
        organization_settings(parts.store, parts.clock, parts.ids),
        directories(parts.store, parts.clock, parts.ids, parts.random, *parts.installation.key_ring,
                    directory_credentials),
        scim_behaviours(parts.store, parts.clock, parts.ids),
        directory_secrets(parts.store, parts.clock, parts.ids, parts.random, *parts.installation.key_ring,
                          directory_credentials),
        directory_oauth_clients(parts.store, parts.clock, parts.ids, parts.random, *parts.installation.key_ring,
                                directory_credentials),
        relying_party(
            {parts.http, parts.clock, parts.random, *parts.installation.key_ring, parts.offload},
            [&keys = *parts.installation.signing_keys](jose::Algorithm algorithm, std::string_view type,
                                                       std::string_view claims) {
              return keys.sign(algorithm, type, claims);
            },
            parts.base_url),
        saml_keys({parts.store, parts.clock, parts.ids, *parts.installation.key_ring, parts.offload},
                  parts.installation.environment_id),
        service_provider({parts.clock, parts.offload}, saml_keys, parts.base_url),
        connections(
            {parts.store, parts.clock, parts.ids, *parts.installation.key_ring, parts.http,
             *parts.installation.key_ring, parts.offload},
            relying_party, saml_keys, simulator_settings(parts.environment, parts.base_url, saml_simulator),
            [this](std::string_view path) { return router.has(path) && !edge::SamlEndpoint::may_hold_alias(path); }),
        user_attributes(parts.store, parts.clock, parts.ids),
        domains(parts.store, parts.clock, parts.ids, parts.random),
        scim_requests(parts.store, *parts.installation.key_ring, *parts.installation.key_ring),
        scim_schemas(parts.store, parts.clock, parts.ids, type_cache),
        webhook_endpoints(parts.store, parts.clock, parts.ids, parts.random, *parts.installation.key_ring, parts.http,
                          *parts.installation.key_ring),
        webhook_secrets(parts.store, parts.clock, parts.ids, parts.random, *parts.installation.key_ring),
        webhook_deliveries(parts.store, parts.clock, parts.ids, *parts.installation.key_ring, parts.http,
                           *parts.installation.key_ring, parts.claimant),
        test_events(parts.store, parts.clock, parts.ids, webhook_deliveries),
        auth_requests({parts.store, parts.clock, *parts.installation.key_ring, *parts.installation.key_ring}),
        client_service(clients, client_secrets),
        client_settings_service(clients, client_secrets),
        organization_service(organizations, organization_settings),
        directory_service(directories, parts.base_url),
        scim_settings_service(scim_behaviours),
        directory_secret_service(directory_secrets, parts.clock),
        directory_oauth_client_service(directory_oauth_clients, directory_secrets, parts.clock, parts.base_url),
        connection_service(connections, parts.base_url),
        connection_settings_service(connections, parts.base_url),
        saml_connection_service(parts.saml_providers),
        saml_key_service(saml_keys),
        user_attribute_service(user_attributes),
        domain_service(domains, parts.domain_checks),
        domain_verification_service(domains, parts.domain_checks),
        scim_request_service(scim_requests),
        scim_schema_service(scim_schemas),
        webhook_endpoint_service(webhook_endpoints, webhook_secrets),
        webhook_delivery_service(webhook_deliveries, parts.clock),
        webhook_service(test_events),
        audit_logs_service(auth_requests),
        auth_request_service(auth_requests),
        authenticator(api_authentication),
        authorization_server({parts.store, parts.clock, parts.ids, parts.random, parts.offload, parts.installation,
                              client_states, token_verifier, api_authentication, parts.environment, parts.base_url,
                              [this](const Connection& connection, const Secret<std::string>& id_token,
                                     std::string_view return_to, std::string_view state) {
                                return relying_party.end_session_url(connection, id_token, return_to, state);
                              },
                              [this](const Connection& connection, const Secret<std::string>& logout_hint,
                                     std::string_view return_to, std::chrono::steady_clock::time_point deadline) {
                                return sign_in_server.single_logout().leave(connection, logout_hint, return_to,
                                                                            deadline);
                              }}),
        sign_in_server({parts.store, parts.clock, parts.ids, parts.random, parts.offload, parts.installation,
                        client_states, relying_party, service_provider, authorization_server, parts.environment,
                        parts.base_url}),
        directory_token_endpoint(directory_tokens),
        scim_endpoint(directory_authenticator, type_cache, user_provisioning, group_provisioning, resource_provisioning,
                      resource_search, scim_failures, parts.offload, parts.base_url, parts.scim_pages, &parts.recorder,
                      parts.body_bytes),
        ops(parts.store, parts.render_metrics),
        reference([this] { return api_document(); }) {
    if (parts.environment != EnvironmentKind::kDevelopment) return;
    simulator.emplace(Simulator::Ports{parts.clock, parts.random, *parts.installation.key_ring}, parts.base_url);
    saml_simulator.emplace(SamlSimulator::Ports{parts.clock, parts.random, *parts.installation.key_ring},
                           parts.base_url);
    simulator_endpoint.emplace(*simulator, *saml_simulator, parts.installation.test_connection_id);
    saml_simulator_endpoint.emplace(*saml_simulator);
  }

  // The registry is complete before the first request, and Api::make has found no fault in it.
  boost::json::object api_document() const {
    auto document = rpc::openapi_document(
        registry, {.base_url = parts.base_url, .version = kApiVersion, .comments = api::declared_comments()});
    if (!document) throw std::logic_error(document.error().detail);
    return *std::move(document);
  }

  Parts parts;

  ClientStates client_states;
  FailureLimiter scim_failures;
  CredentialMemory directory_credentials;
  DirectoryTokens directory_tokens;
  DirectoryAuthenticator directory_authenticator;
  TypeCache type_cache;
  UserProvisioning user_provisioning;
  GroupProvisioning group_provisioning;
  ResourceProvisioning resource_provisioning;
  ResourceSearch resource_search;

  TokenVerifier token_verifier;
  ApiAuthentication api_authentication;
  Clients clients;
  ClientSecrets client_secrets;
  Organizations organizations;
  OrganizationSettings organization_settings;
  Directories directories;
  ScimBehaviours scim_behaviours;
  DirectorySecrets directory_secrets;
  DirectoryOauthClients directory_oauth_clients;
  OidcRelyingParty relying_party;
  SamlKeys saml_keys;
  SamlServiceProvider service_provider;
  Connections connections;
  UserAttributes user_attributes;
  Domains domains;
  ScimRequests scim_requests;
  ScimSchemas scim_schemas;
  WebhookEndpoints webhook_endpoints;
  WebhookSecrets webhook_secrets;
  WebhookDeliveries webhook_deliveries;
  TestEvents test_events;
  AuthRequests auth_requests;
  std::optional<Simulator> simulator;  // in development only, as the next
  std::optional<SamlSimulator> saml_simulator;

  api::ClientService client_service;
  api::ClientSettingsService client_settings_service;
  api::OrganizationService organization_service;
  api::DirectoryService directory_service;
  api::ScimSettingsService scim_settings_service;
  api::DirectorySecretService directory_secret_service;
  api::DirectoryOauthClientService directory_oauth_client_service;
  api::ConnectionService connection_service;
  api::ConnectionSettingsService connection_settings_service;
  api::SamlConnectionService saml_connection_service;
  api::SamlKeyService saml_key_service;
  api::UserAttributeService user_attribute_service;
  api::DomainService domain_service;
  api::DomainVerificationService domain_verification_service;
  api::ScimRequestService scim_request_service;
  api::ScimSchemaService scim_schema_service;
  api::WebhookEndpointService webhook_endpoint_service;
  api::WebhookDeliveryService webhook_delivery_service;
  api::WebhookService webhook_service;
  api::AuditLogsService audit_logs_service;
  api::AuthRequestService auth_request_service;
  edge::BearerAuthenticator authenticator;
  rpc::Registry registry;
  std::unique_ptr<rpc::Api> api;

  AuthorizationServer authorization_server;
  SignInServer sign_in_server;
  edge::DirectoryTokenEndpoint directory_token_endpoint;
  edge::ScimEndpoint scim_endpoint;
  std::optional<edge::SimulatorEndpoint> simulator_endpoint;
  std::optional<edge::SamlSimulatorEndpoint> saml_simulator_endpoint;
  edge::Ops ops;
  edge::ApiReference reference;

  net::Router router;
  net::Handler handler;
};

Result<std::unique_ptr<Edges>> Edges::make(Parts parts) {
  auto state = std::make_unique<State>(std::move(parts));
  rpc::Registry& registry = state->registry;
  scalekit::v1::organizations::bind(registry, state->organization_service);
  scalekit::v1::directories::bind(registry, state->directory_service);
  scalekit::v1::domains::bind(registry, state->domain_service);
  scalekit::v1::connections::bind(registry, state->connection_service);
  scalekit::v1::user_attributes::bind(registry, state->user_attribute_service);
  scalekit::v1::webhooks::bind(registry, state->webhook_service);
  scalekit::v1::clients::bind(registry, state->client_service);
  doorward::v1::bind(registry, state->scim_settings_service);
  doorward::v1::bind(registry, state->connection_settings_service);
  doorward::v1::bind(registry, state->saml_connection_service);
  doorward::v1::bind(registry, state->saml_key_service);
  doorward::v1::bind(registry, state->directory_secret_service);
  doorward::v1::bind(registry, state->directory_oauth_client_service);
  doorward::v1::bind(registry, state->domain_verification_service);
  doorward::v1::bind(registry, state->scim_request_service);
  doorward::v1::bind(registry, state->scim_schema_service);
  doorward::v1::bind(registry, state->webhook_endpoint_service);
  doorward::v1::bind(registry, state->webhook_delivery_service);
  doorward::v1::bind(registry, state->client_settings_service);
  scalekit::v1::auditlogs::bind(registry, state->audit_logs_service);
  doorward::v1::bind(registry, state->auth_request_service);
  const auto submit = [&offload = state->parts.offload](std::move_only_function<void()> work) {
    return offload.submit(std::move(work));
  };
  DOORWARD_TRY(state->api,
               rpc::Api::make(registry, state->authenticator,
                              {.announced = api::announced_bindings(), .offload = submit, .ready = [&ops = state->ops] {
                                 return ops.ready();
                               }}));

  net::Router& router = state->router;
  state->ops.add_to(router);
  state->reference.add_to(router);
  state->authorization_server.add_to(router);
  state->sign_in_server.add_to(router);
  if (state->simulator_endpoint) state->simulator_endpoint->add_to(router);
  if (state->saml_simulator_endpoint) state->saml_simulator_endpoint->add_to(router);
  // Everything of one directory: two edges, which do not know each other.
  router.add_prefix("/directory", [&all = *state](const net::Request& request) {
    return edge::DirectoryTokenEndpoint::directory_of(request.path) ? all.directory_token_endpoint.handle(request)
                                                                    : all.scim_endpoint.handle(request);
  });
  router.set_fallback([&all = *state](const net::Request& request) {
    return alias_or(all.sign_in_server.saml_endpoint(), all.api->handler(), request);
  });
  state->handler = [&router](const net::Request& request) { return router(request); };
  return std::unique_ptr<Edges>(new Edges(std::move(state)));
}

Edges::Edges(std::unique_ptr<State> state) : state_(std::move(state)) {}

Edges::~Edges() = default;

const net::Handler& Edges::handler() const { return state_->handler; }

bool Edges::streams(const net::Request& request) const { return state_->api->streams(request); }

net::Response Edges::too_late(const net::Request& request) const {
  if (auto answer = state_->scim_endpoint.refused(request, 503)) return *std::move(answer);
  return state_->api->too_late(request);
}

std::optional<net::Response> Edges::refused(const net::Request& request, int status) const {
  if (auto answer = state_->scim_endpoint.refused(request, status)) return answer;
  return state_->api->refused(request, status);
}

}  // namespace doorward::server
