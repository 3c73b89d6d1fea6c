#include <fmt/format.h>

#include "suite.h"

namespace doorward::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AuthRequestsSuite : public StoreSuite {
 protected:
  AuthRequest request(const EnvironmentId& environment, std::string email = "") {
    clock_.advance(std::chrono::seconds(1));
    return {.environment_id = environment,
            .id = ids().next<AuthRequestId>(),
            .organization_id = OrganizationId("org_1"),
            .connection_id = ConnectionId("conn_1"),
            .client_id = ApiClientId("skc_1"),
            .email = std::move(email),
            .steps = {{.name = "authorize", .at = now()}},
            .create_time = now(),
            .update_time = now()};
  }
  void insert(const AuthRequest& one) {
    must([&](WriteTx& tx) { return tx.auth_requests().insert(one); });
  }
  std::optional<AuthRequest> find(const EnvironmentId& environment, const AuthRequestId& id) {
    return must_read([&](const ReadTx& tx) { return tx.auth_requests().find(environment, id); });
  }
  Page<AuthRequest> page(const EnvironmentId& environment, const AuthRequestFilter& filter, const PageRequest& asked) {
    return must_read([&](const ReadTx& tx) { return tx.auth_requests().list(environment, filter, asked); });
  }
  // The e-mails of a list, which must be as long as its count.
  std::vector<std::string> emails(const EnvironmentId& environment, const AuthRequestFilter& filter = {}) {
    std::vector<std::string> out;
    for (const AuthRequest& one : page(environment, filter, {.limit = 100}).items) out.push_back(one.email);
    const std::int64_t counted =
        must_read([&](const ReadTx& tx) { return tx.auth_requests().count(environment, filter); });
    EXPECT_EQ(counted, static_cast<std::int64_t>(out.size()));
    return out;
  }

  const EnvironmentId env_ = EnvironmentId("env_1");
  const EnvironmentId other_ = EnvironmentId("env_2");
};

TEST_P(AuthRequestsSuite, AnAttemptComesBackAsItWasStored) {
  AuthRequest stored = request(env_, "Ann@Example.com");
  stored.workflow = LoginWorkflow::kIdpInitiated;
  insert(stored);
  stored.organization_id = OrganizationId("org_2");
  stored.connection_id = ConnectionId("conn_2");
  stored.client_id = ApiClientId("skc_2");
  stored.email = "Ben@Example.com";
  stored.status = AuthRequestStatus::kFailure;
  stored.reason = "nonce";
  stored.side = ResponsibleSide::kIdentityProvider;
  stored.request_id = "req_1";
  stored.steps.push_back({.name = "id_token",
                          .at = now() + std::chrono::seconds(3),
                          .ok = false,
                          .reason = "nonce",
                          .expected = "the nonce of this login",
                          .received = "\"\\ \xc3\xa4"});
  stored.update_time = now() + std::chrono::seconds(4);
  must([&](WriteTx& tx) { return tx.auth_requests().update(stored); });

  const auto found = find(env_, stored.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->environment_id, env_);
  EXPECT_EQ(found->id, stored.id);
  EXPECT_EQ(found->organization_id, stored.organization_id);
  EXPECT_EQ(found->connection_id, stored.connection_id);
  EXPECT_EQ(found->client_id, stored.client_id);
  EXPECT_EQ(found->email, "Ben@Example.com");
  EXPECT_EQ(found->workflow, LoginWorkflow::kIdpInitiated);
  EXPECT_EQ(found->status, AuthRequestStatus::kFailure);
  EXPECT_EQ(found->reason, "nonce");
  EXPECT_EQ(found->side, ResponsibleSide::kIdentityProvider);
  EXPECT_EQ(found->request_id, "req_1");
  EXPECT_EQ(found->create_time, stored.create_time);
  EXPECT_EQ(found->update_time, stored.update_time);
  ASSERT_EQ(found->steps.size(), 2U);
  EXPECT_EQ(found->steps[0].name, "authorize");
  EXPECT_TRUE(found->steps[0].ok);
  EXPECT_EQ(found->steps[1].name, "id_token");
  EXPECT_EQ(found->steps[1].at, stored.steps[1].at);
  EXPECT_FALSE(found->steps[1].ok);
  EXPECT_EQ(found->steps[1].reason, "nonce");
  EXPECT_EQ(found->steps[1].expected, "the nonce of this login");
  EXPECT_EQ(found->steps[1].received, "\"\\ \xc3\xa4");
  EXPECT_FALSE(find(other_, stored.id));
}

