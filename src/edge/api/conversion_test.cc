#include "edge/api/conversion.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <limits>

#include "edge/api/directory_conversion.h"
#include "edge/api/organization_conversion.h"
#include "edge/api/organization_settings_conversion.h"
#include "edge/api/update_mask.h"
#include "edge/api/webhook_endpoint_conversion.h"

namespace doorward::api {
namespace {

Timestamp at(std::string_view text) { return parse_rfc3339(text).value(); }

TEST(Times, RoundTripAlsoBefore1970) {
  for (const auto* text : {"2026-11-22T07:00:00.123456Z", "1969-12-31T23:59:59.5Z", "0001-01-01T00:00:00Z"}) {
    google::protobuf::Timestamp sent;
    to_proto(at(text), sent);
    EXPECT_GE(sent.nanos(), 0);
    EXPECT_EQ(from_proto(sent, "t").value(), at(text));
  }
}

TEST(Times, RefusesWhatNoCalendarHas) {
  google::protobuf::Timestamp sent;
  sent.set_seconds(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(from_proto(sent, "updated_after").error().violations.at(0).field, "updated_after");
  sent.set_seconds(0);
  sent.set_nanos(-1);
  EXPECT_FALSE(from_proto(sent, "t"));
}

TEST(Counts, StayInTheirWidth) {
  EXPECT_EQ(wire_count(7), 7u);
  EXPECT_EQ(wire_count(std::int64_t{1} << 40), std::numeric_limits<std::uint32_t>::max());
  EXPECT_EQ(wire_signed_count(std::int64_t{1} << 40), std::numeric_limits<std::int32_t>::max());
  EXPECT_EQ(wire_count(-1), 0u);
}

TEST(UpdateMaskTest, TakesNamesWithAndWithoutTheResource) {
  google::protobuf::FieldMask mask;
  mask.add_paths("organization.slug");
  mask.add_paths("metadata");
  const auto made = UpdateMask::make(mask, "organization", {"slug", "metadata", "logo_url"}).value();
  EXPECT_TRUE(made.takes("slug"));
  EXPECT_TRUE(made.names("metadata"));
  EXPECT_FALSE(made.takes("logo_url"));
  mask.add_paths("id");
  const auto refused = UpdateMask::make(mask, "organization", {"slug"});
  EXPECT_EQ(refused.error().violations.at(0).field, "update_mask");
}

TEST(UpdateMaskTest, WithoutPathsTakesEverythingAndNamesNothing) {
  const auto made = UpdateMask::make({}, "organization", {"slug"}).value();
  EXPECT_TRUE(made.takes("slug"));
  EXPECT_FALSE(made.names("slug"));
}

TEST(OrganizationConversion, SendsEveryField) {
  Organization organization;
  organization.id = OrganizationId("org_1");
  organization.display_name = "Acme";
  organization.region_code = RegionCode::kEu;
  organization.external_id = "acme-7";
  organization.metadata = {{"tier", "gold"}};
  organization.slug = "acme";
  organization.features = {{"sso", true}};
  organization.create_time = at("2026-11-22T07:00:00Z");
  organizations_v1::Organization sent;
  to_proto(organization, sent);
  EXPECT_EQ(sent.id(), "org_1");
  EXPECT_EQ(sent.region_code(), ::scalekit::v1::commons::EU);
  EXPECT_EQ(sent.external_id(), "acme-7");
  EXPECT_EQ(sent.metadata().at("tier"), "gold");
  EXPECT_EQ(sent.settings().features(0).name(), "sso");
  EXPECT_TRUE(sent.settings().features(0).enabled());
  EXPECT_FALSE(sent.has_logo_url());
  EXPECT_EQ(sent.create_time().seconds(), 1795330800);
}

TEST(OrganizationConversion, ReadsANewOne) {
  organizations_v1::CreateOrganization input;
  input.set_display_name("Acme");
  (*input.mutable_metadata())["b"] = "2";
  (*input.mutable_metadata())["a"] = "1";
  const auto made = from_proto(input).value();
  EXPECT_EQ(made.region_code, RegionCode::kUnspecified);
  EXPECT_EQ(made.metadata, (Metadata{{"a", "1"}, {"b", "2"}}));
  EXPECT_FALSE(made.external_id);
  input.set_region_code(static_cast<::scalekit::v1::commons::RegionCode>(9));
  EXPECT_EQ(from_proto(input).error().violations.at(0).constraint, "enum.defined_only");
  input.clear_region_code();
  input.set_logo_url("javascript:alert(1)");
  EXPECT_EQ(from_proto(input).error().violations.at(0).field, "organization.logo_url");
}

TEST(OrganizationConversion, AnUpdateKeepsWhatItDoesNotMention) {
  organizations_v1::UpdateOrganizationRequest request;
  request.mutable_organization()->set_slug("");
  auto patch = from_proto(request).value();
  EXPECT_EQ(patch.slug, "");
  EXPECT_FALSE(patch.display_name || patch.external_id || patch.metadata || patch.logo_url);

  (*request.mutable_organization()->mutable_metadata())["key"] = "v";
  request.mutable_organization()->set_display_name("New");
  patch = from_proto(request).value();
  EXPECT_EQ(patch.metadata, (Metadata{{"key", "v"}}));
  EXPECT_EQ(patch.display_name, "New");
}

TEST(OrganizationConversion, AMaskLimitsAndClears) {
  organizations_v1::UpdateOrganizationRequest request;
  request.mutable_organization()->set_display_name("New");
  request.mutable_organization()->set_slug("ignored");
  request.mutable_update_mask()->add_paths("display_name");
  request.mutable_update_mask()->add_paths("metadata");
  request.mutable_update_mask()->add_paths("external_id");
  const auto patch = from_proto(request).value();
  EXPECT_EQ(patch.display_name, "New");
  EXPECT_FALSE(patch.slug);
  EXPECT_EQ(patch.metadata, Metadata());
  EXPECT_EQ(patch.external_id, "");
}

TEST(OrganizationConversion, NeedsOneOfTheIdentities) {
  organizations_v1::GetOrganizationRequest request;
  EXPECT_EQ(organization_key(request).error().violations.at(0).constraint, "required");
  request.set_external_id("x");
  EXPECT_EQ(std::get<ExternalId>(organization_key(request).value()).text, "x");
  request.set_id("org_1");
  EXPECT_EQ(std::get<OrganizationId>(organization_key(request).value()).str(), "org_1");
}

TEST(OrganizationConversion, BoundsExternalIdsByCharacters) {
  organizations_v1::CreateOrganization input;
  std::string longest;
  for (int i = 0; i < 255; ++i) longest += "\xc3\xbc";
  input.set_external_id(longest);
  EXPECT_TRUE(from_proto(input));
  input.set_external_id(longest + "x");
  EXPECT_EQ(from_proto(input).error().violations.at(0).field, "organization.external_id");
  organizations_v1::UpdateOrganizationRequest request;
  request.mutable_organization()->set_external_id(longest + "x");
  EXPECT_EQ(from_proto(request).error().violations.at(0).constraint, "string.max_len");
}

TEST(SessionPolicyConversion, ReadsEveryUnitAsMinutes) {
  organizations_v1::UpdateOrganizationSessionPolicyRequest request;
  EXPECT_FALSE(from_proto(request)->source);
  EXPECT_FALSE(from_proto(request)->absolute_timeout);
  request.set_policy_source(organizations_v1::CUSTOM);
  request.mutable_absolute_session_timeout()->set_value(2);
  request.mutable_idle_session_timeout()->set_value(90);
  request.mutable_idle_session_timeout_enabled()->set_value(false);
  EXPECT_EQ(from_proto(request)->source, SessionPolicySource::kCustom);
  EXPECT_EQ(from_proto(request)->absolute_timeout, Minutes(2));
  EXPECT_EQ(from_proto(request)->idle_timeout, Minutes(90));
  EXPECT_EQ(from_proto(request)->idle_timeout_enabled, false);
  request.set_absolute_session_timeout_unit(::scalekit::v1::commons::DAYS);
  request.set_idle_session_timeout_unit(::scalekit::v1::commons::HOURS);
  EXPECT_EQ(from_proto(request)->absolute_timeout, Minutes(2880));
  EXPECT_EQ(from_proto(request)->idle_timeout, Minutes(5400));
  request.mutable_absolute_session_timeout()->set_value(2'147'483'647);
  EXPECT_EQ(from_proto(request)->absolute_timeout, Minutes(std::int64_t{2'147'483'647} * 1440));
}

TEST(SessionPolicyConversion, SendsMinutesAndNothingOfTheApplications) {
  organizations_v1::OrganizationSessionPolicySettings sent;
  to_proto(SessionPolicy{}, sent);
  EXPECT_EQ(sent.policy_source(), organizations_v1::APPLICATION);
  EXPECT_FALSE(sent.has_absolute_session_timeout() || sent.has_absolute_session_timeout_unit());
  to_proto(
      SessionPolicy{
          .source = SessionPolicySource::kCustom, .absolute_timeout = Minutes(2880), .idle_timeout_enabled = false},
      sent);
  EXPECT_EQ(sent.policy_source(), organizations_v1::CUSTOM);
  EXPECT_EQ(sent.absolute_session_timeout().value(), 2880);
  EXPECT_EQ(sent.absolute_session_timeout_unit(), ::scalekit::v1::commons::MINUTES);
  EXPECT_TRUE(sent.has_idle_session_timeout_enabled());
  EXPECT_FALSE(sent.idle_session_timeout_enabled().value());
  EXPECT_FALSE(sent.has_idle_session_timeout() || sent.has_idle_session_timeout_unit());

  organizations_v1::ApplicationSessionPolicySettings application;
  to_proto(ApplicationSessionPolicy{}, application);
  EXPECT_EQ(application.absolute_session_timeout(), 43'200);
  EXPECT_EQ(application.access_token_expiry(), 15);
  EXPECT_EQ(application.idle_session_timeout_unit(), ::scalekit::v1::commons::MINUTES);
}

TEST(DirectoryConversion, AlwaysSendsStatsAndEndpoint) {
  DirectoryView view;
  view.directory.id = DirectoryId("dir_1");
  view.directory.organization_id = OrganizationId("org_1");
  view.directory.provider = DirectoryProvider::kOkta;
  view.directory.status = DirectoryStatus::kInProgress;
  view.secrets.resize(1);
  view.secrets[0].id = DirectorySecretId("sec_1");
  view.secrets[0].secret_suffix = "wxyz";
  view.secrets[0].status = SecretStatus::kInactive;
  directories_v1::Directory sent;
  to_proto(view, "https://id.example.com", sent);
  EXPECT_EQ(sent.directory_endpoint(), "https://id.example.com/directory/dir_1/scim/v2");
  EXPECT_EQ(sent.directory_type(), directories_v1::SCIM);
  EXPECT_EQ(sent.directory_provider(), directories_v1::OKTA);
  EXPECT_EQ(sent.status(), "IN_PROGRESS");
  EXPECT_TRUE(sent.has_stats());
  EXPECT_FALSE(sent.has_last_synced_at());
  EXPECT_FALSE(sent.stats().has_user_updated_at());
  EXPECT_EQ(sent.secrets(0).secret_suffix(), "wxyz");
  EXPECT_EQ(sent.secrets(0).status(), directories_v1::INACTIVE);

  view.directory.stats = {.total_users = 3, .total_groups = 2, .user_updated_at = at("2026-11-22T07:00:00Z")};
  view.directory.last_synced_at = at("2026-11-22T07:00:00Z");
  directories_v1::Directory synced;
  to_proto(view, "https://id.example.com", synced);
  EXPECT_EQ(synced.stats().total_users(), 3);
  EXPECT_EQ(synced.total_groups(), 2);
  EXPECT_TRUE(synced.stats().has_user_updated_at());
  EXPECT_TRUE(synced.has_last_synced_at());
}

TEST(DirectoryConversion, SendsUsersWithAndWithoutDetail) {
  DirectoryUserList list;
  list.total_size = 1;
  list.next_page_token = "n";
  list.users.resize(1);
  auto& user = list.users[0].user;
  user.id = DirectoryUserId("diruser_1");
  user.user_name = "ann@x.test";
  user.email = "ann@x.test";
  user.attributes = boost::json::parse(R"({"userName": "ann@x.test", "active": true, "n": 1.5, "none": null,
      "emails": [{"value": "ann@x.test", "primary": true}, {"value": "a@y.test"}, "odd", {}]})")
                        .as_object();
  user.profile = boost::json::parse(R"({"given_name": "Ann", "family_name": "Lee", "locale": 5})").as_object();
  list.users[0].groups = {{DirectoryGroupId("dirgroup_1"), "Staff"}};

  auto sent = to_proto(list, false);
  EXPECT_EQ(sent.total_size(), 1u);
  EXPECT_EQ(sent.next_page_token(), "n");
  EXPECT_EQ(sent.users(0).preferred_username(), "ann@x.test");
  EXPECT_EQ(sent.users(0).given_name(), "Ann");
  EXPECT_EQ(sent.users(0).family_name(), "Lee");
  EXPECT_EQ(sent.users(0).emails_size(), 2);
  EXPECT_EQ(sent.users(0).groups(0).display_name(), "Staff");
  EXPECT_FALSE(sent.users(0).has_user_detail());

  sent = to_proto(list, true);
  const auto& detail = sent.users(0).user_detail().fields();
  EXPECT_EQ(detail.at("n").number_value(), 1.5);
  EXPECT_TRUE(detail.at("none").has_null_value());
  EXPECT_EQ(detail.at("emails").list_value().values(0).struct_value().fields().at("value").string_value(),
            "ann@x.test");
}

TEST(DirectoryConversion, SendsGroups) {
  DirectoryGroupList list;
  list.groups.resize(1);
  list.groups[0].id = DirectoryGroupId("dirgroup_1");
  list.groups[0].display_name = "Staff";
  list.groups[0].member_count = 4;
  list.groups[0].attributes["displayName"] = "Staff";
  EXPECT_EQ(to_proto(list, false).groups(0).total_users(), 4);
  EXPECT_FALSE(to_proto(list, false).groups(0).has_group_detail());
  EXPECT_TRUE(to_proto(list, true).groups(0).group_detail().fields().contains("displayName"));
}

TEST(DirectoryConversion, ReadsListRequests) {
  directories_v1::ListDirectoryUsersRequest request;
  request.set_page_size(50);
  EXPECT_FALSE(from_proto(request).value().group_id);
  request.set_directory_group_id("dirgroup_1");
  request.mutable_updated_after()->set_seconds(5);
  const auto query = from_proto(request).value();
  EXPECT_EQ(query.page_size, 50u);
  EXPECT_EQ(query.group_id->str(), "dirgroup_1");
  EXPECT_EQ(to_unix_seconds(*query.updated_after), 5);
  request.mutable_updated_after()->set_nanos(-1);
  EXPECT_FALSE(from_proto(request));
}

TEST(WebhookEndpointConversion, RoundTrip) {
  webhooks_v1::CreateWebhookEndpoint input;
  input.set_url("https://a.test/hook");
  input.add_event_types("organization.created");
  auto made = from_proto(input);
  EXPECT_TRUE(made.enabled);
  EXPECT_FALSE(made.organization_id);
  EXPECT_EQ(made.event_types, std::vector<std::string>{"organization.created"});
  input.set_enabled(false);
  EXPECT_FALSE(from_proto(input).enabled);

  WebhookEndpointList list;
  list.endpoints.push_back({.id = WebhookEndpointId("whe_1"), .url = "https://a.test", .enabled = false});
  list.total_size = 1;
  const auto sent = to_proto(list);
  EXPECT_EQ(sent.endpoints(0).id(), "whe_1");
  EXPECT_FALSE(sent.endpoints(0).has_organization_id());
  EXPECT_EQ(sent.total_size(), 1u);
}

TEST(WebhookEndpointConversion, AnUpdateKeepsWhatItDoesNotMention) {
  webhooks_v1::UpdateWebhookEndpointRequest request;
  request.mutable_endpoint()->set_enabled(false);
  auto patch = from_proto(request).value();
  EXPECT_EQ(patch.enabled, false);
  EXPECT_FALSE(patch.url || patch.description || patch.event_types || patch.organization_id);
  request.mutable_update_mask()->add_paths("event_types");
  request.mutable_update_mask()->add_paths("endpoint.organization_id");
  patch = from_proto(request).value();
  EXPECT_FALSE(patch.enabled);
  EXPECT_EQ(patch.event_types, std::vector<std::string>());
  EXPECT_EQ(patch.organization_id, OrganizationId());
}

}  // namespace
}  // namespace doorward::api
