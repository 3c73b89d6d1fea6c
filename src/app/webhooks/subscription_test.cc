#include "app/webhooks/subscription.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

WebhookEndpoint endpoint_of(const char* environment) {
  return {.environment_id = EnvironmentId(environment), .id = WebhookEndpointId("whe_1"), .enabled = true};
}

UnsequencedChange change_of(const char* environment) {
  return {.environment_id = EnvironmentId(environment),
          .owner_id = "dir_1",
          .owner_seq = 7,
          .id = EventId("evt_1"),
          .organization_id = OrganizationId("org_1"),
          .event_type = "organization.directory.user_created"};
}

TEST(Subscription, WithoutFiltersPassesEveryEventOfItsEnvironment) {
  EXPECT_TRUE(is_owed(endpoint_of("env_1"), change_of("env_1")));
  EXPECT_FALSE(is_owed(endpoint_of("env_1"), change_of("env_2")));
}

TEST(Subscription, PassesNoChangeThatSubscribersAreNotTold) {
  auto change = change_of("env_1");
  change.event_type.clear();
  EXPECT_FALSE(is_owed(endpoint_of("env_1"), change));
}

TEST(Subscription, DisabledPassesNothing) {
  auto endpoint = endpoint_of("env_1");
  endpoint.enabled = false;
  EXPECT_FALSE(is_owed(endpoint, change_of("env_1")));
}

TEST(Subscription, FiltersByTypeExactly) {
  auto endpoint = endpoint_of("env_1");
  endpoint.event_types = {"organization.created", "organization.directory.user_created"};
  EXPECT_TRUE(is_owed(endpoint, change_of("env_1")));
  endpoint.event_types = {"organization.created", "organization.directory"};
  EXPECT_FALSE(is_owed(endpoint, change_of("env_1")));
}

TEST(Subscription, FiltersByPrefixOfTypes) {
  auto endpoint = endpoint_of("env_1");
  endpoint.event_types = {"organization.created", "organization.directory.*"};
  EXPECT_TRUE(is_owed(endpoint, change_of("env_1")));
  auto enabled = change_of("env_1");
  enabled.event_type = "organization.directory_enabled";
  EXPECT_FALSE(is_owed(endpoint, enabled));
}

TEST(Subscription, FiltersByOrganization) {
  auto endpoint = endpoint_of("env_1");
  endpoint.organization_id = OrganizationId("org_1");
  EXPECT_TRUE(is_owed(endpoint, change_of("env_1")));
  endpoint.organization_id = OrganizationId("org_2");
  EXPECT_FALSE(is_owed(endpoint, change_of("env_1")));
}

TEST(Subscription, OwesOneDeliveryToEachMatchInTheOrderOfTheChanges) {
  const std::vector endpoints{endpoint_of("env_1"), endpoint_of("env_2")};
  auto second = change_of("env_1");
  second.owner_seq = 8;
  second.id = EventId("evt_2");
  const std::vector changes{change_of("env_1"), second};
  const auto deliveries = deliveries_for(changes, endpoints, from_micros(5));
  ASSERT_EQ(deliveries.size(), 2u);
  EXPECT_EQ(deliveries[0].event_id, EventId("evt_1"));
  EXPECT_EQ(deliveries[0].owner_id, "dir_1");
  EXPECT_EQ(deliveries[0].owner_seq, 7);
  EXPECT_EQ(deliveries[0].status, DeliveryStatus::kPending);
  EXPECT_EQ(deliveries[0].attempts, 0);
  EXPECT_EQ(deliveries[0].create_time, from_micros(5));
  EXPECT_EQ(deliveries[1].owner_seq, 8);
}

}  // namespace
}  // namespace doorward
