#include "protocol/webhook/sample.h"

#include <boost/json.hpp>
#include <utility>

#include "protocol/webhook/event.h"

namespace doorward::webhook {
namespace {

namespace json = boost::json;

constexpr std::string_view kOrganization = R"({"id": "org_53879494091473415", "display_name": "Acme",
  "external_id": "crm-1", "region_code": "US", "create_time": "2026-11-22T06:50:26Z",
  "update_time": "2026-11-22T06:50:26Z", "metadata": {"tier": "gold"},
  "settings": {"features": [{"name": "dir_sync", "enabled": true}]}})";

constexpr std::string_view kDirectory = R"({"id": "dir_53879621145330183", "organization_id": "org_53879494091473415",
  "name": "Okta", "directory_type": "SCIM", "provider": "OKTA", "enabled": true,
  "updated_at": "2026-11-22T06:50:26Z"})";

constexpr std::string_view kUser = R"({"id": "diruser_53891546960887884", "user_name": "joerg@example.com",
  "external_id": "00u1", "active": true, "preferred_username": "joerg", "email": "joerg@example.com",
  "name": "Jörg 東", "given_name": "Jörg", "family_name": "東", "title": "Engineer", "department": "R&D",
  "address": {"locality": "Köln", "country": "DE"}, "groups": [{"id": "dirgroup_40072007005503806", "name": "Admins"}],
  "roles": [{"role_name": "admin"}], "custom_attributes": {"shoe_size": 42.5, "emoji": "😀"},
  "attributes": {"userName": "joerg@example.com", "active": true}})";

constexpr std::string_view kGroup = R"({"id": "dirgroup_40072007005503806", "display_name": "Admins",
  "external_id": "7c66", "attributes": {"displayName": "Admins"}})";

constexpr std::string_view kEndpoint = R"({"id": "whe_53891546994442317", "url": "https://app.example.com/webhooks",
  "description": "CRM", "enabled": false, "disabled_reason": "failing", "failing_since": "2026-11-17T06:50:26Z"})";

constexpr std::string_view kDomain = R"({"id": "dom_53879621145330201", "domain": "acme.com",
  "domain_type": "ORGANIZATION_DOMAIN", "organization_id": "org_53879494091473415",
  "environment_id": "env_53879494091473410", "txt_record_key": "_doorward-domain-verification",
  "txt_record_secret": "dom_verify_kD3rV0c1hQmXw8tJ5yLpZb2NfGaUe7Rs9oIiTqEx7Kd", "verification_status": "PENDING",
  "verification_method": "DNS", "created_at": "2026-11-22T06:50:26Z", "updated_at": "2026-11-22T06:50:26Z"})";

constexpr std::string_view kConnection = R"({"id": "conn_53879621145330186",
  "organization_id": "org_53879494091473415", "connection_type": "OIDC", "provider": "OKTA", "enabled": true,
  "status": "COMPLETED", "updated_at": "2026-11-22T06:50:26Z"})";

// What a SAML connection has beside it, before its provider changes.
constexpr std::string_view kSaml = R"({"idp_entity_id": "https://idp.acme.example", "idp_certificates": [
  {"id": "9f86d081884c7d65", "subject": "CN=Acme 2024", "not_after": "2026-12-20T00:00:00Z"}]})";
constexpr std::string_view kPendingMetadata = R"({"idp_entity_id": "https://idp.acme.example",
  "idp_sso_url": "https://idp.acme.example/sso", "idp_sso_request_binding": "HTTP_REDIRECT", "idp_certificates": [
  {"id": "9f86d081884c7d65", "subject": "CN=Acme 2024", "not_after": "2026-12-20T00:00:00Z"},
  {"id": "60303ae22b998861", "subject": "CN=Acme 2026", "not_after": "2028-12-20T00:00:00Z"}],
  "idp_wants_requests_signed": false})";

struct Sample {
  ObjectKind object = ObjectKind::kOrganization;
  std::string_view object_id;
  std::string_view display_name;
  std::string_view snapshot;
};

