#include <boost/json/serialize.hpp>
#include <map>

#include "domain/client_grants.h"
#include "suite.h"

namespace doorward {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr const char* kPublicKey =
    R"({"keys":[{"kty":"EC","crv":"P-256","kid":"app-1","alg":"ES256","use":"sig",)"
    R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})";

class ManagingClients : public ClientSuite {
 protected:
  // The field at which a patch of a client of the type is refused; "" when it is not.
  std::string refused_at(ClientType type, ClientPatch patch) {
    const auto made = create(type, std::move(patch));
    if (made) return "";
    EXPECT_EQ(made.error().reason, Reason::kInvalidArgument) << made.error().message;
    return made.error().violations.empty() ? "?" : made.error().violations[0].field;
  }
  std::string refused_at(ClientPatch patch) { return refused_at(ClientType::kWebApp, std::move(patch)); }
  ClientList list(ListClients query) {
    auto use_cases = clients();
    return sync_wait(use_cases.list(caller(), std::move(query))).value();
  }
};

TEST_P(ManagingClients, AClientIsMadeOfWhatWasGivenAndHasNoSecret) {
  const auto made = create(ClientType::kWebApp, {.name = "Shop",
                                                 .redirect_uris = {{"https://app.example.com/cb"}},
                                                 .initiate_login_uri = "https://app.example.com/login",
                                                 .scopes = {{"data:read"}},
                                                 .custom_claims = {{{"tier", "gold"}}},
                                                 .access_token_life = 3600s});
  ASSERT_OK(made);
  EXPECT_TRUE(made->secrets.empty());
  const auto read = get(made->client.id);
  ASSERT_OK(read);
  EXPECT_EQ(read->client, made->client);
  EXPECT_EQ(read->client.access_token_life, 3600s);
  EXPECT_TRUE(read->client.api_access);
  EXPECT_FALSE(read->client.enforce_pkce);
  EXPECT_EQ(read->client.id_token_signed_response_alg, "RS256");
  EXPECT_THAT(history(), ElementsAre("Client create"));
  EXPECT_EQ(records()[0].object_id, made->client.id.str());
}

TEST_P(ManagingClients, PublicClientsAlwaysProveThemselvesByPkceAndHaveNoGrantOfTheirOwn) {
  for (const ClientType type : {ClientType::kSinglePageApp, ClientType::kNative}) {
    const auto made = create(type, {});
    ASSERT_OK(made);
    EXPECT_TRUE(made->client.enforce_pkce);
    EXPECT_THAT(grant_types_of(made->client), ElementsAre("authorization_code", "refresh_token"));
    EXPECT_EQ(refused_at(type, {.enforce_pkce = false}), "client.enforce_pkce");
    EXPECT_EQ(refused_at(type, {.grant_types = {{"client_credentials"}}}), "client.grant_types[0]");
    EXPECT_EQ(refused_at(type, {.jwks = kPublicKey}), "settings.jwks");
  }
}

TEST_P(ManagingClients, ValuesThatAClientDoesNotTakeAreRefusedAtTheirField) {
  EXPECT_EQ(refused_at({.name = std::string(129, 'a')}), "client.name");
  EXPECT_EQ(refused_at({.name = "a\nb"}), "client.name");
  EXPECT_EQ(refused_at({.redirect_uris = {{"https://a.test/", "javascript:alert(1)"}}}), "client.post_login_uris[1]");
  EXPECT_EQ(refused_at({.redirect_uris = std::vector<std::string>(51, "https://a.test/")}), "client.post_login_uris");
  EXPECT_EQ(refused_at({.post_logout_redirect_uris = {{"https://a.test/?x"}}}), "client.post_logout_redirect_uris[0]");
  EXPECT_EQ(refused_at({.back_channel_logout_uris = {{"https://{{org_slug}}.a.test/"}}}),
            "client.back_channel_logout_uris[0]");
  EXPECT_EQ(refused_at({.initiate_login_uri = "https://*.example.com/"}), "client.initiate_login_uri");
  EXPECT_EQ(refused_at({.grant_types = {{"password"}}}), "client.grant_types[0]");
  EXPECT_EQ(refused_at({.scopes = {{"a b"}}}), "client.scopes[0]");
  EXPECT_EQ(refused_at({.custom_claims = {{{"sub", "x"}}}}), "client.custom_claims");
  EXPECT_EQ(refused_at({.custom_claims = {{{"client_secret_id", "x"}}}}), "client.custom_claims");
  EXPECT_EQ(refused_at({.custom_claims = {{{"big", std::string(1025, 'x')}}}}), "client.custom_claims");
  EXPECT_EQ(refused_at({.access_token_life = 59s}), "client.access_token_expiry");
  EXPECT_EQ(refused_at({.access_token_life = -1s}), "client.access_token_expiry");
  EXPECT_EQ(refused_at({.access_token_life = kLongestTokenLife + 1s}), "client.access_token_expiry");
  EXPECT_EQ(refused_at({.id_token_signed_response_alg = "none"}), "settings.id_token_signed_response_alg");
  EXPECT_EQ(list({}).total_size, 1) << "nothing was made";
}

