#include "suite.h"

namespace doorward::store {
namespace {

std::vector<std::string> names(const Page<Organization>& page) {
  std::vector<std::string> found;
  for (const Organization& item : page.items) found.push_back(item.display_name);
  return found;
}

TEST_P(StoreSuite, AnOrganizationComesBackAsItWasStored) {
  const Environment env = environment();
  Organization made = new_organization(env, "Acme \xc3\xa9");
  made.external_id = "crm-1";
  made.slug = "acme";
  made.logo_url = "https://acme.test/logo.png";
  made.region_code = RegionCode::kEu;
  must([&](WriteTx& tx) { return tx.organizations().insert(made); });

  const auto found = must_read([&](const ReadTx& tx) { return tx.organizations().find(env.id, made.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->display_name, made.display_name);
  EXPECT_EQ(found->external_id, made.external_id);
  EXPECT_EQ(found->slug, made.slug);
  EXPECT_EQ(found->logo_url, made.logo_url);
  EXPECT_EQ(found->region_code, made.region_code);
  EXPECT_EQ(found->metadata, made.metadata);
  EXPECT_EQ(found->features, made.features);
  EXPECT_EQ(found->create_time, made.create_time);
  EXPECT_EQ(found->update_time, made.update_time);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.organizations().find_by_external_id(env.id, "crm-1"); })->id,
            made.id);
}

TEST_P(StoreSuite, OrganizationsOfAnotherEnvironmentAreInvisible) {
  const Environment env = environment();
  const Environment other = environment();
  Organization made = new_organization(env);
  made.external_id = "crm-1";
  must([&](WriteTx& tx) { return tx.organizations().insert(made); });

  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.organizations().find(other.id, made.id); }));
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.organizations().find_by_external_id(other.id, "crm-1"); }));
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.organizations().list(other.id, {}); }).items.empty());
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.organizations().count(other.id); }), 0);
  Organization stolen = made;
  stolen.environment_id = other.id;
  stolen.display_name = "Stolen";
  must([&](WriteTx& tx) { return tx.organizations().update(stolen); });
  must([&](WriteTx& tx) { return tx.organizations().mark_deleted(other.id, made.id, now()); });
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.organizations().find(env.id, made.id); })->display_name,
            made.display_name);
}

TEST_P(StoreSuite, ExternalIdsAndSlugsAreUniqueAmongLivingOrganizations) {
  const Environment env = environment();
  Organization first = new_organization(env);
  first.external_id = "crm-1";
  first.slug = "acme";
  must([&](WriteTx& tx) { return tx.organizations().insert(first); });
  const auto insert = [&](const Organization& made) {
    return write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(tx.organizations().insert(made));
      return true;
    });
  };
  Organization same_external = new_organization(env);
  same_external.external_id = "crm-1";
  EXPECT_REASON(insert(same_external), Reason::kExternalIdTaken);
  Organization same_slug = new_organization(env);
  same_slug.slug = "acme";
  EXPECT_REASON(insert(same_slug), Reason::kSlugTaken);

  must([&](WriteTx& tx) { return tx.organizations().mark_deleted(env.id, first.id, now()); });
  ASSERT_OK(insert(same_external));
  ASSERT_OK(insert(same_slug));
}

TEST_P(StoreSuite, OrganizationPagesRunNewestFirstInBothDirections) {
  const Environment env = environment();
  for (int i = 1; i <= 5; ++i) {
    clock_.advance(std::chrono::seconds(i == 3 ? 0 : 1));  // the second and third share their creation time
    const Organization made = new_organization(env, std::to_string(i));
    must([&](WriteTx& tx) { return tx.organizations().insert(made); });
  }
  const auto list = [&](const PageRequest& request) {
    return must_read([&](const ReadTx& tx) { return tx.organizations().list(env.id, request); });
  };
  const auto first = list({.limit = 2});
  EXPECT_THAT(names(first), testing::ElementsAre("5", "4"));
  EXPECT_TRUE(first.has_next);
  EXPECT_FALSE(first.has_previous);
  const auto second = list({.limit = 2, .after = Keyset{first.items[1].create_time, first.items[1].id.str()}});
  EXPECT_THAT(names(second), testing::ElementsAre("3", "2"));
  EXPECT_TRUE(second.has_next);
  EXPECT_TRUE(second.has_previous);
  const auto third = list({.limit = 2, .after = Keyset{second.items[1].create_time, second.items[1].id.str()}});
  EXPECT_THAT(names(third), testing::ElementsAre("1"));
  EXPECT_FALSE(third.has_next);
  EXPECT_TRUE(third.has_previous);
  const Keyset end{third.items[0].create_time, third.items[0].id.str()};
  const auto beyond = list({.limit = 2, .after = end});
  EXPECT_TRUE(beyond.items.empty());
  EXPECT_TRUE(beyond.has_previous);
  const auto back = list({.limit = 2, .after = end, .backward = true});
  EXPECT_THAT(names(back), testing::ElementsAre("3", "2"));
  EXPECT_TRUE(back.has_next);
  EXPECT_TRUE(back.has_previous);
  const auto before_all =
      list({.limit = 2, .after = Keyset{first.items[0].create_time, first.items[0].id.str()}, .backward = true});
  EXPECT_TRUE(before_all.items.empty());
  EXPECT_TRUE(before_all.has_next);
}

