// Our own SAML keys from the first to the last, on both databases and on two nodes.
#include <boost/json/serialize.hpp>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "app/keys/key_ring.h"
#include "app/saml_keys/saml_keys.h"
#include "crypto/certificate.h"
#include "ports/test_doubles.h"
#include "store/suite.h"

namespace doorward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SamlKeyUseCases : public store::StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    environment_ = environment();
    const KeyEncryptionKey kek = KeyEncryptionKey::generate(random_);
    ring_ = KeyRing::open(kek, make_protected_keys(kek, environment_.id, ids(), random_, now()), random_).value();
  }

  SamlKeys use_cases(store::DatabaseStore& node) {
    return {{node, clock_, node.ids(), *ring_, offload_}, environment_.id};
  }
  SamlKeys use_cases() { return use_cases(store()); }
  Caller caller() const { return {.kind = CallerKind::kApiClient, .environment_id = environment_.id, .id = "skc_1"}; }

  SamlKey current() {
    auto keys = use_cases();
    return sync_wait(keys.current()).value();
  }
  Result<SamlKey> roll_over(std::optional<Timestamp> decrypt_until = std::nullopt) {
    clock_.advance(std::chrono::seconds(1));
    auto keys = use_cases();
    return sync_wait(keys.roll_over(caller(), decrypt_until));
  }
  Result<SamlKey> set_end(const SamlCertificateId& id, std::optional<Timestamp> end) {
    auto keys = use_cases();
    return sync_wait(keys.set_decrypt_until(caller(), id, end));
  }
  Result<bool> remove(const SamlCertificateId& id) {
    auto keys = use_cases();
    return sync_wait(keys.remove(caller(), id)).map([] { return true; });
  }
  std::vector<SamlKey> list() {
    auto keys = use_cases();
    return sync_wait(keys.list()).value();
  }
  ConnectionKeys keys_of(const std::string& certificate_id) { return keys_for(list(), certificate_id, now()).value(); }

  // "SamlKey create", in the order of the environment's history.
  std::vector<std::string> history() {
    std::vector<std::string> out;
    for (const ChangeRecord& record : records()) {
      out.push_back(std::string(object_kind_name(record.object)) + " " + std::string(change_op_name(record.op)));
    }
    return out;
  }
  std::vector<ChangeRecord> records() {
    return must_read(
        [&](const ReadTx& tx) { return tx.changes().history(environment_.id, environment_.id.str(), 0, 100); });
  }

  void name_in_connection(const SamlCertificateId& id) {
    const Organization owner = organization(environment_);
    Connection naming{.environment_id = environment_.id,
                      .organization_id = owner.id,
                      .id = ids().next<ConnectionId>(),
                      .type = ConnectionType::kSaml};
    naming.saml.certificate_id = id.str();
    must([&](WriteTx& tx) { return tx.connections().insert(naming); });
  }

  Environment environment_;
  test::SystemRandom random_;
  test::InlineOffload offload_;
  std::unique_ptr<KeyRing> ring_;
};

std::vector<std::string> ids_of(const std::vector<SamlKey>& keys) {
  std::vector<std::string> ids;
  for (const SamlKey& key : keys) ids.push_back(key.id.str());
  return ids;
}

TEST_P(SamlKeyUseCases, TheFirstIsMadeWhenItIsNeeded) {
  EXPECT_THAT(list(), IsEmpty());
  EXPECT_REASON(keys_for({}, "", now()), Reason::kSamlKeyNotFound);
  const SamlKey made = current();
  EXPECT_EQ(current().id, made.id);
  EXPECT_EQ(made.id.str().substr(0, 5), "cert_");
  const auto certificate = crypto::Certificate::parse(made.certificate_der);
  ASSERT_TRUE(certificate);
  EXPECT_EQ(certificate->subject(), "CN=Doorward SAML " + environment_.id.str());
  EXPECT_LT(certificate->not_before(), now());
  EXPECT_EQ(certificate->not_after(), made.not_after);
  const auto signer = use_cases().signer(made);
  ASSERT_OK(signer);
  EXPECT_TRUE(certificate->verify(crypto::Digest::kSha256, "text", signer->sign("text")));
}

TEST_P(SamlKeyUseCases, K04_TheKeyIsSealedInItsPlace) {
  const SamlKey made = current();
  const std::string plain = use_cases().private_key(made).value().reveal();
  EXPECT_THAT(made.sealed_private_key, Not(HasSubstr(plain.substr(0, 20))));
  SamlKey moved = made;
  moved.id = SamlCertificateId("cert_other");
  EXPECT_REASON(use_cases().private_key(moved), Reason::kSecretUnreadable);
  EXPECT_REASON(use_cases().signer(moved), Reason::kSecretUnreadable);
}

TEST_P(SamlKeyUseCases, OnTwoNodesAtATimeOneWins) {
  const auto other = open_another();
  std::latch both(2);
  std::string ids[2];
  {
    const auto ask = [&](store::DatabaseStore& node, std::string& id) {
      both.arrive_and_wait();
      auto keys = use_cases(node);
      id = sync_wait(keys.current()).value().id.str();
    };
    const std::jthread first([&] { ask(store(), ids[0]); });
    const std::jthread second([&] { ask(*other, ids[1]); });
  }
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(list().size(), 1U);
}

