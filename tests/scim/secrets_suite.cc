// Several secrets of a directory: expiry, rotation with overlap, revocation at once.
#include "suite.h"

namespace doorward::test {
namespace {

using namespace std::chrono_literals;

class SecretsSuite : public ScimSuite, public testing::WithParamInterface<store::DatabaseKind> {
 protected:
  SecretsSuite() : ScimSuite(store::make_migrated_database(GetParam())) {}

  SecretOwner owner() const { return {.organization = home_.organization, .directory = home_.directory}; }
  NewDirectorySecret create(std::optional<Timestamp> expire_time = {}) {
    return must(sync_wait(secrets_.create(operator_, owner(), expire_time)));
  }
  NewDirectorySecret rotate(Duration overlap) {
    return must(sync_wait(secrets_.rotate(operator_, owner(), {.overlap = overlap, .expire_time = {}})));
  }
  Result<void> revoke(const DirectorySecretId& id) { return sync_wait(secrets_.revoke(operator_, owner(), id)); }
  std::vector<DirectorySecret> list() { return must(sync_wait(secrets_.list(operator_, owner()))); }
  DirectorySecretId first_id() { return list().back().id; }

  int get(const std::string& token) { return send(home_, {"GET", "/Users", "", token}).status; }
  Answer post(const std::string& token, const std::string& name) {
    return send(home_, {"POST", "/Users", fmt::format(R"({{"userName":"{}"}})", name), token});
  }

  const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
};

TEST_P(SecretsSuite, SeveralWorkAtATimeAndAreListedWithoutTheirValues) {
  clock_.advance(1s);
  const NewDirectorySecret second = create();
  EXPECT_EQ(get(home_.secret), 200);
  EXPECT_EQ(get(second.plain.reveal()), 200);
  const auto all = list();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, second.secret.id);
  EXPECT_TRUE(second.plain.reveal().ends_with(all[0].secret_suffix));
  EXPECT_EQ(all[0].last_used_time, clock_.now());
  EXPECT_NE(all[0].lookup_hash, second.plain.reveal());
}

TEST_P(SecretsSuite, EndAtTheirTimeToTheMicrosecond) {
  const NewDirectorySecret made = create(clock_.now() + 10s);
  clock_.advance(10s - 1us);
  EXPECT_EQ(get(made.plain.reveal()), 200) << "and it is remembered now";
  clock_.advance(1us);
  EXPECT_EQ(get(made.plain.reveal()), 401);
  EXPECT_EQ(get(home_.secret), 200);
}

TEST_P(SecretsSuite, RefuseEndsThatMakeNoSense) {
  for (const Duration life : {Duration(0), Duration(-1s), Duration(kMaxDirectorySecretLife + 1us)}) {
    const auto made = sync_wait(secrets_.create(operator_, owner(), clock_.now() + life));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().reason, Reason::kInvalidArgument);
    EXPECT_EQ(made.error().violations.at(0).field, "expire_time");
  }
  for (const Duration overlap : {Duration(-1us), Duration(kMaxDirectorySecretOverlap + 1us)}) {
    const auto made = sync_wait(secrets_.rotate(operator_, owner(), {.overlap = overlap, .expire_time = {}}));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().violations.at(0).field, "overlap");
  }
  EXPECT_EQ(list().size(), 1U);
}

TEST_P(SecretsSuite, ARotationLetsTheOthersWorkUntilTheOverlapEnds) {
  const NewDirectorySecret short_one = create(clock_.now() + 1min);
  const NewDirectorySecret made = rotate(1h);
  EXPECT_EQ(get(home_.secret), 200);
  EXPECT_EQ(get(made.plain.reveal()), 200);
  const auto all = list();
  ASSERT_EQ(all.size(), 3U);
  for (const DirectorySecret& one : all) {
    if (one.id == made.secret.id) EXPECT_EQ(one.expire_time, std::nullopt);
    if (one.id == short_one.secret.id) EXPECT_EQ(one.expire_time, clock_.now() + 1min) << "an end is not put off";
  }
  clock_.advance(1h);
  EXPECT_EQ(get(home_.secret), 401);
  EXPECT_EQ(get(made.plain.reveal()), 200);
}

TEST_P(SecretsSuite, ARevokedOneIsRefusedFromTheNextRequestOn) {
  const NewDirectorySecret second = create();
  ASSERT_EQ(get(home_.secret), 200);
  ASSERT_TRUE(revoke(first_id()));
  EXPECT_EQ(get(home_.secret), 401) << "it was remembered a moment ago";
  EXPECT_EQ(post(home_.secret, "late").status, 401);
  EXPECT_EQ(get(second.plain.reveal()), 200);
  EXPECT_TRUE(revoke(first_id())) << "again: nothing happens";
  EXPECT_EQ(revoke(DirectorySecretId("sec_1")).error().reason, Reason::kDirectorySecretNotFound);
}