TEST_P(AuthRequestsSuite, ListsGoFromNewToOldUnderTheirFilters) {
  insert(request(env_, "Ann@example.com"));
  AuthRequest elsewhere = request(env_, "ben@example.com");
  elsewhere.organization_id = OrganizationId("org_2");
  elsewhere.connection_id = ConnectionId("conn_2");
  elsewhere.client_id = ApiClientId("skc_2");
  elsewhere.status = AuthRequestStatus::kSuccess;
  insert(elsewhere);
  AuthRequest failed = request(env_, "ann@example.com");
  failed.status = AuthRequestStatus::kFailure;
  failed.organization_id = OrganizationId();
  insert(failed);
  insert(request(other_, "ann@example.com"));

  EXPECT_THAT(emails(env_), ElementsAre("ann@example.com", "ben@example.com", "Ann@example.com"));
  EXPECT_THAT(emails(other_), ElementsAre("ann@example.com"));
  EXPECT_THAT(emails(env_, {.email = "ANN@EXAMPLE.COM"}), ElementsAre("ann@example.com", "Ann@example.com"));
  EXPECT_THAT(emails(env_, {.email = "ann@example"}), IsEmpty());
  EXPECT_THAT(emails(env_, {.organization = OrganizationId("org_2")}), ElementsAre("ben@example.com"));
  EXPECT_THAT(emails(env_, {.organization = OrganizationId("org_1"), .email = "ann@example.com"}),
              ElementsAre("Ann@example.com"));
  EXPECT_THAT(emails(env_, {.connection = ConnectionId("conn_2")}), ElementsAre("ben@example.com"));
  EXPECT_THAT(emails(env_, {.client = ApiClientId("skc_2")}), ElementsAre("ben@example.com"));
  EXPECT_THAT(emails(env_, {.statuses = {AuthRequestStatus::kFailure}}), ElementsAre("ann@example.com"));
  EXPECT_THAT(emails(env_, {.statuses = {AuthRequestStatus::kSuccess, AuthRequestStatus::kInitiated}}),
              ElementsAre("ben@example.com", "Ann@example.com"));
  EXPECT_THAT(emails(env_, {.statuses = {AuthRequestStatus::kPending}}), IsEmpty());
  EXPECT_THAT(emails(env_, {.start_time = elsewhere.create_time}), ElementsAre("ann@example.com", "ben@example.com"));
  EXPECT_THAT(emails(env_, {.end_time = elsewhere.create_time}), ElementsAre("Ann@example.com"));
}

TEST_P(AuthRequestsSuite, PagesHaveNeitherGapsNorRepeats) {
  for (int i = 0; i < 5; ++i) insert(request(env_, fmt::format("{}@example.com", i)));
  for (const AuthRequestFilter& filter :
       {AuthRequestFilter{}, AuthRequestFilter{.organization = OrganizationId("org_1")}}) {
    std::vector<std::string> walked;
    PageRequest asked{.limit = 2};
    for (bool more = true; more;) {
      const Page<AuthRequest> one = page(env_, filter, asked);
      ASSERT_FALSE(one.items.empty());
      EXPECT_EQ(one.has_previous, asked.after.has_value());
      for (const AuthRequest& item : one.items) walked.push_back(item.email);
      asked.after = Keyset{one.items.back().create_time, one.items.back().id.str()};
      more = one.has_next;
    }
    EXPECT_THAT(walked,
                ElementsAre("4@example.com", "3@example.com", "2@example.com", "1@example.com", "0@example.com"));
    asked.backward = true;
    const Page<AuthRequest> back = page(env_, filter, asked);
    ASSERT_EQ(back.items.size(), 2U);
    EXPECT_EQ(back.items[0].email, "2@example.com");
    EXPECT_EQ(back.items[1].email, "1@example.com");
  }
}