TEST_P(StoreSuite, SettingsOfAnOrganizationComeBackAsTheyWereStored) {
  const Environment env = environment();
  const auto again = [&](const Organization& made) {
    return *must_read([&](const ReadTx& tx) { return tx.organizations().find(env.id, made.id); });
  };
  Organization made = new_organization(env);
  made.session_policy = {.source = SessionPolicySource::kCustom,
                         .absolute_timeout = Minutes(360),
                         .idle_timeout_enabled = false,
                         .idle_timeout = Minutes(60)};
  made.max_allowed_users = 0;
  must([&](WriteTx& tx) { return tx.organizations().insert(made); });
  EXPECT_EQ(again(made).session_policy, made.session_policy);
  EXPECT_EQ(again(made).max_allowed_users, 0);

  made.session_policy = {};
  made.max_allowed_users.reset();
  made.features = {{"sso", true}, {"session_policy", false}};
  must([&](WriteTx& tx) { return tx.organizations().update(made); });
  EXPECT_EQ(again(made).session_policy, SessionPolicy());
  EXPECT_EQ(again(made).max_allowed_users, std::nullopt);
  EXPECT_EQ(again(made).features, made.features);
}

TEST_P(StoreSuite, AnEnvironmentKeepsTheSessionPolicyOfTheApplication) {
  Environment made = new_environment();
  must([&](WriteTx& tx) { return tx.environments().insert(made); });
  const auto found = must_read([&](const ReadTx& tx) { return tx.environments().find(made.id); });
  ASSERT_TRUE(found);
  EXPECT_EQ(found->session_policy, ApplicationSessionPolicy());

  made.id = EnvironmentId("env_strict");
  made.session_policy = {.absolute_timeout = Minutes(90),
                         .idle_timeout_enabled = true,
                         .idle_timeout = Minutes(30),
                         .access_token_life = Minutes(5)};
  must([&](WriteTx& tx) { return tx.environments().insert(made); });
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.environments().find(made.id); })->session_policy,
            made.session_policy);
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.environments().find(EnvironmentId("env_none")); }));

  // Environments that were there before these columns get what a new one has.
  database_->run_sql("INSERT INTO environments(id, create_time) VALUES('env_old', 1)");
  EXPECT_EQ(
      must_read([&](const ReadTx& tx) { return tx.environments().find(EnvironmentId("env_old")); })->session_policy,
      ApplicationSessionPolicy());
}

