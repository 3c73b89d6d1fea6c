// The repositories of one connection, as the port's transactions see them. Made once a connection and used again by
// every transaction on it.
#pragma once

#include "ports/store.h"
#include "store/sql/auth_requests.h"
#include "store/sql/changes.h"
#include "store/sql/clients.h"
#include "store/sql/connections.h"
#include "store/sql/deliveries.h"
#include "store/sql/directories.h"
#include "store/sql/directory_groups.h"
#include "store/sql/directory_secrets.h"
#include "store/sql/directory_users.h"
#include "store/sql/domains.h"
#include "store/sql/environments.h"
#include "store/sql/jobs.h"
#include "store/sql/keys.h"
#include "store/sql/organizations.h"
#include "store/sql/saml_keys.h"
#include "store/sql/scim_definitions.h"
#include "store/sql/scim_requests.h"
#include "store/sql/scim_resources.h"
#include "store/sql/sign_in.h"
#include "store/sql/webhook_endpoints.h"

namespace doorward::store {

struct Repositories {
  explicit Repositories(Connection& connection)
      : environments(connection),
        directory_state(connection),
        organizations(connection, directory_state),
        directories(connection, directory_state),
        directory_secrets(connection, directory_state),
        directory_users(connection, directory_state),
        directory_groups(connection, directory_state),
        scim_definitions(connection),
        scim_resources(connection),
        changes(connection),
        clients(connection),
        keys(connection),
        webhook_endpoints(connection),
        deliveries(connection),
        jobs(connection),
        scim_requests(connection),
        connections(connection),
        domains(connection),
        sign_in(connection),
        auth_requests(connection),
        saml_keys(connection) {}

  SqlEnvironments environments;
  DirectoryState directory_state;
  SqlOrganizations organizations;
  SqlDirectories directories;
  SqlDirectorySecrets directory_secrets;
  SqlDirectoryUsers directory_users;
  SqlDirectoryGroups directory_groups;
  SqlScimDefinitions scim_definitions;
  SqlScimResources scim_resources;
  SqlChanges changes;
  SqlClients clients;
  SqlKeys keys;
  SqlWebhookEndpoints webhook_endpoints;
  SqlDeliveries deliveries;
  SqlJobs jobs;
  SqlScimRequests scim_requests;
  SqlConnections connections;
  SqlDomains domains;
  SqlSignIn sign_in;
  SqlAuthRequests auth_requests;
  SqlSamlKeys saml_keys;
};

class SqlReadTx : public ReadTx {
 public:
  explicit SqlReadTx(const Repositories& all) : all_(all) {}
  const EnvironmentRepository& environments() const override { return all_.environments; }
  const OrganizationRepository& organizations() const override { return all_.organizations; }
  const DirectoryRepository& directories() const override { return all_.directories; }
  const DirectorySecretRepository& directory_secrets() const override { return all_.directory_secrets; }
  const DirectoryUserRepository& directory_users() const override { return all_.directory_users; }
  const DirectoryGroupRepository& directory_groups() const override { return all_.directory_groups; }
  const ScimDefinitionRepository& scim_definitions() const override { return all_.scim_definitions; }
  const ScimResourceRepository& scim_resources() const override { return all_.scim_resources; }
  const ChangeRepository& changes() const override { return all_.changes; }
  const ClientRepository& clients() const override { return all_.clients; }
  const KeyRepository& keys() const override { return all_.keys; }
  const WebhookEndpointRepository& webhook_endpoints() const override { return all_.webhook_endpoints; }
  const DeliveryRepository& deliveries() const override { return all_.deliveries; }
  const JobRepository& jobs() const override { return all_.jobs; }
  const ScimRequestRepository& scim_requests() const override { return all_.scim_requests; }
  const ConnectionRepository& connections() const override { return all_.connections; }
  const DomainRepository& domains() const override { return all_.domains; }
  const SignInRepository& sign_in() const override { return all_.sign_in; }
  const AuthRequestRepository& auth_requests() const override { return all_.auth_requests; }
  const SamlKeyRepository& saml_keys() const override { return all_.saml_keys; }

 private:
  const Repositories& all_;
};

class SqlWriteTx : public WriteTx {
 public:
  explicit SqlWriteTx(Repositories& all) : all_(all) {}
  EnvironmentRepository& environments() override { return all_.environments; }
  OrganizationRepository& organizations() override { return all_.organizations; }
  DirectoryRepository& directories() override { return all_.directories; }
  DirectorySecretRepository& directory_secrets() override { return all_.directory_secrets; }
  DirectoryUserRepository& directory_users() override { return all_.directory_users; }
  DirectoryGroupRepository& directory_groups() override { return all_.directory_groups; }
  ScimDefinitionRepository& scim_definitions() override { return all_.scim_definitions; }
  ScimResourceRepository& scim_resources() override { return all_.scim_resources; }
  ChangeRepository& changes() override { return all_.changes; }
  ClientRepository& clients() override { return all_.clients; }
  KeyRepository& keys() override { return all_.keys; }
  WebhookEndpointRepository& webhook_endpoints() override { return all_.webhook_endpoints; }
  DeliveryRepository& deliveries() override { return all_.deliveries; }
  JobRepository& jobs() override { return all_.jobs; }
  ScimRequestRepository& scim_requests() override { return all_.scim_requests; }
  ConnectionRepository& connections() override { return all_.connections; }
  DomainRepository& domains() override { return all_.domains; }
  SignInRepository& sign_in() override { return all_.sign_in; }
  AuthRequestRepository& auth_requests() override { return all_.auth_requests; }
  SamlKeyRepository& saml_keys() override { return all_.saml_keys; }

 private:
  Repositories& all_;
};

}  // namespace doorward::store
