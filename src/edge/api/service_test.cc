// Every method reaches its use case with the transaction that the use case names, over the Api as it is assembled.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/completion.h"
#include "doorward/v1/client_settings.doorward.h"
#include "doorward/v1/client_settings.pb.h"
#include "doorward/v1/scim_schemas.doorward.h"
#include "doorward/v1/scim_schemas.pb.h"
#include "doorward/v1/webhooks.doorward.h"
#include "doorward/v1/webhooks.pb.h"
#include "edge/api/announced.h"
#include "edge/api/client_service.h"
#include "edge/api/client_settings_service.h"
#include "edge/api/directory_oauth_client_service.h"
#include "edge/api/directory_secret_service.h"
#include "edge/api/directory_service.h"
#include "edge/api/organization_service.h"
#include "edge/api/scim_request_service.h"
#include "edge/api/scim_schema_service.h"
#include "edge/api/scim_settings_service.h"
#include "edge/api/webhook_delivery_service.h"
#include "edge/api/webhook_endpoint_service.h"
#include "edge/api/webhook_service.h"
#include "rpc/api.h"
#include "scalekit/v1/clients/clients.doorward.h"
#include "scalekit/v1/clients/clients.pb.h"
#include "scalekit/v1/directories/directories.doorward.h"
#include "scalekit/v1/directories/directories.pb.h"
#include "scalekit/v1/organizations/organizations.doorward.h"
#include "scalekit/v1/organizations/organizations.pb.h"

namespace doorward::api {
namespace {

// A database that is away: it remembers what was wanted of it.
class AbsentStore : public Store {
 public:
  void set_commit_listener(CommitListener) override {}
  task<Result<void>> check_ready() override { return away("check"); }
  std::vector<std::string> wanted;

 protected:
  task<Result<void>> run_write(std::string_view name, StoreOptions, WriteBody) override { return away(name); }
  task<Result<void>> run_read(std::string_view name, StoreOptions, ReadBody) override { return away(name); }

 private:
  task<Result<void>> away(std::string_view name) {
    wanted.emplace_back(name);
    co_return failure(Reason::kStoreUnavailable, "The database is away.");
  }
};

struct FixedClock : Clock {
  Timestamp now() const override { return Timestamp{}; }
};
struct CountingIds : Ids {
  std::string next_text(std::string_view prefix) override { return std::string(prefix) + std::to_string(++count); }
  int count = 0;
};
struct PlainMac : Mac {
  std::string lookup_hash(std::string_view) const override { return std::string(32, 'h'); }
  std::string mac(std::string_view, std::string_view) const override { return std::string(32, 'm'); }
};
struct ZeroRandom : Random {
  std::string bytes(std::size_t count) override { return std::string(count, '\0'); }
};
struct OpenBox : SecretBox {
  std::string seal(const SealedPlace&, const Secret<std::string>&) override { return "sealed"; }
  Result<Secret<std::string>> open(const SealedPlace&, std::string_view) const override {
    return Secret<std::string>("opened");
  }
};
struct NoNetwork : HttpClient {
  task<Result<HttpResponse>> send(HttpRequest) override { co_return failure(Reason::kEgressForbidden, "No."); }
  Result<void> check_url(std::string_view) const override { return {}; }
};
struct Admit : rpc::Authenticator {
  task<Result<Caller>> authenticate(const net::Request&) override {
    co_return Caller{.kind = CallerKind::kApiClient, .environment_id = EnvironmentId("env_1"), .id = "skc_1"};
  }
};

class Services : public ::testing::Test {
 protected:
  Services() {
    rpc::Registry registry;
    ::scalekit::v1::organizations::bind(registry, organization_service_);
    ::scalekit::v1::directories::bind(registry, directory_service_);
    ::doorward::v1::bind(registry, scim_settings_service_);
    ::doorward::v1::bind(registry, directory_secret_service_);
    ::doorward::v1::bind(registry, oauth_client_service_);
    ::doorward::v1::bind(registry, scim_request_service_);
    ::doorward::v1::bind(registry, scim_schema_service_);
    ::doorward::v1::bind(registry, webhook_service_);
    ::doorward::v1::bind(registry, delivery_service_);
    ::scalekit::v1::webhooks::bind(registry, public_webhook_service_);
    ::scalekit::v1::clients::bind(registry, client_service_);
    ::doorward::v1::bind(registry, client_settings_service_);
    api_ = rpc::Api::make(registry, authenticator_, {.announced = announced_bindings()}).value();
  }

