#include "suite.h"

namespace doorward::store {
namespace {

ApiClient full_client(const Environment& environment, ApiClientId id, Timestamp now) {
  return {.environment_id = environment.id,
          .id = std::move(id),
          .name = "Shop \xc3\xa9",
          .type = ClientType::kWebApp,
          .enabled = false,
          .api_access = false,
          .enforce_pkce = true,
          .redirect_uris = {"https://app.example/callback", "https://*.app.example/callback"},
          .post_logout_redirect_uris = {"https://app.example/bye"},
          .back_channel_logout_uris = {"https://app.example/logout"},
          .initiate_login_uri = "https://app.example/login",
          .grant_types = {"authorization_code", "refresh_token"},
          .scopes = {"usr:read"},
          .custom_claims = {{"tier", "gold"}, {"zone", "eu"}},
          .access_token_life = std::chrono::seconds(600),
          .id_token_signed_response_alg = "ES256",
          .jwks = R"({"keys":[]})",
          .default_connection_id = ConnectionId("conn_1"),
          .default_organization_id = OrganizationId("org_1"),
          .create_time = now,
          .update_time = now};
}

std::vector<std::string> names(const std::vector<ApiClient>& clients) {
  std::vector<std::string> found;
  for (const ApiClient& client : clients) found.push_back(client.name);
  return found;
}

TEST_P(StoreSuite, AClientComesBackAsItWasStored) {
  const Environment env = environment();
  const ApiClient made = full_client(env, ids().next<ApiClientId>(), now());
  must([&](WriteTx& tx) { return tx.clients().insert(made); });
  const auto found = must_read([&](const ReadTx& tx) { return tx.clients().find(made.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, made);
}

TEST_P(StoreSuite, AClientOfTheFirstReleaseHasTheDefaults) {
  const Environment env = environment();
  database_->run_sql("INSERT INTO api_clients(environment_id, id, name, enabled, create_time, update_time) VALUES('" +
                     env.id.str() + "', 'skc_9', 'old', 1, 5, 6)");
  database_->run_sql(
      "INSERT INTO client_secrets(environment_id, client_id, id, lookup_hash, secret_suffix, status, create_time) "
      "VALUES('" +
      env.id.str() + "', 'skc_9', 'sks_9', " + (GetParam() == DatabaseKind::kSqlite ? "X'01'" : "'\\x01'") +
      ", 'wxyz', 0, 5)");
  const auto found = must_read([&](const ReadTx& tx) { return tx.clients().find(ApiClientId("skc_9")); });
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (ApiClient{.environment_id = env.id,
                               .id = ApiClientId("skc_9"),
                               .name = "old",
                               .type = ClientType::kEnvironment,
                               .create_time = from_micros(5),
                               .update_time = from_micros(6)}));
  const auto secrets = must_read([&](const ReadTx& tx) { return tx.clients().secrets(env.id, ApiClientId("skc_9")); });
  ASSERT_EQ(secrets.size(), 1U);
  EXPECT_EQ(secrets[0].update_time, from_micros(5));
  EXPECT_FALSE(secrets[0].last_used_time);
}

TEST_P(StoreSuite, AClientChangesInEveryMember) {
  const Environment env = environment();
  const Environment other = environment();
  ApiClient client{.environment_id = env.id, .id = ids().next<ApiClientId>(), .create_time = now()};
  must([&](WriteTx& tx) { return tx.clients().insert(client); });
  clock_.advance(std::chrono::seconds(1));
  ApiClient changed = full_client(env, client.id, now());
  changed.create_time = client.create_time;
  ApiClient stolen = changed;
  stolen.environment_id = other.id;
  must([&](WriteTx& tx) { return tx.clients().update(stolen); });
  EXPECT_EQ(*must_read([&](const ReadTx& tx) { return tx.clients().find(client.id); }), client);
  must([&](WriteTx& tx) { return tx.clients().update(changed); });
  EXPECT_EQ(*must_read([&](const ReadTx& tx) { return tx.clients().find(client.id); }), changed);
}

TEST_P(StoreSuite, ALockedClientIsOfTheEnvironment) {
  const Environment env = environment();
  const Environment other = environment();
  const ApiClient made = full_client(env, ids().next<ApiClientId>(), now());
  must([&](WriteTx& tx) { return tx.clients().insert(made); });
  const auto lock = [&](const Environment& of, const ApiClientId& id) {
    return write([&](WriteTx& tx) { return tx.clients().lock(of.id, id); });
  };
  const auto locked = lock(env, made.id);
  ASSERT_OK(locked);
  EXPECT_EQ(*locked, made);
  EXPECT_REASON(lock(other, made.id), Reason::kClientNotFound);
  EXPECT_REASON(lock(env, ApiClientId("skc_0")), Reason::kClientNotFound);
}

TEST_P(StoreSuite, ClientsAreSearchedByTypePageByPage) {
  const Environment env = environment();
  const Environment other = environment();
  const std::vector<std::pair<std::string, ClientType>> clients{{"env", ClientType::kEnvironment},
                                                                {"web 1", ClientType::kWebApp},
                                                                {"spa", ClientType::kSinglePageApp},
                                                                {"native", ClientType::kNative},
                                                                {"web 2", ClientType::kWebApp}};
  for (const auto& [name, type] : clients) {
    clock_.advance(std::chrono::seconds(1));
    must([&](WriteTx& tx) {
      return tx.clients().insert({.environment_id = env.id,
                                  .id = ids().next<ApiClientId>(),
                                  .name = name,
                                  .type = type,
                                  .create_time = now(),
                                  .update_time = now()});
    });
  }
  const auto search = [&](const Environment& of, const std::vector<ClientType>& types, const PageRequest& page) {
    return must_read([&](const ReadTx& tx) { return tx.clients().search(of.id, types, page); });
  };
  const auto count = [&](const Environment& of, const std::vector<ClientType>& types) {
    return must_read([&](const ReadTx& tx) { return tx.clients().count(of.id, types); });
  };
  using testing::ElementsAre;
  EXPECT_THAT(names(search(env, {}, {}).items), ElementsAre("web 2", "native", "spa", "web 1", "env"));
  EXPECT_EQ(count(env, {}), 5);
  EXPECT_THAT(names(search(env, {ClientType::kWebApp}, {}).items), ElementsAre("web 2", "web 1"));
  EXPECT_EQ(count(env, {ClientType::kWebApp}), 2);
  EXPECT_THAT(names(search(env, {ClientType::kNative, ClientType::kSinglePageApp, ClientType::kNative}, {}).items),
              ElementsAre("native", "spa"));
  EXPECT_EQ(count(env, {ClientType::kNative, ClientType::kSinglePageApp}), 2);
  EXPECT_TRUE(search(other, {}, {}).items.empty());
  EXPECT_EQ(count(other, {}), 0);
  EXPECT_THAT(names(must_read([&](const ReadTx& tx) { return tx.clients().list(env.id); })),
              ElementsAre("env", "web 1", "spa", "native", "web 2"));

  const auto first = search(env, {ClientType::kWebApp}, {.limit = 1});
  EXPECT_THAT(names(first.items), ElementsAre("web 2"));
  EXPECT_TRUE(first.has_next);
  EXPECT_FALSE(first.has_previous);
  const auto second = search(env, {ClientType::kWebApp},
                             {.limit = 1, .after = Keyset{first.items[0].create_time, first.items[0].id.str()}});
  EXPECT_THAT(names(second.items), ElementsAre("web 1"));
  EXPECT_FALSE(second.has_next);
  EXPECT_TRUE(second.has_previous);
  const auto back =
      search(env, {ClientType::kWebApp},
             {.limit = 1, .after = Keyset{second.items[0].create_time, second.items[0].id.str()}, .backward = true});
  EXPECT_THAT(names(back.items), ElementsAre("web 2"));
}

TEST_P(StoreSuite, ClientsAndTheirSecretsComeBack) {
  const Environment env = environment();
  const Environment other = environment();
  const ApiClient client = full_client(env, ids().next<ApiClientId>(), now());
  ClientSecret secret{.environment_id = env.id,
                      .client_id = client.id,
                      .id = ids().next<ClientSecretId>(),
                      .lookup_hash = std::string(32, '\x01'),
                      .secret_suffix = "wxyz",
                      .create_time = now(),
                      .update_time = now(),
                      .expire_time = now()};
  const auto stored = [&] {
    return must_read([&](const ReadTx& tx) { return tx.clients().secrets(env.id, client.id); });
  };
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.clients().insert(client));
    return tx.clients().insert_secret(secret);
  });
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.clients().secrets(other.id, client.id); }).empty());
  EXPECT_EQ(stored(), std::vector{secret});

  must([&](WriteTx& tx) { return tx.clients().set_enabled(other.id, client.id, true, now()); });
  must([&](WriteTx& tx) { return tx.clients().deactivate_secret(other.id, client.id, secret.id); });
  must([&](WriteTx& tx) { return tx.clients().remove_secret(other.id, client.id, secret.id); });
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.clients().find(client.id); })->enabled);
  EXPECT_EQ(stored(), std::vector{secret});

  must([&](WriteTx& tx) { return tx.clients().set_enabled(env.id, client.id, true, now()); });
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.clients().find(client.id); })->enabled);
  must([&](WriteTx& tx) { return tx.clients().deactivate_secret(env.id, client.id, secret.id); });
  secret.status = SecretStatus::kInactive;
  EXPECT_EQ(stored(), std::vector{secret});

  clock_.advance(std::chrono::seconds(1));
  secret.status = SecretStatus::kActive;
  secret.expire_time.reset();
  secret.update_time = now();
  must([&](WriteTx& tx) { return tx.clients().update_secret(secret); });
  must([&](WriteTx& tx) { return tx.clients().touch_secret(other.id, client.id, secret.id, now()); });
  EXPECT_EQ(stored(), std::vector{secret});
  must([&](WriteTx& tx) { return tx.clients().touch_secret(env.id, client.id, secret.id, now()); });
  must([&](WriteTx& tx) { return tx.clients().update_secret(secret); });
  secret.last_used_time = now();
  EXPECT_EQ(stored(), std::vector{secret});
  must([&](WriteTx& tx) { return tx.clients().remove_secret(env.id, client.id, secret.id); });
  EXPECT_TRUE(stored().empty());
}