constexpr Sample kOfOrganization{ObjectKind::kOrganization, "org_53879494091473415", "Acme", kOrganization};
constexpr Sample kOfDirectory{ObjectKind::kDirectory, "dir_53879621145330183", "Okta", kDirectory};
constexpr Sample kOfUser{ObjectKind::kDirectoryUser, "diruser_53891546960887884", "Jörg 東", kUser};
constexpr Sample kOfGroup{ObjectKind::kDirectoryGroup, "dirgroup_40072007005503806", "Admins", kGroup};
constexpr Sample kOfEndpoint{ObjectKind::kWebhookEndpoint, "whe_53891546994442317", "https://app.example.com/webhooks",
                             kEndpoint};

constexpr Sample kOfDomain{ObjectKind::kOrganizationDomain, "dom_53879621145330201", "acme.com", kDomain};

constexpr Sample kOfConnection{ObjectKind::kConnection, "conn_53879621145330186", "OKTA", kConnection};

void make_saml(json::object& connection) {
  connection["connection_type"] = "SAML";
  connection["saml"] = json::parse(kSaml);
}

// What the provider of the connection does in this type of event.
void change_provider(std::string_view type, ChangeRecord& change) {
  make_saml(*change.before);
  make_saml(*change.after);
  json::object& saml = change.after->at("saml").as_object();
  if (type == kSsoMetadataChanged) {
    saml["pending_metadata"] = json::parse(kPendingMetadata);
  } else {
    saml.at("idp_certificates").as_array()[0].as_object()["expiry_announced_at"] = "2026-11-22T06:50:26Z";
  }
}

bool is_of_directory(ObjectKind object) {
  return object == ObjectKind::kDirectory || object == ObjectKind::kDirectoryUser ||
         object == ObjectKind::kDirectoryGroup;
}

const Sample& sample_of(std::string_view type) {
  if (type.starts_with("organization.directory.user_")) return kOfUser;
  if (type.starts_with("organization.directory.group_")) return kOfGroup;
  if (type.starts_with("organization.directory_")) return kOfDirectory;
  if (type.starts_with("organization.domain_")) return kOfDomain;
  if (type.starts_with("organization.sso_")) return kOfConnection;
  return type.starts_with("webhook_endpoint.") ? kOfEndpoint : kOfOrganization;
}

ChangeOp op_of(std::string_view type) {
  if (type.ends_with("created")) return ChangeOp::kCreate;
  if (type.ends_with("deleted")) return ChangeOp::kDelete;
  if (type.ends_with("enabled")) return ChangeOp::kEnable;
  return type.ends_with("disabled") ? ChangeOp::kDisable : ChangeOp::kUpdate;
}

}  // namespace

ChangeRecord sample_change(std::string_view type, EnvironmentId environment, EventId id, Timestamp occurred_at) {
  const Sample& sample = sample_of(type);
  ChangeRecord change;
  change.id = std::move(id);
  change.environment_id = std::move(environment);
  if (sample.object != ObjectKind::kWebhookEndpoint) {
    change.organization_id = OrganizationId(std::string(kOfOrganization.object_id));
    if (is_of_directory(sample.object)) change.directory_id = DirectoryId(std::string(kOfDirectory.object_id));
  }
  change.occurred_at = occurred_at;
  change.object = sample.object;
  change.object_id = sample.object_id;
  change.display_name = sample.display_name;
  change.op = op_of(type);
  const json::object snapshot = json::parse(sample.snapshot).as_object();
  if (change.op != ChangeOp::kCreate) change.before = snapshot;
  if (change.op != ChangeOp::kDelete) change.after = snapshot;
  // What a change made of it is shown as it is afterwards.
  if (type == kDirectoryDisabled || type == kSsoDisabled) change.after->insert_or_assign("enabled", false);
  if (type == kSsoCreated) {
    change.after->insert_or_assign("enabled", false);
    change.after->insert_or_assign("status", "DRAFT");
  }
  if (type == kSsoCertificateExpiring || type == kSsoMetadataChanged) change_provider(type, change);
  if (type == kDomainVerificationSuccess) change.after->insert_or_assign("verification_status", "VERIFIED");
  if (type == kDomainVerificationFailed) change.after->insert_or_assign("verification_status", "FAILED");
  change.actor = {ActorKind::kSystem, "sample"};
  change.event_type = event_type(change);
  return change;
}

}  // namespace doorward::webhook