TEST_P(StoreSuite, ASearchFindsPartsOfNamesAndIdsInRunsOfTheLengthAskedFor) {
  const Environment env = environment();
  const Environment other = environment();
  std::vector<Organization> made;
  const auto add = [&](const Environment& where, std::string name, std::optional<std::string> external_id = {},
                       std::optional<std::string> slug = {}) {
    clock_.advance(std::chrono::seconds(1));
    Organization organization = new_organization(where, std::move(name));
    organization.external_id = std::move(external_id);
    organization.slug = std::move(slug);
    must([&](WriteTx& tx) { return tx.organizations().insert(organization); });
    made.push_back(organization);
  };
  add(env,
      "Acme Gr\xc3\x96\xc3\x9f"
      "e");                                           // 0
  add(env, "Globex", "CRM-77");                       // 1
  add(env, "Initech", std::nullopt, "acme.example");  // 2
  add(env, "100% _wild_");                            // 3
  add(other, "Acme elsewhere");                       // 4
  add(env, "ACME gone");                              // 5
  must([&](WriteTx& tx) { return tx.organizations().mark_deleted(env.id, made[5].id, now()); });

  const auto search = [&](const std::string& text, std::optional<Keyset> after = {}, std::int64_t length = 100) {
    return must_read([&](const ReadTx& tx) { return tx.organizations().search(env.id, text, after, length); });
  };
  const auto found = [&](const std::string& text) {
    std::vector<std::string> ids;
    for (const Keyset& match : search(text).matches) ids.push_back(match.id);
    return ids;
  };
  using testing::ElementsAre;
  EXPECT_THAT(found("aCmE"), ElementsAre(made[2].id.str(), made[0].id.str()));
  EXPECT_THAT(found("gr\xc3\xb6"), ElementsAre(made[0].id.str()));
  EXPECT_THAT(found("crm-7"), ElementsAre(made[1].id.str()));
  EXPECT_THAT(found("%"), ElementsAre(made[3].id.str()));
  EXPECT_THAT(found("_wild_"), ElementsAre(made[3].id.str()));
  EXPECT_THAT(found(made[1].id.str()), ElementsAre(made[1].id.str()));
  EXPECT_TRUE(found("nothing like it").empty());

  const SearchedRun newest = search("acme", {}, 2);
  ASSERT_EQ(newest.matches.size(), 1u);
  ASSERT_TRUE(newest.end);
  EXPECT_EQ(newest.end->id, made[2].id.str());
  const SearchedRun rest = search("acme", newest.end, 3);
  ASSERT_EQ(rest.matches.size(), 1u);
  EXPECT_EQ(rest.matches[0], (Keyset{made[0].create_time, made[0].id.str()}));
  EXPECT_FALSE(rest.end) << "fewer than asked for were left";

  made[1].display_name = "Acme too";
  must([&](WriteTx& tx) { return tx.organizations().update(made[1]); });
  EXPECT_EQ(found("acme").size(), 3u);
}

TEST_P(StoreSuite, AnExternalIdFromBeforeItsLimitFitsTheIndexOfTheSearch) {
  const Environment env = environment();
  Organization org = organization(env);
  std::uint32_t random = 1;
  org.external_id = "";
  while (org.external_id->size() < 2'300) {  // nothing that PostgreSQL could compress
    random = random * 1'664'525 + 1'013'904'223;
    org.external_id->push_back(static_cast<char>('!' + (random >> 16) % 90));
  }
  org.display_name = org.external_id->substr(1'000, 200);
  org.slug = std::string(org.external_id->substr(1'500, 253));
  must([&](WriteTx& tx) { return tx.organizations().update(org); });
  const auto matches = [&](std::size_t from) {
    return must_read([&](const ReadTx& tx) {
             return tx.organizations().search(env.id, org.external_id->substr(from, 20), {}, 10);
           })
        .matches.size();
  };
  EXPECT_EQ(matches(255 - 20), 1u);
  EXPECT_EQ(matches(255 - 19), 0u) << "what no new external id could have is not searched";
}

TEST_P(StoreSuite, ADeletedOrganizationTakesItsDirectoriesAndSecretsWithItAndIsPurgedInBatches) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Organization bystander = organization(env);
  const Directory dir = directory(org);
  const Directory kept = directory(bystander);
  must([&](WriteTx& tx) -> Result<void> {
    for (int i = 0; i < 5; ++i) DOORWARD_CHECK(tx.directory_users().insert(new_user(dir, std::to_string(i))));
    DOORWARD_CHECK(tx.directory_users().insert(new_user(kept, "kept")));
    return tx.directory_secrets().insert({.environment_id = env.id,
                                          .organization_id = org.id,
                                          .directory_id = dir.id,
                                          .id = ids().next<DirectorySecretId>(),
                                          .lookup_hash = std::string(32, 'x'),
                                          .create_time = now()});
  });
  const auto purge = [&](std::int64_t limit) {
    return *write([&](WriteTx& tx) { return tx.organizations().purge_batch(env.id, org.id, limit); });
  };
  EXPECT_EQ(purge(100), 0) << "a living organization is never purged";
  must([&](WriteTx& tx) { return tx.organizations().mark_deleted(env.id, org.id, now()); });
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.organizations().find(env.id, org.id); }));
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.directories().find_by_id(env.id, dir.id); }));
  EXPECT_FALSE(must_read(
      [&](const ReadTx& tx) { return tx.directory_secrets().find_live(env.id, dir.id, std::string(32, 'x'), now()); }));
  EXPECT_EQ(purge(4), 4);
  EXPECT_EQ(purge(4), 4);  // a user, the secret, the directory, the organization
  EXPECT_EQ(purge(4), 0);
  EXPECT_TRUE(must_read([&](const ReadTx& tx) { return tx.directories().find_by_id(env.id, kept.id); }));
  EXPECT_TRUE(
      must_read([&](const ReadTx& tx) { return tx.directory_users().find_by_user_name(env.id, kept.id, "kept"); }));
}

}  // namespace
}  // namespace doorward::store