TEST_P(ManagingClients, KeysOfAClientArePublic) {
  EXPECT_EQ(refused_at({.jwks = kPublicKey}), "");
  for (const std::string jwks :
       {"[]", "{}", R"({"keys":[]})", R"({"keys":[1]})", R"({"keys":[{"kty":"oct","k":"AA"}]})",
        R"({"keys":[{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}]})"}) {
    EXPECT_EQ(refused_at({.jwks = jwks}), "settings.jwks") << jwks;
  }
  std::string private_key = kPublicKey;
  private_key.replace(private_key.find("\"kid\""), 5, "\"d\":\"AA\",\"kid\"");
  const auto made = create(ClientType::kWebApp, {.jwks = private_key});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, ::testing::HasSubstr("private key"));
  EXPECT_EQ(refused_at({.jwks = std::string(kMaxClientKeySetBytes + 1, ' ')}), "settings.jwks");
}

TEST_P(ManagingClients, ProductionTakesNoPlainHttpAndNoStar) {
  auto production = clients(EnvironmentKind::kProduction);
  for (const char* uri : {"http://app.example.com/cb", "https://*.example.com/cb"}) {
    EXPECT_EQ(refused_at({.redirect_uris = {{uri}}}), "");
    const auto made = sync_wait(
        production.create(caller(), ClientType::kWebApp, {.name = "Shop", .redirect_uris = {{std::string(uri)}}}));
    EXPECT_REASON(made, Reason::kInvalidArgument);
  }
}

TEST_P(ManagingClients, AnUpdateSetsWhatItNamesAndLeavesARecordWhenSomethingDiffers) {
  const ApiClientId id =
      created(ClientType::kWebApp, {.redirect_uris = {{"https://a.test/"}}, .access_token_life = 60s});
  clock_.advance(1s);
  const auto changed = update(id, {.redirect_uris = {{"https://b.test/"}}, .access_token_life = 0s});
  ASSERT_OK(changed);
  EXPECT_THAT(changed->client.redirect_uris, ElementsAre("https://b.test/"));
  EXPECT_FALSE(changed->client.access_token_life);
  EXPECT_EQ(changed->client.name, "Shop");
  EXPECT_EQ(changed->client.update_time, now());
  clock_.advance(1s);
  const auto same = update(id, {.name = "Shop"});
  ASSERT_OK(same);
  EXPECT_EQ(same->client, changed->client);
  EXPECT_THAT(history(), ElementsAre("Client create", "Client update"));
  EXPECT_THAT(boost::json::serialize(records()[1].changes), ::testing::HasSubstr("https://b.test/"));
}

TEST_P(ManagingClients, AChangeCountsAtOnceOnThisNode) {
  const ApiClientId id = created();
  EXPECT_EQ(known(id)->client.name, "Shop");
  ASSERT_OK(update(id, {.name = "Store"}));
  EXPECT_EQ(known(id)->client.name, "Store");
  ASSERT_OK(remove(id));
  EXPECT_EQ(known(id), nullptr);
}

TEST_P(ManagingClients, DefaultsAreWhatTheEnvironmentHas) {
  const ApiClientId id = created();
  const Organization acme = organization(environment_);
  const Organization foreign = organization(other_);
  EXPECT_REASON(update(id, {.default_organization_id = foreign.id}), Reason::kOrganizationNotFound);
  EXPECT_REASON(update(id, {.default_connection_id = ConnectionId("conn_0")}), Reason::kConnectionNotFound);
  const auto set = update(id, {.default_organization_id = acme.id});
  ASSERT_OK(set);
  EXPECT_EQ(set->client.default_organization_id, acme.id);
  const auto cleared = update(id, {.default_organization_id = OrganizationId()});
  ASSERT_OK(cleared);
  EXPECT_TRUE(cleared->client.default_organization_id.empty());
}

