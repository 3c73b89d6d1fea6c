#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SamlKeysSuite : public StoreSuite {
 protected:
  SamlKey new_key(const Environment& of, SamlKeyState state = SamlKeyState::kCurrent) {
    clock_.advance(std::chrono::seconds(1));
    return {.environment_id = of.id,
            .id = ids().next<SamlCertificateId>(),
            .state = state,
            .certificate_der = std::string("\x30\x00\xFF", 3),
            .sealed_private_key = "v1.sealed",
            .not_after = now() + std::chrono::years(10),
            .create_time = now()};
  }
  SamlKey key(const Environment& of, SamlKeyState state = SamlKeyState::kCurrent) {
    SamlKey made = new_key(of, state);
    must([&](WriteTx& tx) { return tx.saml_keys().insert(made); });
    return made;
  }
  std::vector<SamlKey> list(const Environment& of) {
    return must_read([&](const ReadTx& tx) { return tx.saml_keys().list(of.id); });
  }
  std::vector<std::string> listed(const Environment& of) {
    std::vector<std::string> out;
    for (const SamlKey& one : list(of)) out.push_back(one.id.str());
    return out;
  }
  std::string connection_at(const Environment& of, const std::string& path) {
    const auto found = must_read([&](const ReadTx& tx) { return tx.saml_keys().connection_at(of.id, path); });
    return found ? found->str() : "none";
  }
  Result<bool> assign(const Environment& of, const char* connection, std::vector<std::string> paths) {
    return write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(tx.saml_keys().assign_paths(of.id, ConnectionId(connection), paths));
      return true;
    });
  }
};

TEST_P(SamlKeysSuite, AKeyComesBackAsItWasStored) {
  const Environment env = environment();
  SamlKey stored = key(env);
  const auto same = [&] {
    const SamlKey found = list(env).at(0);
    EXPECT_EQ(found.environment_id, env.id);
    EXPECT_EQ(found.id, stored.id);
    EXPECT_EQ(found.state, stored.state);
    EXPECT_EQ(found.certificate_der, stored.certificate_der);
    EXPECT_EQ(found.sealed_private_key, stored.sealed_private_key);
    EXPECT_EQ(found.not_after, stored.not_after);
    EXPECT_EQ(found.create_time, stored.create_time);
    EXPECT_EQ(found.retire_time, stored.retire_time);
    EXPECT_EQ(found.decrypt_until, stored.decrypt_until);
  };
  same();
  stored.state = SamlKeyState::kRetired;
  stored.retire_time = now();
  stored.decrypt_until = now() + std::chrono::days(30);
  must([&](WriteTx& tx) { return tx.saml_keys().update(stored); });
  same();
  stored.decrypt_until.reset();
  must([&](WriteTx& tx) { return tx.saml_keys().update(stored); });
  same();
}

TEST_P(SamlKeysSuite, AreListedNewestFirstAndByEnvironment) {
  const Environment env = environment();
  const Environment other = environment();
  const SamlKey first = key(env, SamlKeyState::kRetired);
  const SamlKey second = key(env, SamlKeyState::kRetired);
  const SamlKey current = key(env);
  const SamlKey foreign = key(other);
  EXPECT_THAT(listed(env), ElementsAre(current.id.str(), second.id.str(), first.id.str()));
  must([&](WriteTx& tx) { return tx.saml_keys().remove(env.id, foreign.id); });
  EXPECT_THAT(listed(other), ElementsAre(foreign.id.str())) << "not by another environment's hand";
  must([&](WriteTx& tx) { return tx.saml_keys().remove(env.id, first.id); });
  EXPECT_THAT(listed(env), ElementsAre(current.id.str(), second.id.str()));
}

TEST_P(SamlKeysSuite, OneIsCurrentAtMost) {
  const Environment env = environment();
  const SamlKey first = key(env);
  const SamlKey second = new_key(env);
  EXPECT_FALSE(write([&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(tx.saml_keys().hold());
    DOORWARD_CHECK(tx.saml_keys().insert(second));
    return true;
  }));
  EXPECT_THAT(listed(env), ElementsAre(first.id.str()));
}

TEST_P(SamlKeysSuite, APathBelongsToOneConnection) {
  const Environment env = environment();
  const Environment other = environment();
  ASSERT_OK(assign(env, "conn_1", {"/saml/acs", "/acs?tenant=1"}));
  EXPECT_EQ(connection_at(env, "/saml/acs"), "conn_1");
  EXPECT_EQ(connection_at(env, "/acs?tenant=1"), "conn_1");
  EXPECT_EQ(connection_at(env, "/acs?tenant=2"), "none");
  EXPECT_EQ(connection_at(env, "/SAML/acs"), "none");
  EXPECT_EQ(connection_at(other, "/saml/acs"), "none");
  EXPECT_REASON(assign(env, "conn_2", {"/mine", "/saml/acs"}), Reason::kAcsAliasTaken);
  EXPECT_EQ(connection_at(env, "/mine"), "none") << "all or nothing";
  ASSERT_OK(assign(other, "conn_2", {"/saml/acs"}));
  ASSERT_OK(assign(env, "conn_1", {"/saml/acs", "/new"}));
  EXPECT_EQ(connection_at(env, "/saml/acs"), "conn_1");
  EXPECT_EQ(connection_at(env, "/acs?tenant=1"), "none") << "these and no others";
  ASSERT_OK(assign(env, "conn_1", {}));
  ASSERT_OK(assign(env, "conn_2", {"/saml/acs"}));
  EXPECT_EQ(connection_at(env, "/saml/acs"), "conn_2");
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SamlKeysSuite, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