TEST_P(SamlKeyUseCases, K08_AConnectionGoesOnWithTheKeyThatItNames) {
  const SamlKey old = current();
  const SamlKey fresh = roll_over().value();
  EXPECT_EQ(current().id, fresh.id);
  const ConnectionKeys naming = keys_of(old.id.str());
  EXPECT_EQ(naming.signing.id, old.id);
  EXPECT_THAT(naming.certificates, ElementsAre(old.certificate_der, fresh.certificate_der)) << "the next one, too";
  EXPECT_THAT(ids_of(naming.decrypting), ElementsAre(old.id.str(), fresh.id.str()));
  const ConnectionKeys moved = keys_of(fresh.id.str());
  EXPECT_THAT(moved.certificates, ElementsAre(fresh.certificate_der));
  EXPECT_THAT(ids_of(moved.decrypting), ElementsAre(fresh.id.str(), old.id.str()));
  EXPECT_EQ(keys_of("").signing.id, fresh.id);
  EXPECT_REASON(keys_for(list(), "cert_gone", now()), Reason::kSamlKeyNotFound);
  EXPECT_THAT(history(), ElementsAre("SamlKey update", "SamlKey create"));
}

TEST_P(SamlKeyUseCases, S66_ARetiredKeyDecryptsUntilTheDateThatIsSet) {
  const SamlKey old = current();
  const Timestamp end = now() + std::chrono::hours(1);
  const SamlKey fresh = roll_over(end).value();
  clock_.set(end - std::chrono::microseconds(1));
  EXPECT_THAT(ids_of(keys_of("").decrypting), ElementsAre(fresh.id.str(), old.id.str()));
  clock_.set(end);
  EXPECT_THAT(ids_of(keys_of("").decrypting), ElementsAre(fresh.id.str()));
  EXPECT_THAT(ids_of(keys_of(old.id.str()).decrypting), ElementsAre(fresh.id.str())) << "whoever names it";
  ASSERT_OK(set_end(old.id, std::nullopt));
  EXPECT_THAT(ids_of(keys_of("").decrypting), ElementsAre(fresh.id.str(), old.id.str()));
  ASSERT_OK(set_end(old.id, now()));
  EXPECT_THAT(ids_of(keys_of("").decrypting), ElementsAre(fresh.id.str()));
}

TEST_P(SamlKeyUseCases, AnEndIsNotInThePast) {
  const SamlKey old = current();
  const Timestamp past = now() - std::chrono::seconds(1);
  EXPECT_REASON(roll_over(past), Reason::kInvalidArgument);
  EXPECT_EQ(current().id, old.id);
  ASSERT_OK(roll_over());
  EXPECT_REASON(set_end(old.id, past), Reason::kInvalidArgument);
  EXPECT_REASON(set_end(current().id, now()), Reason::kSamlKeyInUse);
  EXPECT_REASON(set_end(SamlCertificateId("cert_gone"), now()), Reason::kSamlKeyNotFound);
}

TEST_P(SamlKeyUseCases, OnlyWhatNothingUsesIsRemoved) {
  const SamlKey named = current();
  name_in_connection(named.id);
  const SamlKey unused = roll_over().value();
  const SamlKey last = roll_over().value();
  EXPECT_REASON(remove(last.id), Reason::kSamlKeyInUse);
  EXPECT_REASON(remove(named.id), Reason::kSamlKeyInUse);
  EXPECT_REASON(remove(SamlCertificateId("cert_gone")), Reason::kSamlKeyNotFound);
  ASSERT_OK(remove(unused.id));
  EXPECT_THAT(ids_of(list()), ElementsAre(last.id.str(), named.id.str()));
  EXPECT_EQ(history().back(), "SamlKey delete");
}

TEST_P(SamlKeyUseCases, ThereAreNotMoreThanTheMost) {
  SamlKey retired = current();
  retired.state = SamlKeyState::kRetired;
  while (list().size() < kMostSamlKeys - 1) {
    retired.id = ids().next<SamlCertificateId>();
    must([&](WriteTx& tx) { return tx.saml_keys().insert(retired); });
  }
  ASSERT_OK(roll_over());
  EXPECT_REASON(roll_over(), Reason::kSamlKeyLimit);
  EXPECT_EQ(list().size(), kMostSamlKeys);
}

TEST_P(SamlKeyUseCases, K06_RecordsHoldNoPrivateKey) {
  const SamlKey old = current();
  ASSERT_OK(roll_over(now() + std::chrono::hours(1)));
  ASSERT_OK(remove(old.id));
  for (const ChangeRecord& record : records()) {
    for (const auto& snapshot : {record.before, record.after}) {
      if (!snapshot) continue;
      EXPECT_THAT(boost::json::serialize(*snapshot), Not(HasSubstr("sealed")));
      EXPECT_THAT(boost::json::serialize(*snapshot), Not(HasSubstr(old.sealed_private_key)));
    }
  }
}

TEST_P(SamlKeyUseCases, H16_AFullPoolIsSaidAndChangesNothing) {
  offload_.full = true;
  auto keys = use_cases();
  EXPECT_REASON(sync_wait(keys.current()), Reason::kOverloaded);
  EXPECT_THAT(list(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(EveryDatabase, SamlKeyUseCases,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace
}  // namespace doorward
