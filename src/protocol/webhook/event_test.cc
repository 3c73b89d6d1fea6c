#include "protocol/webhook/event.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/time.h"
#include "protocol/webhook/sample.h"

namespace doorward::webhook {
namespace {

namespace json = boost::json;

json::object object(const char* text) { return json::parse(text).as_object(); }

ChangeRecord change_of(ObjectKind kind, ChangeOp op, std::string object_id) {
  ChangeRecord change;
  change.id = EventId("evt_53891546994442316");
  change.environment_id = EnvironmentId("env_53814739859406915");
  change.organization_id = OrganizationId("org_53879494091473415");
  if (kind != ObjectKind::kOrganization) change.directory_id = DirectoryId("dir_53879621145330183");
  change.occurred_at = *parse_rfc3339("2026-11-22T06:50:26.125Z");
  change.object = kind;
  change.op = op;
  change.object_id = std::move(object_id);
  return change;
}

ChangeRecord user_change(ChangeOp op, const char* before, const char* after) {
  auto change = change_of(ObjectKind::kDirectoryUser, op, "diruser_53891546960887884");
  if (before != nullptr) change.before = object(before);
  if (after != nullptr) change.after = object(after);
  change.event_type = event_type(change);
  return change;
}

constexpr const char* kActive = R"({"active": true})";
constexpr const char* kInactive = R"({"active": false})";

constexpr const char* kFullUser = R"({
  "id": "diruser_53891546960887884", "user_name": "jörg.東@example.com", "external_id": "00u1", "active": true,
  "preferred_username": "joerg", "email": "joerg@example.com", "name": "Jörg 東", "given_name": "Jörg",
  "family_name": "東", "title": "Engineer", "department": "R&D", "address": {"locality": "Köln", "country": "DE"},
  "groups": [{"id": "dirgroup_1", "name": "Admins"}], "roles": [{"role_name": "admin"}, {"role_name": "member"}],
  "custom_attributes": {"shoe_size": 42.5, "emoji": "😀"},
  "attributes": {"userName": "jörg.東@example.com", "active": true}})";

constexpr const char* kFullGroup =
    R"({"display_name": "Admins", "external_id": "7c66", "attributes": {"displayName": "Admins"}})";

ChangeRecord group_change(ChangeOp op) {
  auto change = change_of(ObjectKind::kDirectoryGroup, op, "dirgroup_40072007005503806");
  if (op != ChangeOp::kCreate) change.before = object(kFullGroup);
  if (op != ChangeOp::kDelete) change.after = object(kFullGroup);
  change.event_type = event_type(change);
  return change;
}

ChangeRecord organization_change(ChangeOp op) {
  constexpr const char* kOrganization = R"({"display_name": "Acme", "external_id": "crm-1", "region_code": "US",
    "create_time": "2026-11-22T06:50:26Z", "update_time": "2026-11-22T06:50:26Z", "metadata": {"tier": "gold"},
    "settings": {"features": [{"name": "dir_sync", "enabled": true}]}})";
  auto change = change_of(ObjectKind::kOrganization, op, "org_53879494091473415");
  if (op != ChangeOp::kCreate) change.before = object(kOrganization);
  if (op != ChangeOp::kDelete) change.after = object(kOrganization);
  change.event_type = event_type(change);
  return change;
}

ChangeRecord directory_change(ChangeOp op) {
  auto change = change_of(ObjectKind::kDirectory, op, "dir_53879621145330183");
  change.after = object(R"({"id": "dir_53879621145330183", "name": "Okta", "directory_type": "SCIM",
    "provider": "OKTA", "enabled": true, "updated_at": "2026-11-22T06:50:26Z"})");
  change.event_type = event_type(change);
  return change;
}

json::object data_of(const ChangeRecord& change) {
  return json::parse(render_event(change)).as_object().at("data").as_object();
}

TEST(EventType, FollowsWhetherTheUserIsActiveBeforeAndAfter) {
  const struct {
    ChangeOp op;
    const char *before, *after;
    std::string_view expected;
  } cases[] = {
      {ChangeOp::kCreate, nullptr, kActive, kDirectoryUserCreated},
      {ChangeOp::kCreate, nullptr, "{}", kDirectoryUserCreated},
      {ChangeOp::kCreate, nullptr, kInactive, ""},
      {ChangeOp::kUpdate, kActive, kActive, kDirectoryUserUpdated},
      {ChangeOp::kUpdate, kInactive, kInactive, ""},
      {ChangeOp::kDeactivate, kActive, kInactive, kDirectoryUserDeleted},
      {ChangeOp::kUpdate, kActive, kInactive, kDirectoryUserDeleted},
      {ChangeOp::kActivate, kInactive, kActive, kDirectoryUserCreated},
      {ChangeOp::kDelete, kActive, nullptr, kDirectoryUserDeleted},
      {ChangeOp::kDelete, kInactive, nullptr, ""},
  };
  for (const auto& c : cases) EXPECT_EQ(user_change(c.op, c.before, c.after).event_type, c.expected);
}