TEST_P(ManagingClients, TheEnvironmentsOwnClientStaysUsable) {
  EXPECT_REASON(create(ClientType::kEnvironment, {}), Reason::kClientTypeNotSupported);
  EXPECT_REASON(remove(own_), Reason::kClientInUse);
  EXPECT_REASON(update(own_, {.enabled = false}), Reason::kClientInUse);
  EXPECT_REASON(update(own_, {.api_access = false}), Reason::kClientInUse);
  EXPECT_REASON(update(own_, {.grant_types = {{"authorization_code"}}}), Reason::kClientInUse);
  ASSERT_OK(update(own_, {.name = "Renamed",
                          .redirect_uris = {{"https://app.example.com/cb"}},
                          .grant_types = {{"authorization_code", "client_credentials"}}}));
  EXPECT_EQ(get(own_)->client.name, "Renamed");
}

TEST_P(ManagingClients, DisablingAndDeletingRevokeWhatPeopleGranted) {
  for (const bool deleting : {false, true}) {
    const ApiClientId id = created();
    const GrantId grant = ids().next<GrantId>();
    must([&](WriteTx& tx) {
      return tx.sign_in().insert(
          Grant{.environment_id = environment_.id, .id = grant, .client_id = id, .create_time = now()});
    });
    if (deleting) {
      ASSERT_OK(remove(id));
    } else {
      ASSERT_OK(update(id, {.enabled = false}));
    }
    const auto stored = must_read([&](const ReadTx& tx) { return tx.sign_in().find_grant(environment_.id, grant); });
    ASSERT_TRUE(stored);
    EXPECT_TRUE(stored->revoke_time);
    EXPECT_EQ(stored->revoke_reason, deleting ? "client_deleted" : "client_disabled");
  }
  EXPECT_THAT(history(), ElementsAre("Client create", "Client disable", "Client create", "Client delete"));
}

TEST_P(ManagingClients, AnotherEnvironmentSeesNothing) {
  const ApiClientId id = created();
  auto use_cases = clients();
  auto of_secrets = secrets();
  EXPECT_REASON(sync_wait(use_cases.get(stranger(), id)), Reason::kClientNotFound);
  EXPECT_REASON(sync_wait(use_cases.update(stranger(), id, {.name = "Mine"})), Reason::kClientNotFound);
  EXPECT_REASON(sync_wait(use_cases.remove(stranger(), id)), Reason::kClientNotFound);
  EXPECT_REASON(sync_wait(of_secrets.create(stranger(), own_)), Reason::kClientNotFound);
  EXPECT_REASON(sync_wait(of_secrets.remove(stranger(), own_, own_secret_)), Reason::kClientNotFound);
  EXPECT_EQ(sync_wait(use_cases.list(stranger(), {}))->total_size, 0);
}

TEST_P(ManagingClients, ListsAreOfTheTypesThatWereAskedFor) {
  clock_.advance(1s);
  const ApiClientId web = created(ClientType::kWebApp);
  clock_.advance(1s);
  const ApiClientId native = created(ClientType::kNative);
  const auto ids_of = [](const ClientList& found) {
    std::vector<ApiClientId> out;
    for (const ClientState& state : found.clients) out.push_back(state.client.id);
    return out;
  };
  const ClientList all = list({});
  EXPECT_THAT(ids_of(all), ElementsAre(native, web, own_));
  EXPECT_EQ(all.clients[2].secrets.size(), 1U);
  EXPECT_THAT(ids_of(list({.types = {ClientType::kEnvironment}})), ElementsAre(own_));

  const ClientList first = list({.page_size = 2});
  EXPECT_THAT(ids_of(first), ElementsAre(native, web));
  EXPECT_EQ(first.total_size, 3);
  EXPECT_THAT(ids_of(list({.page_size = 2, .page_token = first.next_page_token})), ElementsAre(own_));
  auto use_cases = clients();
  EXPECT_REASON(
      sync_wait(use_cases.list(caller(), {.types = {ClientType::kWebApp}, .page_token = first.next_page_token})),
      Reason::kInvalidPageToken);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, ManagingClients, ::testing::ValuesIn(kDatabases),
                         [](const auto& test) { return store::database_name(test.param); });

}  // namespace
}  // namespace doorward
