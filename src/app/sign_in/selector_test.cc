#include "app/sign_in/selector.h"

#include <gtest/gtest.h>

namespace doorward {
namespace {

const oauth::ConnectionSelectors kAll{.provider = "google",
                                      .connection_id = "conn_1",
                                      .organization_id = "org_1",
                                      .domain = "a.test",
                                      .login_hint = "ann@b.test"};

ApiClient client_with_defaults() {
  ApiClient client;
  client.default_connection_id = ConnectionId("conn_9");
  client.default_organization_id = OrganizationId("org_9");
  return client;
}

TEST(Selector, TheStrongestOfAllThatAreGivenDecides) {
  const ApiClient client = client_with_defaults();
  oauth::ConnectionSelectors given = kAll;
  EXPECT_EQ(choose_selector(given, client), (Selector{SelectorKind::kProvider, "google"}));
  given.provider.clear();
  EXPECT_EQ(choose_selector(given, client), (Selector{SelectorKind::kConnection, "conn_1"}));
  given.connection_id.clear();
  EXPECT_EQ(choose_selector(given, client), (Selector{SelectorKind::kOrganization, "org_1"}));
  given.organization_id.clear();
  EXPECT_EQ(choose_selector(given, client), (Selector{SelectorKind::kDomain, "a.test"}));
  given.domain.clear();
  EXPECT_EQ(choose_selector(given, client), (Selector{SelectorKind::kLoginHint, "ann@b.test"}));
  given.login_hint.clear();
  EXPECT_EQ(choose_selector(given, client), (Selector{SelectorKind::kDefaultConnection, "conn_9"}));
}

TEST(Selector, TheClientsOrganizationComesLast) {
  ApiClient client = client_with_defaults();
  client.default_connection_id = ConnectionId();
  EXPECT_EQ(choose_selector({}, client), (Selector{SelectorKind::kDefaultOrganization, "org_9"}));
  EXPECT_EQ(choose_selector({}, ApiClient()), std::nullopt);
}

TEST(Selector, AUserNameChoosesNothing) {
  EXPECT_EQ(choose_selector({.login_hint = "ann"}, ApiClient()), std::nullopt);
  EXPECT_EQ(choose_selector({.login_hint = "ann"}, client_with_defaults()),
            (Selector{SelectorKind::kDefaultConnection, "conn_9"}));
}

TEST(Selector, P29_AHintDoesNotLeadAwayFromWhatWasChosenById) {
  EXPECT_EQ(
      choose_selector({.organization_id = "org_1", .domain = "other.test", .login_hint = "x@other.test"}, ApiClient()),
      (Selector{SelectorKind::kOrganization, "org_1"}));
}

}  // namespace
}  // namespace doorward