TEST(EventType, OfGroupsAndOrganizations) {
  EXPECT_EQ(group_change(ChangeOp::kCreate).event_type, kDirectoryGroupCreated);
  EXPECT_EQ(group_change(ChangeOp::kUpdate).event_type, kDirectoryGroupUpdated);
  EXPECT_EQ(group_change(ChangeOp::kMembers).event_type, kDirectoryGroupUpdated);
  EXPECT_EQ(group_change(ChangeOp::kDelete).event_type, kDirectoryGroupDeleted);
  EXPECT_EQ(organization_change(ChangeOp::kCreate).event_type, kOrganizationCreated);
  EXPECT_EQ(organization_change(ChangeOp::kUpdate).event_type, kOrganizationUpdated);
  EXPECT_EQ(organization_change(ChangeOp::kDelete).event_type, kOrganizationDeleted);
}

TEST(EventType, OfDirectoriesTellsOnlyTheirSwitch) {
  EXPECT_EQ(directory_change(ChangeOp::kEnable).event_type, kDirectoryEnabled);
  EXPECT_EQ(directory_change(ChangeOp::kDisable).event_type, kDirectoryDisabled);
  EXPECT_EQ(directory_change(ChangeOp::kCreate).event_type, "");
  EXPECT_EQ(directory_change(ChangeOp::kDelete).event_type, "");
}

TEST(EventType, OfConnectionsTellsThatTheyAreThereAndTheirSwitch) {
  const auto type = [](ChangeOp op) { return event_type(change_of(ObjectKind::kConnection, op, "conn_1")); };
  EXPECT_EQ(type(ChangeOp::kCreate), kSsoCreated);
  EXPECT_EQ(type(ChangeOp::kUpdate), "") << "settings are the application's own doing";
  EXPECT_EQ(type(ChangeOp::kEnable), kSsoEnabled);
  EXPECT_EQ(type(ChangeOp::kDisable), kSsoDisabled);
  EXPECT_EQ(type(ChangeOp::kDelete), kSsoDeleted);
}

TEST(EventType, OfConnectionsTellsWhatTheirProviderIsAboutToChange) {
  const auto with = [](const char* saml) { return json::object{{"saml", json::parse(saml)}}; };
  const auto type = [&](const char* before, const char* after) {
    ChangeRecord change = change_of(ObjectKind::kConnection, ChangeOp::kUpdate, "conn_1");
    change.before = with(before);
    change.after = with(after);
    return event_type(change);
  };
  EXPECT_EQ(type("{}", R"({"pending_metadata": {"a": 1}})"), kSsoMetadataChanged);
  EXPECT_EQ(type(R"({"pending_metadata": {"a": 1}})", R"({"pending_metadata": {"a": 2}})"), kSsoMetadataChanged);
  EXPECT_EQ(type(R"({"pending_metadata": {"a": 1}})", R"({"pending_metadata": {"a": 1}, "x": 1})"), "");
  EXPECT_EQ(type(R"({"pending_metadata": {"a": 1}})", "{}"), "") << "confirmed or declined: their own doing";
  const char* quiet = R"({"idp_certificates": [{"id": "a"}, {"id": "b"}]})";
  const char* one = R"({"idp_certificates": [{"id": "a", "expiry_announced_at": "x"}, {"id": "b"}]})";
  const char* both = R"({"idp_certificates": [{"id": "b", "expiry_announced_at": "y"},
                                              {"id": "a", "expiry_announced_at": "x"}]})";
  EXPECT_EQ(type(quiet, one), kSsoCertificateExpiring);
  EXPECT_EQ(type(one, both), kSsoCertificateExpiring);
  EXPECT_EQ(type(both, one), "");
  EXPECT_EQ(type(quiet, quiet), "");
  EXPECT_EQ(type("{}", R"({"idp_certificates": 1})"), "") << "erased or damaged";
}

TEST(EventType, KnowsItsOwnNamesOnly) {
  EXPECT_EQ(event_types().size(), 22u);
  for (const auto type : event_types()) {
    EXPECT_TRUE(is_event_type(type));
    EXPECT_FALSE(event_type_description(type).empty()) << type;
  }
  EXPECT_EQ(event_type_description("organization"), "");
  EXPECT_FALSE(is_event_type(""));
  EXPECT_FALSE(is_event_type("organization"));
  EXPECT_FALSE(is_event_type("organization.directory.user_moved"));
}

