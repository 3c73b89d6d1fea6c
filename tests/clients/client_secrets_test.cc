#include <boost/json/serialize.hpp>

#include "base/encoding.h"
#include "suite.h"

namespace doorward {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class SecretsOfClients : public ClientSuite {
 protected:
  Result<NewClientSecret> add(const ApiClientId& client) {
    auto use_cases = secrets();
    return sync_wait(use_cases.create(caller(), client));
  }
  Result<NewClientSecret> rotate(const ApiClientId& client, ClientSecretRotation rotation = {}) {
    auto use_cases = secrets();
    return sync_wait(use_cases.rotate(caller(), client, rotation));
  }
  Result<ClientSecret> set_status(const ApiClientId& client, const ClientSecretId& id, SecretStatus status) {
    auto use_cases = secrets();
    return sync_wait(use_cases.set_status(caller(), client, id, status));
  }
  Result<void> drop(const ApiClientId& client, const ClientSecretId& id) {
    auto use_cases = secrets();
    return sync_wait(use_cases.remove(caller(), client, id));
  }
  const ClientSecret& row(const ApiClientId& client, const ClientSecretId& id) {
    state_ = get(client).value();
    return *state_.find_secret(id);
  }

  ClientState state_;
};

TEST_P(SecretsOfClients, P13_AreShownOnceAndKeptAsKeyedHashes) {
  const ApiClientId id = created();
  const auto made = add(id);
  ASSERT_OK(made);
  EXPECT_EQ(base64url_decode(made->plain.reveal()).value().size(), 32U);
  const ClientSecret stored = row(id, made->secret.id);
  EXPECT_EQ(stored, made->secret);
  EXPECT_EQ(stored.lookup_hash, keys_->lookup_hash(made->plain.reveal()));
  EXPECT_TRUE(made->plain.reveal().ends_with(stored.secret_suffix));
  EXPECT_THAT(history(), ElementsAre("Client create", "ClientSecret create"));
  for (const ChangeRecord& record : records()) {
    EXPECT_THAT(boost::json::serialize(*record.after), ::testing::Not(::testing::HasSubstr(made->plain.reveal())));
  }
}

TEST_P(SecretsOfClients, PublicClientsHaveNone) {
  for (const ClientType type : {ClientType::kSinglePageApp, ClientType::kNative}) {
    const ApiClientId id = created(type);
    EXPECT_REASON(add(id), Reason::kClientTypeNotSupported);
    EXPECT_REASON(rotate(id), Reason::kClientTypeNotSupported);
  }
}

TEST_P(SecretsOfClients, ThereAreTenAtMostAndThoseThatRanOutMakeRoom) {
  const ApiClientId id = created();
  std::vector<ClientSecretId> made;
  for (std::size_t i = 0; i < kMaxClientSecrets; ++i) made.push_back(add(id).value().secret.id);
  EXPECT_REASON(add(id), Reason::kClientSecretLimit);
  EXPECT_REASON(rotate(id), Reason::kClientSecretLimit);
  ASSERT_OK(drop(id, made[0]));
  ASSERT_OK(rotate(id, {.overlap = 10s}));
  EXPECT_REASON(add(id), Reason::kClientSecretLimit);
  clock_.advance(10s);
  ASSERT_OK(add(id));
  EXPECT_EQ(get(id)->secrets.size(), 2U);
}

TEST_P(SecretsOfClients, ARotationGivesTheOthersAnEndThatIsNotPutOff) {
  const ApiClientId id = created();
  const ClientSecretId first = add(id).value().secret.id;
  clock_.advance(1s);
  const ClientSecretId second = rotate(id, {.overlap = 10s}).value().secret.id;
  EXPECT_EQ(row(id, first).expire_time, now() + 10s);
  EXPECT_FALSE(row(id, second).expire_time);
  clock_.advance(1s);
  const auto third = rotate(id, {.overlap = 60s, .expire_time = now() + 100s});
  ASSERT_OK(third);
  EXPECT_EQ(row(id, first).expire_time, now() + 9s);
  EXPECT_EQ(row(id, second).expire_time, now() + 60s);
  EXPECT_EQ(row(id, third->secret.id).expire_time, now() + 100s);
  EXPECT_TRUE(row(id, first).is_live(now() + 9s - 1us));
  EXPECT_FALSE(row(id, first).is_live(now() + 9s));
  ASSERT_OK(rotate(id, {.overlap = 0s}));
  EXPECT_EQ(row(id, second).status, SecretStatus::kInactive);

  for (const ClientSecretRotation& wrong :
       {ClientSecretRotation{.overlap = -1us}, ClientSecretRotation{.overlap = kMaxClientSecretOverlap + 1us},
        ClientSecretRotation{.expire_time = now()},
        ClientSecretRotation{.expire_time = now() + kMaxClientSecretLife + 1us}}) {
    EXPECT_REASON(rotate(id, wrong), Reason::kInvalidArgument);
  }
}

TEST_P(SecretsOfClients, P13_TwoAreInForceWhileAnApplicationIsChangedOver) {
  const ApiClientId id = created();
  const auto first = add(id);
  const auto second = add(id);
  ASSERT_OK(first);
  ASSERT_OK(second);
  EXPECT_NE(first->plain.reveal(), second->plain.reveal());
  EXPECT_TRUE(row(id, first->secret.id).is_live(now()));
  EXPECT_TRUE(row(id, second->secret.id).is_live(now()));
}

TEST_P(SecretsOfClients, CanBeDeactivatedActivatedAndDeletedAtOnce) {
  const ApiClientId id = created();
  const ClientSecretId secret = add(id).value().secret.id;
  EXPECT_TRUE(known(id)->find_secret(secret)->is_live(now()));
  ASSERT_OK(set_status(id, secret, SecretStatus::kInactive));
  EXPECT_FALSE(known(id)->find_secret(secret)->is_live(now()));
  ASSERT_OK(set_status(id, secret, SecretStatus::kInactive));
  ASSERT_OK(set_status(id, secret, SecretStatus::kActive));
  EXPECT_TRUE(known(id)->find_secret(secret)->is_live(now()));
  ASSERT_OK(drop(id, secret));
  EXPECT_EQ(known(id)->find_secret(secret), nullptr);
  EXPECT_REASON(drop(id, secret), Reason::kClientSecretNotFound);
  EXPECT_REASON(set_status(id, secret, SecretStatus::kActive), Reason::kClientSecretNotFound);
  EXPECT_THAT(history(), ElementsAre("Client create", "ClientSecret create", "ClientSecret update",
                                     "ClientSecret update", "ClientSecret delete"));
}

TEST_P(SecretsOfClients, TheLastOneOfTheEnvironmentsOwnClientStays) {
  EXPECT_REASON(drop(own_, own_secret_), Reason::kLastClientSecret);
  EXPECT_REASON(set_status(own_, own_secret_, SecretStatus::kInactive), Reason::kLastClientSecret);
  const ClientSecretId next = add(own_).value().secret.id;
  ASSERT_OK(set_status(own_, next, SecretStatus::kInactive));
  EXPECT_REASON(drop(own_, own_secret_), Reason::kLastClientSecret);
  ASSERT_OK(set_status(own_, next, SecretStatus::kActive));
  ASSERT_OK(drop(own_, own_secret_));
  EXPECT_REASON(drop(own_, next), Reason::kLastClientSecret);
  const ApiClientId web = created();
  ASSERT_OK(drop(web, add(web).value().secret.id));
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SecretsOfClients, ::testing::ValuesIn(kDatabases),
                         [](const auto& test) { return store::database_name(test.param); });

}  // namespace
}  // namespace doorward