TEST_P(AuthRequestsSuite, RetentionTakesTheOldestOfAllEnvironments) {
  insert(request(env_, "1@example.com"));
  insert(request(other_, "2@example.com"));
  insert(request(env_, "3@example.com"));
  const auto remove = [&](std::int64_t limit) {
    return *write([&](WriteTx& tx) { return tx.auth_requests().remove_before(now(), limit); });
  };
  EXPECT_EQ(remove(1), 1);
  EXPECT_THAT(emails(other_), ElementsAre("2@example.com"));
  EXPECT_EQ(remove(10), 1);
  EXPECT_THAT(emails(other_), IsEmpty());
  EXPECT_THAT(emails(env_), ElementsAre("3@example.com"));
}

TEST_P(AuthRequestsSuite, RetentionTakesWhatNothingCameOfByItself) {
  AuthRequest begun = request(env_, "1@example.com");
  begun.status = AuthRequestStatus::kInitiated;
  AuthRequest pending = request(env_, "2@example.com");
  pending.status = AuthRequestStatus::kPending;
  AuthRequest failed = request(env_, "3@example.com");
  failed.status = AuthRequestStatus::kFailure;
  for (const AuthRequest& one : {begun, pending, failed}) insert(one);
  const auto remove = [&](Timestamp before) {
    return *write([&](WriteTx& tx) { return tx.auth_requests().remove_unfinished_before(before, 10); });
  };
  EXPECT_EQ(remove(begun.create_time), 0);
  EXPECT_EQ(remove(failed.create_time + std::chrono::seconds(1)), 1);
  EXPECT_THAT(emails(env_), ElementsAre("3@example.com", "2@example.com"));
}

// -- messages of providers

TEST_P(AuthRequestsSuite, AMessageIsKeptWithItsAttemptForAsLongAsItSays) {
  const AuthRequest attempt = request(env_, "ann@example.com");
  insert(attempt);
  const auto keep = [&](const std::string& name, const std::string& text, Duration life) {
    must([&](WriteTx& tx) {
      return tx.auth_requests().keep_message({.environment_id = env_,
                                              .auth_request_id = attempt.id,
                                              .name = name,
                                              .sealed_message = text,
                                              .create_time = now(),
                                              .expire_time = now() + life});
    });
  };
  const auto texts = [&](const EnvironmentId& environment) {
    std::vector<std::string> out;
    for (const AuthRequestMessage& one :
         must_read([&](const ReadTx& tx) { return tx.auth_requests().messages(environment, attempt.id, now()); })) {
      EXPECT_EQ(one.auth_request_id, attempt.id);
      out.push_back(one.name + "=" + one.sealed_message);
    }
    return out;
  };
  keep("response", "first", std::chrono::hours(1));
  keep("response", "second", std::chrono::hours(2));
  keep("logout_request", "third", std::chrono::hours(1));
  EXPECT_THAT(texts(env_), ElementsAre("logout_request=third", "response=second"));
  EXPECT_THAT(texts(other_), IsEmpty());
  clock_.advance(std::chrono::hours(1));
  EXPECT_THAT(texts(env_), ElementsAre("response=second"));
  const auto remove = [&] {
    return *write([&](WriteTx& tx) { return tx.auth_requests().remove_messages(now(), 10); });
  };
  EXPECT_EQ(remove(), 1);
  EXPECT_EQ(remove(), 0);
  EXPECT_EQ(*write([&](WriteTx& tx) { return tx.auth_requests().remove_before(now(), 10); }), 1);
  EXPECT_THAT(texts(env_), IsEmpty()) << "it goes with its attempt";
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, AuthRequestsSuite,
                         testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace
}  // namespace doorward::store