TEST(EventType, OfAWebhookEndpointTellsOnlyThatDoorwardDisabledIt) {
  const auto type = [](ChangeOp op, const char* after) {
    auto change = change_of(ObjectKind::kWebhookEndpoint, op, "whe_1");
    change.after = object(after);
    return event_type(change);
  };
  EXPECT_EQ(type(ChangeOp::kDisable, R"({"enabled": false, "disabled_reason": "failing"})"), kWebhookEndpointDisabled);
  EXPECT_EQ(type(ChangeOp::kDisable, R"({"enabled": false, "disabled_reason": ""})"), "");
  EXPECT_EQ(type(ChangeOp::kDisable, R"({"enabled": false})"), "");
  EXPECT_EQ(type(ChangeOp::kUpdate, R"({"disabled_reason": "failing"})"), "");
  EXPECT_EQ(event_type(change_of(ObjectKind::kWebhookSecret, ChangeOp::kCreate, "whs_1")), "");
}

TEST(EventType, OfADomainTellsWhatDnsMadeOfIt) {
  const auto type = [](ChangeOp op, std::string_view before, std::string_view after, std::string_view method = "DNS") {
    auto change = change_of(ObjectKind::kOrganizationDomain, op, "dom_1");
    if (!before.empty()) change.before = json::object{{"verification_status", before}};
    if (!after.empty()) change.after = json::object{{"verification_status", after}, {"verification_method", method}};
    return event_type(change);
  };
  EXPECT_EQ(type(ChangeOp::kCreate, "", "PENDING"), kDomainCreated);
  EXPECT_EQ(type(ChangeOp::kCreate, "", "VERIFIED", "ADMIN"), kDomainCreated);
  EXPECT_EQ(type(ChangeOp::kDelete, "VERIFIED", ""), kDomainDeleted);
  EXPECT_EQ(type(ChangeOp::kUpdate, "PENDING", "VERIFIED"), kDomainVerificationSuccess);
  EXPECT_EQ(type(ChangeOp::kUpdate, "FAILED", "VERIFIED"), kDomainVerificationSuccess);
  EXPECT_EQ(type(ChangeOp::kUpdate, "PENDING", "FAILED"), kDomainVerificationFailed);
  EXPECT_EQ(type(ChangeOp::kUpdate, "VERIFIED", "FAILED"), kDomainVerificationFailed);
  EXPECT_EQ(type(ChangeOp::kUpdate, "VERIFIED", "VERIFIED"), "");
  EXPECT_EQ(type(ChangeOp::kUpdate, "AUTO_VERIFIED", "VERIFIED", "ADMIN"), "");
}

TEST(WebhookEvent, OfAnEndpointKeepsPathAndQueryToItself) {
  auto change = change_of(ObjectKind::kWebhookEndpoint, ChangeOp::kDisable, "whe_1");
  const auto url_shown = [&](std::string_view url) {
    change.after = json::object{{"url", url}, {"disabled_reason", "failing"}};
    change.event_type = event_type(change);
    const json::value body = json::parse(render_event(change));
    return std::string(body.at("data").at("url").as_string());
  };
  EXPECT_EQ(url_shown("https://app.example.com:8443/in/s3cret?key=s3cret"), "https://app.example.com:8443");
  EXPECT_EQ(url_shown("https://app.example.com?key=s3cret"), "https://app.example.com");
  EXPECT_EQ(url_shown("https://app.example.com#s3cret"), "https://app.example.com");
  EXPECT_EQ(url_shown("https://app.example.com"), "https://app.example.com");
  EXPECT_EQ(url_shown("s3cret"), "");
}

TEST(EventTypeFilter, IsATypeOrAPrefixOfTypes) {
  EXPECT_TRUE(is_event_type_filter(kOrganizationCreated));
  EXPECT_TRUE(is_event_type_filter("organization.*"));
  EXPECT_TRUE(is_event_type_filter("organization.directory.*"));
  for (const char* none : {"", "*", ".*", "organization", "organization.", "organization*", "organization.dir*",
                           "organization.directory.user_*", "user.*", "organization.*.*", "organization.created.*"}) {
    EXPECT_FALSE(is_event_type_filter(none)) << none;
  }
  EXPECT_TRUE(filter_matches("organization.directory.*", kDirectoryUserCreated));
  EXPECT_FALSE(filter_matches("organization.directory.*", kDirectoryEnabled));
  EXPECT_TRUE(filter_matches("organization.*", kDirectoryEnabled));
  EXPECT_FALSE(filter_matches("organization.created", "organization.created2"));
}