TEST_P(StoreSuite, AClientGoesWithItsSecretsAndWithNothingOfOthers) {
  const Environment env = environment();
  const Environment other = environment();
  std::vector<ApiClient> clients;
  for (int i = 0; i < 2; ++i) {
    clients.push_back(full_client(env, ids().next<ApiClientId>(), now()));
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_CHECK(tx.clients().insert(clients.back()));
      return tx.clients().insert_secret({.environment_id = env.id,
                                         .client_id = clients.back().id,
                                         .id = ids().next<ClientSecretId>(),
                                         .lookup_hash = std::string(32, '\x01'),
                                         .create_time = now(),
                                         .update_time = now()});
    });
  }
  const auto secrets_of = [&](const ApiClient& client) {
    return must_read([&](const ReadTx& tx) { return tx.clients().secrets(env.id, client.id); }).size();
  };
  must([&](WriteTx& tx) { return tx.clients().remove(other.id, clients[0].id); });
  EXPECT_EQ(secrets_of(clients[0]), 1U);
  must([&](WriteTx& tx) { return tx.clients().remove(env.id, clients[0].id); });
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.clients().find(clients[0].id); }));
  EXPECT_EQ(secrets_of(clients[0]), 0U);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.clients().find(clients[1].id); }));
  EXPECT_EQ(secrets_of(clients[1]), 1U);
}

}  // namespace
}  // namespace doorward::store