  // The status, and the transaction that was asked for.
  std::string call(std::string method, std::string target, std::string body = {}) {
    store_.wanted.clear();
    net::Request request;
    request.method = std::move(method);
    request.path = target.substr(0, target.find('?'));
    if (const auto mark = target.find('?'); mark != std::string::npos) request.query = target.substr(mark + 1);
    request.body = std::move(body);
    request.deadline = std::chrono::steady_clock::time_point::max();
    const auto response = sync_wait(api_->handler()(request));
    std::string out = std::to_string(response.status);
    for (const auto& name : store_.wanted) out += " " + name;
    return out;
  }

  AbsentStore store_;
  FixedClock clock_;
  CountingIds ids_;
  PlainMac mac_;
  ZeroRandom random_;
  OpenBox box_;
  NoNetwork http_;
  Admit authenticator_;
  Organizations organizations_{store_, clock_, ids_, mac_};
  OrganizationSettings organization_settings_{store_, clock_, ids_};
  CredentialMemory credentials_;
  Directories directories_{store_, clock_, ids_, random_, mac_, credentials_};
  ScimBehaviours scim_behaviours_{store_, clock_, ids_};
  ScimSettingsService scim_settings_service_{scim_behaviours_};
  DirectorySecrets directory_secrets_{store_, clock_, ids_, random_, mac_, credentials_};
  DirectoryOauthClients oauth_clients_{store_, clock_, ids_, random_, mac_, credentials_};
  WebhookEndpoints endpoints_{store_, clock_, ids_, random_, box_, http_, mac_};
  OrganizationService organization_service_{organizations_, organization_settings_};
  TypeCache types_{store_, EnvironmentId("env_1")};
  ScimSchemas schemas_{store_, clock_, ids_, types_};
  ScimSchemaService scim_schema_service_{schemas_};
  DirectoryService directory_service_{directories_, "http://localhost:8080"};
  DirectorySecretService directory_secret_service_{directory_secrets_, clock_};
  DirectoryOauthClientService oauth_client_service_{oauth_clients_, directory_secrets_, clock_,
                                                    "http://localhost:8080"};
  ScimRequests scim_requests_{store_, box_, mac_};
  ScimRequestService scim_request_service_{scim_requests_};
  WebhookSecrets secrets_{store_, clock_, ids_, random_, box_};
  WebhookDeliveries deliveries_{store_, clock_, ids_, box_, http_, mac_, "test"};
  TestEvents test_events_{store_, clock_, ids_, deliveries_};
  WebhookEndpointService webhook_service_{endpoints_, secrets_};
  WebhookDeliveryService delivery_service_{deliveries_, clock_};
  WebhookService public_webhook_service_{test_events_};
  ClientStates client_states_{store_, clock_};
  Clients clients_{store_, clock_, ids_, mac_, client_states_, EnvironmentKind::kDevelopment};
  ClientSecrets client_secrets_{store_, clock_, ids_, random_, mac_, client_states_};
  ClientService client_service_{clients_, client_secrets_};
  ClientSettingsService client_settings_service_{clients_, client_secrets_};
  std::unique_ptr<rpc::Api> api_;
};

TEST_F(Services, Organizations) {
  const std::string base = "/api/v1/organizations";
  EXPECT_EQ(call("POST", base, R"({"display_name": "Acme"})"), "503 organization.create");
  EXPECT_EQ(call("GET", base), "503 organization.list");
  EXPECT_EQ(call("GET", base + "/org_1"), "503 organization.get");
  EXPECT_EQ(call("GET", base + ":external/acme"), "503 organization.get");
  EXPECT_EQ(call("PATCH", base + "/org_1", R"({"slug": ""})"), "503 organization.update");
  EXPECT_EQ(call("DELETE", base + "/org_1"), "503 organization.delete");
}

TEST_F(Services, OrganizationSettings) {
  const std::string base = "/api/v1/organizations/org_1";
  EXPECT_EQ(call("GET", "/api/v1/organizations:search?query=acme"), "503 organization.search");
  EXPECT_EQ(call("PATCH", base + "/settings", R"({"features": [{"name": "sso", "enabled": true}]})"),
            "503 organization.settings");
  EXPECT_EQ(call("GET", base + "/session-policy"), "503 organization.get");
  EXPECT_EQ(call("PATCH", base + "/session-policy", R"({"policy_source": "CUSTOM"})"), "503 organization.settings");
  EXPECT_EQ(call("GET", base + "/application-session-policy"), "503 organization.application_session_policy");
  EXPECT_EQ(call("GET", base + "/settings/usermanagement"), "503 organization.get");
  EXPECT_EQ(call("PATCH", base + "/settings/usermanagement", R"({"settings": {"max_allowed_users": 5}})"),
            "503 organization.settings");
}

TEST_F(Services, OrganizationSettingsRefuseWhatCannotBe) {
  const std::string base = "/api/v1/organizations/org_1";
  EXPECT_EQ(call("GET", "/api/v1/organizations:search?query=ab"), "400");
  EXPECT_EQ(call("GET", "/api/v1/organizations:search?query=acme&page_size=31"), "400");
  EXPECT_EQ(call("PATCH", base + "/settings"), "400");
  EXPECT_EQ(call("PATCH", base + "/settings", R"({"features": [{"name": "scim", "enabled": true}]})"), "400");
  EXPECT_EQ(call("PATCH", base + "/settings",
                 R"({"features": [{"name": "dir_sync", "enabled": true}, {"name": "directory_sync"}]})"),
            "400");
  EXPECT_EQ(call("PATCH", base + "/session-policy", R"({"policy_source": 7})"), "400");
  EXPECT_EQ(call("PATCH", base + "/session-policy", R"({"idle_session_timeout_unit": 9})"), "400");
  EXPECT_EQ(call("PATCH", base + "/settings/usermanagement", R"({"settings": {"max_allowed_users": -1}})"), "400");
  EXPECT_EQ(call("PATCH", base + "/settings/usermanagement", R"({})"), "400");
}

TEST_F(Services, OrganizationsRefuseWhatTheDeclarationRefuses) {
  const std::string base = "/api/v1/organizations";
  EXPECT_EQ(call("POST", base), "400");
  EXPECT_EQ(call("POST", base, R"({"display_name": ""})"), "400");
  EXPECT_EQ(call("POST", base, R"({"display_name": "A", "slug": "No Slug"})"), "400");
  EXPECT_EQ(call("POST", base, R"({"display_name": "A", "metadata": {"ab": "x"}})"), "400");
  EXPECT_EQ(call("GET", base + ":external/acme?id=org_1"), "400");
  EXPECT_EQ(call("PATCH", base + "/org_1?update_mask=id", R"({"slug": "a"})"), "400");
}

TEST_F(Services, Clients) {
  const std::string base = "/api/v1/clients";
  EXPECT_EQ(call("POST", base, R"({"name": "Shop", "client_type": "WEB_APP"})"), "503 client.create");
  EXPECT_EQ(call("GET", base), "503 client.list");
  EXPECT_EQ(call("GET", base + "?filter.client_type=ALL&page_size=30"), "503 client.list");
  EXPECT_EQ(call("GET", base + "/skc_1"), "503 client.get");
  EXPECT_EQ(call("PATCH", base + "/skc_1?mask=post_login_uris", "{}"), "503 client.update");
  EXPECT_EQ(call("DELETE", base + "/skc_1"), "503 client.delete");
  EXPECT_EQ(call("POST", base + "/skc_1/secrets"), "503 client_secret.add");
  EXPECT_EQ(call("PUT", base + "/skc_1/secrets/sks_1", R"({"status": "INACTIVE"})"), "503 client_secret.update");
  EXPECT_EQ(call("PATCH", base + "/skc_1/secrets/sks_1", R"({"status": "ACTIVE"})"), "503 client_secret.update");
  EXPECT_EQ(call("DELETE", base + "/skc_1/secrets/sks_1"), "503 client_secret.delete");
}

TEST_F(Services, ClientsRefuseWhatCannotBe) {
  const std::string base = "/api/v1/clients";
  EXPECT_EQ(call("POST", base, R"({"client_type": "WEB_APP"})"), "400");
  EXPECT_EQ(call("POST", base, R"({"name": "Shop"})"), "400");
  EXPECT_EQ(call("POST", base, R"({"name": "Shop", "client_type": "M2M"})"), "400");
  EXPECT_EQ(call("POST", base, R"({"name": "Shop", "client_type": "ENV"})"), "400");
  EXPECT_EQ(call("POST", base,
                 R"({"name": "S", "client_type": "SPA", "post_login_uris": ["https://a.test/", "https://a.test/"]})"),
            "400");
  EXPECT_EQ(call("POST", base, R"x({"name": "S", "client_type": "SPA", "post_login_uris": ["javascript:alert(1)"]})x"),
            "400");
  EXPECT_EQ(call("POST", base, R"({"name": "S", "client_type": "SPA", "back_channel_logout_uris": ["app.test"]})"),
            "400");
  EXPECT_EQ(call("POST", base,
                 R"({"name": "S", "client_type": "SPA", "custom_claims": [{"key": "a"}, {"key": "a", "value": "b"}]})"),
            "400");
  EXPECT_EQ(call("GET", base + "?filter.client_type=M2M"), "400");
  EXPECT_EQ(call("GET", base + "?page_size=31"), "400");
  EXPECT_EQ(call("PATCH", base + "/skc_1?mask=client_type", "{}"), "400");
  EXPECT_EQ(call("PUT", base + "/skc_1/secrets/sks_1?mask=expire_time", R"({"status": "ACTIVE"})"), "400");
  EXPECT_EQ(call("PUT", base + "/skc_1/secrets/sks_1", R"({"status": 7})"), "400");
}

TEST_F(Services, ClientSettings) {
  const std::string base = "/doorward/v1/clients/skc_1";
  EXPECT_EQ(call("GET", base + "/settings"), "503 client.get");
  EXPECT_EQ(call("PATCH", base + "/settings", R"({"enabled": false})"), "503 client.update");
  EXPECT_EQ(call("PATCH", base + "/settings?update_mask=jwks", "{}"), "503 client.update");
  EXPECT_EQ(call("POST", base + "/secrets:rotate", R"({"overlap": "0s"})"), "503 client_secret.add");
  EXPECT_EQ(call("PATCH", base + "/settings?update_mask=name", "{}"), "400");
  EXPECT_EQ(call("POST", base + "/secrets:rotate", R"({"overlap": "-1s"})"), "400");
  EXPECT_EQ(call("POST", base + "/secrets:rotate", R"({"expire_time": "1960-01-01T00:00:00Z"})"), "400");
}

TEST_F(Services, Directories) {
  const std::string base = "/api/v1/organizations/org_1/directories";
  EXPECT_EQ(call("POST", base, R"({"directory_type": "SCIM", "directory_provider": "OKTA"})"), "503 directory.create");
  EXPECT_EQ(call("POST", base, R"({"directory_provider": "OKTA"})"), "400");
  EXPECT_EQ(call("POST", base, R"({"directory_type": 77})"), "400");
  EXPECT_EQ(call("POST", base, R"({"directory_type": "LDAP"})"), "400");
  EXPECT_EQ(call("GET", base), "503 directory.list");
  EXPECT_EQ(call("GET", base + "/dir_1"), "503 directory.get");
  EXPECT_EQ(call("PATCH", base + "/dir_1", R"({"directory_provider": "OKTA"})"), "503 directory.update");
  EXPECT_EQ(call("PATCH", base + "/dir_1", R"({"directory_provider": 77})"), "400");
  EXPECT_EQ(call("PATCH", base + "/dir_1:enable"), "503 directory.set_enabled");
  EXPECT_EQ(call("PATCH", base + "/dir_1:disable"), "503 directory.set_enabled");
  EXPECT_EQ(call("DELETE", base + "/dir_1"), "503 directory.delete");
  EXPECT_EQ(call("POST", base + "/dir_1/secrets"), "503 directory_secret.add");
  EXPECT_EQ(call("POST", base + "/dir_1/secrets:regenerate"), "503 directory_secret.add");
  EXPECT_EQ(call("GET", base + "/dir_1/users?page_size=50&include_detail=true"), "503 directory.list_users");
  EXPECT_EQ(call("GET", base + "/dir_1/groups?updated_after=2026-11-22T07:00:00Z"), "503 directory.list_groups");
  EXPECT_EQ(call("GET", base + "/dir_1/groups/summary"), "503 directory.summarize_groups");
  EXPECT_EQ(call("GET", base + "/dir_1/users?page_size=101"), "400");
  EXPECT_EQ(call("GET", base + "/dir_1/users?directory_group_id=grp_1"), "400");
}

TEST_F(Services, DirectorySettings) {
  const std::string base = "/api/v1/organizations/org_1/directories/dir_1";
  const std::string roles = base + "/groups/-/roles:assign";
  EXPECT_EQ(call("PUT", roles, R"({"assignments": [{"group_id": "dirgroup_1", "role_name": "admin"}]})"),
            "503 directory.assign_roles");
  EXPECT_EQ(call("PUT", roles, "{}"), "503 directory.assign_roles");
  EXPECT_EQ(call("PUT", roles), "400") << "no list is not an empty one";
  EXPECT_EQ(call("PUT", roles, R"({"assignments": [{"group_id": "dirgroup_1"}]})"), "400");
  EXPECT_EQ(call("PUT", roles, R"({"assignments": [{"group_id": "dirgroup_1", "role_name": "a b"}]})"), "400");
  const std::string attributes = base + "/attributes";
  EXPECT_EQ(call("PUT", attributes, R"({"attributes": [{"key": "email", "map_to": "userName"}]})"),
            "503 directory.update_attributes");
  EXPECT_EQ(call("PUT", attributes), "400");
  EXPECT_EQ(call("PUT", attributes, R"({"attributes": [{"key": "email", "map_to": "noSuch"}]})"),
            "503 directory.update_attributes")
      << "only the directory knows its schemas";
  EXPECT_EQ(call("PUT", base + "/groups:assign", R"({"external_ids": ["a"]})"), "503 directory.assign_groups");
  EXPECT_EQ(call("PUT", base + "/groups:assign", "{}"), "400");
}

TEST_F(Services, ScimSettings) {
  const std::string path = "/doorward/v1/organizations/org_1/directories/dir_1/scim_settings";
  EXPECT_EQ(call("GET", path), "503 scim_settings.get");
  EXPECT_EQ(call("PATCH", path, R"({"pinned_profile": "strict"})"), "503 scim_settings.update");
  EXPECT_EQ(call("PATCH", path, R"({"pinned_profile": ""})"), "503 scim_settings.update");
  EXPECT_EQ(call("PATCH", path, R"({"overrides": [{"name": "omitted_on_put", "value": "kept"}]})"),
            "503 scim_settings.update");
  EXPECT_EQ(call("PATCH", path, R"({"overrides": [{"name": "omitted_on_put", "value": ""}]})"),
            "503 scim_settings.update");
  EXPECT_EQ(call("PATCH", path), "400");
  EXPECT_EQ(call("PATCH", path, R"({"pinned_profile": "oktaa"})"), "400");
  EXPECT_EQ(call("PATCH", path, R"({"overrides": [{"name": "nothing", "value": "kept"}]})"), "400");
  EXPECT_EQ(call("PATCH", path, R"({"overrides": [{"name": "omitted_on_put", "value": "perhaps"}]})"), "400");
  EXPECT_EQ(call("PATCH", path,
                 R"({"overrides": [{"name": "references", "value": "wait"}, {"name": "references", "value": ""}]})"),
            "400");
}

TEST_F(Services, DirectorySecrets) {
  const std::string base = "/doorward/v1/organizations/org_1/directories/dir_1/secrets";
  EXPECT_EQ(call("GET", base), "503 directory_secret.list");
  EXPECT_EQ(call("POST", base), "503 directory_secret.add");
  EXPECT_EQ(call("POST", base, R"({"expire_time": "1970-11-22T07:00:00Z"})"), "503 directory_secret.add");
  EXPECT_EQ(call("POST", base, R"({"expire_time": "1969-11-22T07:00:00Z"})"), "400") << "past";
  EXPECT_EQ(call("POST", base, R"({"expire_time": "2069-11-22T07:00:00Z"})"), "400") << "too far";
  EXPECT_EQ(call("POST", base + ":rotate"), "503 directory_secret.add");
  EXPECT_EQ(call("POST", base + ":rotate", R"({"overlap": "0s"})"), "503 directory_secret.add");
  for (const char* overlap : {"-1s", "2592001s", "315576000000s", "1h"}) {
    EXPECT_EQ(call("POST", base + ":rotate", std::string(R"({"overlap": ")") + overlap + "\"}"), "400") << overlap;
  }
  EXPECT_EQ(call("DELETE", base + "/sec_1"), "503 directory_secret.revoke");
}

TEST_F(Services, DirectoryOauthClients) {
  const std::string base = "/doorward/v1/organizations/org_1/directories/dir_1/oauth_clients";
  EXPECT_EQ(call("GET", base), "503 directory_oauth_client.list");
  EXPECT_EQ(call("POST", base, R"({"name": "Entra"})"), "503 directory_oauth_client.create");
  EXPECT_EQ(call("POST", base, R"({"token_life": "21600s"})"), "503 directory_oauth_client.create");
  for (const char* life : {"299s", "21601s", "-1s"}) {
    EXPECT_EQ(call("POST", base, std::string(R"({"token_life": ")") + life + "\"}"), "400") << life;
  }
  EXPECT_EQ(call("DELETE", base + "/dcl_1"), "503 directory_oauth_client.remove");
  EXPECT_EQ(call("GET", base + "/dcl_1/secrets"), "503 directory_secret.list");
  EXPECT_EQ(call("POST", base + "/dcl_1/secrets:rotate", R"({"overlap": "60s"})"), "503 directory_secret.add");
  EXPECT_EQ(call("DELETE", base + "/dcl_1/secrets/sec_1"), "503 directory_secret.revoke");
}

TEST_F(Services, ScimRequests) {
  const std::string base = "/doorward/v1/organizations/org_1/directories/dir_1/scim_requests";
  EXPECT_EQ(call("GET", base), "503 scim_request.list");
  EXPECT_EQ(call("GET", base + "?status_class=SCIM_CLIENT_ERROR&method=PATCH&path_prefix=/Users&profile=okta"
                               "&resource_id=diruser_1&since=2026-11-22T07:00:00Z"),
            "503 scim_request.list");
  EXPECT_EQ(call("GET", base + "?status_class=BAD"), "400");
  EXPECT_EQ(call("GET", base + "?page_token=x"), "400");
  EXPECT_EQ(call("GET", base + "/sreq_1"), "503 scim_request.get");
}

TEST_F(Services, ScimSchemas) {
  const std::string base = "/doorward/v1/organizations/org_1/directories/dir_1";
  const std::string schema = R"({"id": "urn:acme:Badge", "attributes": [{"name": "number"}]})";
  EXPECT_EQ(call("PUT", base + "/scim_schemas", schema), "503 directory.register_schema");
  EXPECT_EQ(call("PUT", base + "/scim_schemas"), "400");
  EXPECT_EQ(call("PUT", base + "/scim_schemas", R"({"id": "Badge", "attributes": [{"name": "number"}]})"), "400");
  EXPECT_EQ(call("GET", base + "/scim_schemas"), "503 directory.scim_schemas");
  EXPECT_EQ(call("GET", base + "/scim_schemas/urn:acme:Badge"), "503 directory.scim_schemas");
  EXPECT_EQ(call("DELETE", base + "/scim_schemas/urn%3Aacme%3ABadge"), "503 directory.remove_schema");
  const std::string types = base + "/scim_resource_types";
  EXPECT_EQ(call("POST", types, R"({"name": "Device", "endpoint": "/Devices", "schema": "urn:acme:Device"})"),
            "503 directory.create_resource_type");
  EXPECT_EQ(call("POST", types, R"({"name": "Device", "endpoint": "/Bulk", "schema": "urn:acme:Device"})"), "400");
  EXPECT_EQ(call("GET", types), "503 directory.scim_schemas");
  EXPECT_EQ(call("GET", types + "/Device"), "503 directory.scim_schemas");
  EXPECT_EQ(call("DELETE", types + "/Device"), "503 directory.remove_resource_type");
  EXPECT_EQ(call("PUT", types + "/User/extensions", R"({"schema": "urn:acme:Badge"})"),
            "503 directory.attach_extension");
  EXPECT_EQ(call("DELETE", types + "/User/extensions/urn:acme:Badge"), "503 directory.detach_extension");
}

TEST_F(Services, WebhookEndpoints) {
  const std::string base = "/doorward/v1/webhook_endpoints";
  EXPECT_EQ(call("POST", base, R"({"url": "https://a.test/hook"})"), "503 webhook_endpoint.create");
  EXPECT_EQ(call("POST", base, R"({"description": "no url"})"), "400");
  EXPECT_EQ(call("GET", base), "503 webhook_endpoint.list");
  EXPECT_EQ(call("GET", base + "/whe_1"), "503 webhook_endpoint.get");
  EXPECT_EQ(call("PATCH", base + "/whe_1", R"({"enabled": false})"), "503 webhook_endpoint.update");
  EXPECT_EQ(call("DELETE", base + "/whe_1"), "503 webhook_endpoint.remove");
  EXPECT_EQ(call("GET", base + "/whe_1/health"), "503 webhook_endpoint.health");
  EXPECT_EQ(call("PATCH", base + "/whe_1:enable"), "503 webhook_endpoint.update");
  EXPECT_EQ(call("PATCH", base + "/whe_1:disable"), "503 webhook_endpoint.update");
}

TEST_F(Services, WebhookSecrets) {
  const std::string base = "/doorward/v1/webhook_endpoints/whe_1/secrets";
  EXPECT_EQ(call("POST", base + ":rotate"), "503 webhook_secret.rotate");
  EXPECT_EQ(call("POST", base + ":rotate", R"({"overlap": "3600s"})"), "503 webhook_secret.rotate");
  for (const char* overlap : {"-1s", "2592001s", "315576000000s", "1h"}) {
    EXPECT_EQ(call("POST", base + ":rotate", std::string(R"({"overlap": ")") + overlap + "\"}"), "400") << overlap;
  }
  EXPECT_EQ(call("POST", base + ":rotate", R"({"secret": "whsec_"})"), "400");
  EXPECT_EQ(call("GET", base), "503 webhook_secret.list");
  EXPECT_EQ(call("DELETE", base + "/whs_1"), "503 webhook_secret.revoke");
  EXPECT_EQ(call("POST", "/doorward/v1/webhook_endpoints", R"({"url": "https://a.test/", "secret": "mine"})"), "400");
}

TEST_F(Services, WebhookDeliveries) {
  const std::string base = "/doorward/v1/webhook_endpoints/whe_1";
  EXPECT_EQ(call("GET", base + "/deliveries?statuses=FAILED&statuses=PARKED&since=2026-11-22T07:00:00Z"),
            "503 webhook_delivery.list");
  EXPECT_EQ(call("GET", base + "/deliveries?statuses=NEVER"), "400");
  EXPECT_EQ(call("GET", base + "/deliveries/evt_1"), "503 webhook_delivery.get");
  EXPECT_EQ(call("POST", base + "/deliveries/evt_1:resend"), "503 webhook_delivery.resend");
  EXPECT_EQ(call("POST", base + "/deliveries:resend", R"({"since": "1969-11-22T07:00:00Z"})"),
            "503 webhook_delivery.resend_range");
  EXPECT_EQ(call("POST", base + "/deliveries:resend", "{}"), "400");
  EXPECT_EQ(call("POST", base + "/deliveries:resend",
                 R"({"since": "1969-11-22T07:00:00Z", "until": "1969-11-22T06:00:00Z"})"),
            "400");
  EXPECT_EQ(call("POST", base + ":test", R"({"event_type": "organization.created"})"), "503 webhook_delivery.test");
  EXPECT_EQ(call("POST", base + ":test", R"({"event_type": "user.moved"})"), "400");
}

TEST_F(Services, PublicWebhooks) {
  const std::string base = "/api/v1/webhooks";
  EXPECT_EQ(call("POST", base + "/test-event/organization.created"), "503 webhook_endpoint.test_targets");
  EXPECT_EQ(call("POST", base + "/test-event/user.moved"), "400");
  EXPECT_EQ(call("GET", base + "/portal-url"), "501");
  EXPECT_EQ(call("POST", base + "/wb/app/endpoint"), "501");
}

TEST_F(Services, EventTypesAreListedWithoutTheDatabase) {
  EXPECT_EQ(call("GET", "/doorward/v1/webhook_event_types"), "200");
}

TEST_F(Services, WhatIsAnnouncedButNotBuiltSaysSo) {
  EXPECT_EQ(call("PUT", "/api/v1/organizations/org_1/portal_links"), "501");
  EXPECT_EQ(call("GET", "/api/v1/users/usr_1"), "501");
  EXPECT_EQ(call("GET", "/api/v1/nowhere"), "404");
}

}  // namespace
}  // namespace doorward::api
