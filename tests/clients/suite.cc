#include "suite.h"

#include <fmt/format.h>

#include "app/keys/key_encryption_key.h"

namespace doorward::store {
// The fixture alone is used here; its own tests are another program.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);
}  // namespace doorward::store

namespace doorward {

void ClientSuite::SetUp() {
  StoreSuite::SetUp();
  environment_ = environment();
  other_ = environment();
  own_ = ids().next<ApiClientId>();
  own_secret_ = ids().next<ClientSecretId>();
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.clients().insert({.environment_id = environment_.id,
                                        .id = own_,
                                        .name = "own",
                                        .type = ClientType::kEnvironment,
                                        .create_time = now(),
                                        .update_time = now()}));
    return tx.clients().insert_secret({.environment_id = environment_.id,
                                       .client_id = own_,
                                       .id = own_secret_,
                                       .lookup_hash = std::string(32, '\x01'),
                                       .create_time = now(),
                                       .update_time = now()});
  });
  const auto kek = KeyEncryptionKey::generate(random_);
  keys_ = KeyRing::open(kek, make_protected_keys(kek, environment_.id, ids(), random_, now()), random_).value();
  states_ = std::make_unique<ClientStates>(store(), clock_);
  clock_.advance(std::chrono::seconds(1));
}

std::shared_ptr<const ClientState> ClientSuite::known(const ApiClientId& id) {
  return sync_wait(states_->find(id, std::chrono::steady_clock::time_point::max())).value();
}

std::vector<ChangeRecord> ClientSuite::records() {
  return must_read(
      [&](const ReadTx& tx) { return tx.changes().history(environment_.id, environment_.id.str(), 0, 1000); });
}

std::vector<std::string> ClientSuite::history() {
  std::vector<std::string> lines;
  for (const ChangeRecord& record : records()) {
    lines.push_back(fmt::format("{} {}", object_kind_name(record.object), change_op_name(record.op)));
  }
  return lines;
}

}  // namespace doorward