TEST_P(SecretsSuite, ARotationWithoutOverlapAndADisabledDirectoryAreObeyedAtOnce) {
  ASSERT_EQ(get(home_.secret), 200);
  const NewDirectorySecret made = rotate(Duration(0));
  EXPECT_EQ(get(home_.secret), 401);
  ASSERT_EQ(get(made.plain.reveal()), 200);
  must(sync_wait(directories_.set_enabled(operator_, home_.organization, home_.directory, false)));
  EXPECT_EQ(get(made.plain.reveal()), 403);
  must(sync_wait(directories_.set_enabled(operator_, home_.organization, home_.directory, true)));
  EXPECT_EQ(get(made.plain.reveal()), 200);
}

// What another node remembers is what an authenticator with a memory of its own remembers.
TEST_P(SecretsSuite, AnotherNodeRefusesWritesAtOnceAndReadsWithinASecond) {
  CredentialMemory elsewhere;
  DirectoryAuthenticator authenticator(*store_, clock_, mac_, elsewhere, environment_);
  edge::ScimEndpoint other_node(authenticator, types_, users_, groups_, resources_, search_, failures_, offload_,
                                kBaseUrl);
  const auto ask = [&](const char* method, const std::string& token, const std::string& name = "") {
    net::Request request;
    request.method = method;
    request.path = fmt::format("/directory/{}/scim/v2/Users", home_.directory.str());
    request.headers = {{"authorization", "Bearer " + token}, {"content-type", "application/scim+json"}};
    request.body = name.empty() ? "" : fmt::format(R"({{"userName":"{}"}})", name);
    request.deadline = std::chrono::steady_clock::time_point::max();
    return sync_wait(other_node.handle(request)).status;
  };
  const NewDirectorySecret second = create();
  ASSERT_EQ(ask("GET", home_.secret), 200);
  ASSERT_EQ(ask("GET", second.plain.reveal()), 200);
  ASSERT_TRUE(revoke(first_id()));
  EXPECT_EQ(ask("POST", home_.secret, "late"), 401);
  EXPECT_EQ(ask("POST", second.plain.reveal(), "good"), 201) << "the other secret was not ended";
  EXPECT_EQ(ask("GET", home_.secret), 200) << "remembered";
  clock_.advance(CredentialMemory::kMaxAge + 1us);
  EXPECT_EQ(ask("GET", home_.secret), 401);
  const Answer found = send(home_, {"GET", "/Users", "", second.plain.reveal()});
  EXPECT_EQ(found.body.at("totalResults").as_int64(), 1);
}

TEST_P(SecretsSuite, NoMoreThanTheLimitIsLive) {
  for (std::size_t i = 1; i < kMaxDirectorySecrets; ++i) create();
  const auto refused = sync_wait(secrets_.create(operator_, owner(), {}));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kDirectorySecretLimit);
  const auto kept = sync_wait(secrets_.rotate(operator_, owner(), {}));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().reason, Reason::kDirectorySecretLimit);
  rotate(Duration(0));
  EXPECT_EQ(get(home_.secret), 401);
  create();
}

TEST_P(SecretsSuite, ListsForgetWhatEndedLongAgo) {
  for (std::int64_t i = 0; i < kKeptEndedSecrets + 5; ++i) {
    clock_.advance(1s);
    rotate(Duration(0));
  }
  EXPECT_EQ(static_cast<std::int64_t>(list().size()), kKeptEndedSecrets + 1) << "and the live one";
}

TEST_P(SecretsSuite, LeaveRecordsWithoutValues) {
  const NewDirectorySecret made = rotate(1h);
  ASSERT_TRUE(revoke(made.secret.id));
  std::vector<std::string> told;
  for (const ChangeRecord& record : history()) {
    if (record.object != ObjectKind::kDirectorySecret) continue;
    told.push_back(std::string(change_op_name(record.op)));
    EXPECT_EQ(record.event_type, "");
    EXPECT_EQ(record.actor.id, "skc_1");
    const std::string text = boost::json::serialize(record.changes);
    EXPECT_EQ(text.find(made.plain.reveal()), std::string::npos);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"create", "update", "create", "update"}));
}

TEST_P(SecretsSuite, AreOutOfSightForOthers) {
  const Tenant other = make_tenant();
  const SecretOwner crossed{.organization = other.organization, .directory = home_.directory};
  EXPECT_EQ(sync_wait(secrets_.list(operator_, crossed)).error().reason, Reason::kDirectoryNotFound);
  EXPECT_EQ(sync_wait(secrets_.create(operator_, crossed, {})).error().reason, Reason::kDirectoryNotFound);
  const SecretOwner theirs{.organization = other.organization, .directory = other.directory};
  EXPECT_EQ(sync_wait(secrets_.revoke(operator_, theirs, first_id())).error().reason, Reason::kDirectorySecretNotFound);
  Caller stranger = operator_;
  stranger.environment_id = EnvironmentId("env_2");
  EXPECT_EQ(sync_wait(secrets_.list(stranger, owner())).error().reason, Reason::kDirectoryNotFound);
  EXPECT_EQ(get(home_.secret), 200);
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SecretsSuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& info) { return store::database_name(info.param); });

}  // namespace
}  // namespace doorward::test