TEST(Sample, IsOfTheTypeItIsMadeFor) {
  const Timestamp at = *parse_rfc3339("2026-11-22T06:50:26.125Z");
  for (const auto type : event_types()) {
    const ChangeRecord change = sample_change(type, EnvironmentId("env_53814739859406915"), EventId("evt_1"), at);
    EXPECT_EQ(change.event_type, type);
    const auto body = json::parse(render_event(change)).as_object();
    EXPECT_EQ(body.at("type").as_string(), type);
    EXPECT_EQ(body.at("data").as_object().at("id").as_string(), change.object_id);
    EXPECT_EQ(body.contains("organization_id"), type != kWebhookEndpointDisabled);
  }
}

TEST(RenderEvent, CarriesBothTheEnvelopeAndTheShortPayloadOfTheSeeds) {
  const auto body = json::parse(render_event(user_change(ChangeOp::kCreate, nullptr, kFullUser))).as_object();
  for (const char* name : {"spec_version", "id", "type", "object", "occurred_at", "environment_id", "organization_id",
                           "data", "display_name", "timestamp"}) {
    EXPECT_TRUE(body.contains(name)) << name;
  }
  EXPECT_EQ(body.at("timestamp"), body.at("occurred_at"));
  const auto& data = body.at("data").as_object();
  EXPECT_EQ(data.at("email"), "joerg@example.com");
  EXPECT_EQ(data.at("name"), "Jörg 東");
  EXPECT_EQ(data.at("organization_id"), "org_53879494091473415");
  EXPECT_EQ(data.at("directory_id"), "dir_53879621145330183");
}

TEST(RenderEvent, OfADeletedUserTellsOnlyWhoItWas) {
  for (const auto& change : {user_change(ChangeOp::kDelete, kFullUser, nullptr),
                             user_change(ChangeOp::kDeactivate, kFullUser,
                                         R"({"active": false, "email": "new@example.com", "external_id": "new"})")}) {
    EXPECT_EQ(data_of(change), object(R"({"id": "diruser_53891546960887884",
        "organization_id": "org_53879494091473415", "directory_id": "dir_53879621145330183", "dp_id": "00u1",
        "email": "joerg@example.com"})"));
  }
}

TEST(RenderEvent, AlwaysNamesTheUser) {
  const auto name = [](const char* after) {
    return data_of(user_change(ChangeOp::kCreate, nullptr, after)).at("name").as_string();
  };
  EXPECT_EQ(name(R"({"name": "Ann"})"), "Ann");
  EXPECT_EQ(name(R"({"given_name": "Ann", "family_name": "Lee"})"), "Ann Lee");
  EXPECT_EQ(name(R"({"family_name": "Lee"})"), "Lee");
  EXPECT_EQ(name(R"({"preferred_username": "ann"})"), "ann");
  EXPECT_EQ(name("{}"), "");
}

TEST(RenderEvent, OfASubjectWhoseSnapshotsWereErasedStillNamesTheObject) {
  auto change = user_change(ChangeOp::kDelete, kActive, nullptr);
  change.before.reset();
  EXPECT_EQ(data_of(change).at("id"), "diruser_53891546960887884");
}

// The exact bytes are public interface: a receiver that re-serialises in Python verifies over them.
TEST(RenderEvent, BytesAreThoseOfTheGoldenFile) {
  std::vector<ChangeRecord> changes;
  for (const auto type : event_types()) {
    changes.push_back(sample_change(type, EnvironmentId("env_53814739859406915"), EventId("evt_53891546994442316"),
                                    *parse_rfc3339("2026-11-22T06:50:26.125Z")));
  }
  changes.push_back(user_change(ChangeOp::kUpdate, kFullUser, kActive));
  changes.push_back(user_change(ChangeOp::kDeactivate, kFullUser, kInactive));
  changes.push_back(user_change(ChangeOp::kActivate, kInactive, kFullUser));
  changes.push_back(group_change(ChangeOp::kMembers));
  std::string bodies;
  for (const ChangeRecord& change : changes) bodies += render_event(change) + "\n";
  if (std::getenv("DOORWARD_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(DOORWARD_GOLDEN_DIR "/webhook_events.jsonl", std::ios::binary) << bodies;
  }
  std::ifstream file(DOORWARD_GOLDEN_DIR "/webhook_events.jsonl", std::ios::binary);
  std::stringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(bodies, golden.str()) << "if the change is meant, tools/update-golden writes the file anew";
}

TEST(RenderEvent, GoldenFileIsAFixedPointOfPython) {
  const std::string command =
      "python3 -c 'import json,sys\nfor l in open(sys.argv[1],newline=\"\\n\"):\n"
      "  l=l.rstrip(\"\\n\"); d=json.dumps(json.loads(l)); assert d==l, d' " DOORWARD_GOLDEN_DIR
      "/webhook_events.jsonl";
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace doorward::webhook
