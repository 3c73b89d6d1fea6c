// What the end of logins leaves to be done.
#include <algorithm>

#include "suite.h"

namespace doorward {
namespace {

class EndingLogins : public LogoutSuite {
 protected:
  const ConnectionId other_connection_{"conn_2"};

  void end_connection(const ConnectionId& connection) {
    const LoginsEnd end{.txn = ids().next<TransactionId>(), .at = now(), .reason = "connection_disabled"};
    must([&](WriteTx& tx) { return end_logins_of_connection(tx, ids(), environment_.id, connection, end); });
  }
};

TEST_P(EndingLogins, TheEndOfASessionAndWhatIsOwedAreOneTransaction) {
  const Session session = sign_in(add_client({"https://app.test/logout"}));
  const auto failed = write([&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(grants_->end_session(tx, session, SessionEnd::kLogout, now()));
    return failure(Reason::kStoreConflict, "no");
  });
  EXPECT_REASON(failed, Reason::kStoreConflict);
  EXPECT_EQ(status_of(session), SessionStatus::kActive);
  EXPECT_EQ(owed(), 0);

  end(session);
  EXPECT_EQ(status_of(session), SessionStatus::kLoggedOut);
  EXPECT_EQ(owed(), 1);
  end(*must_read([&](const ReadTx& tx) { return tx.sign_in().find_session(environment_.id, session.id); }));
  EXPECT_EQ(owed(), 1) << "a session ends once";
}

TEST_P(EndingLogins, EveryEndOfASessionIsTold) {
  const ApiClient client = add_client({"https://app.test/logout"});
  int ended = 0;
  for (const SessionEnd why : {SessionEnd::kLogout, SessionEnd::kProviderLogout, SessionEnd::kCodeReuse,
                               SessionEnd::kRefreshReuse, SessionEnd::kRevoked}) {
    end(sign_in(client), why);
    EXPECT_EQ(owed(), ++ended) << session_end_name(why);
  }
}

TEST_P(EndingLogins, EachClientOfTheSessionIsOwedATokenAtEachOfItsUris) {
  const ApiClient first = add_client({"https://a.test/logout", "https://a.test/logout-too"});
  const ApiClient second = add_client({"https://b.test/logout"});
  const ApiClient silent = add_client({});
  const Session session = sign_in(first);
  add_grant(session, first);
  add_grant(session, second);
  add_grant(session, silent);
  sign_in(second);  // another session, which goes on
  end(session);
  EXPECT_EQ(owed(), 3);
}

TEST_P(EndingLogins, AConnectionThatEndsTellsOfEachOfItsLoginsOnce) {
  const ApiClient first = add_client({"https://a.test/logout"});
  const ApiClient second = add_client({"https://b.test/logout"});
  const int logins = 2 * static_cast<int>(kEndedLoginsBatch) + 3;
  for (int i = 0; i < logins; ++i) {
    const Session session = sign_in(i % 2 == 0 ? first : second);
    if (i == 0) add_grant(session, first);
  }
  const Session elsewhere = sign_in(first, other_connection_);
  end(sign_in(first));
  ASSERT_EQ(owed(), 1);

  clock_.advance(std::chrono::seconds(1));
  end_connection(connection_);
  EXPECT_EQ(owed(), 1) << "the rest follows in batches";
  run_jobs();
  EXPECT_EQ(owed(), logins + 1);
  EXPECT_EQ(database_->read_number("SELECT count(*) FROM jobs WHERE kind = 'logins.ended'"), 0);
  EXPECT_EQ(status_of(elsewhere), SessionStatus::kActive);

  clock_.advance(std::chrono::seconds(1));
  end_connection(connection_);
  run_jobs();
  EXPECT_EQ(owed(), logins + 1) << "nothing was left to end";
}

TEST_P(EndingLogins, LoginsThatEndedTogetherAreListedPageByPage) {
  const ApiClient client = add_client({});
  std::vector<EndedLogin> expected;
  for (int i = 0; i < 3; ++i) {
    const Session session = sign_in(client);
    expected.push_back({.client_id = client.id, .session_id = session.id, .subject = session.subject});
  }
  std::ranges::sort(expected, {}, &EndedLogin::session_id);
  end_connection(connection_);
  const auto listed = [&](const EnvironmentId& environment, const EndedLogin& after, std::int64_t limit) {
    return must_read([&](const ReadTx& tx) {
      return tx.sign_in().ended_logins_of_connection(environment, connection_, now(), after, limit);
    });
  };
  EXPECT_EQ(listed(environment_.id, {}, 10), expected);
  EXPECT_EQ(listed(environment_.id, {}, 2), (std::vector{expected[0], expected[1]}));
  EXPECT_EQ(listed(environment_.id, expected[1], 2), (std::vector{expected[2]}));
  EXPECT_EQ(listed(environment_.id, expected[2], 2), std::vector<EndedLogin>());
  EXPECT_EQ(listed(environment().id, {}, 10), std::vector<EndedLogin>()) << "another environment";
}

TEST_P(EndingLogins, ADisabledClientIsToldOnceAndADeletedOneNever) {
  const ApiClient disabled = add_client({"https://a.test/logout"});
  const ApiClient deleted = add_client({"https://b.test/logout"});
  const Session session = sign_in(disabled);
  sign_in(deleted);
  auto use_cases = clients();
  ASSERT_OK(sync_wait(use_cases.update(caller(), disabled.id, {.enabled = false})));
  ASSERT_OK(sync_wait(use_cases.remove(caller(), deleted.id)));
  run_jobs();
  EXPECT_EQ(owed(), 1);
  end(session);
  EXPECT_EQ(owed(), 1) << "its grants had ended before";
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, EndingLogins, ::testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
