#include "suite.h"

namespace doorward::store {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class Claims {
 public:
  Claims(Ids& ids, Timestamp now) : ids_(ids), now_(now) {}

  OrganizationDomain pending(const Organization& organization, std::string name) const {
    return OrganizationDomain{.environment_id = organization.environment_id,
                              .organization_id = organization.id,
                              .id = ids_.next<DomainId>(),
                              .name = std::move(name),
                              .txt_record_key = "_doorward",
                              .txt_record_secret = "doorward-verification=1",
                              .create_time = now_,
                              .update_time = now_};
  }
  OrganizationDomain verified(const Organization& organization, std::string name) const {
    OrganizationDomain made = pending(organization, std::move(name));
    made.status = VerificationStatus::kVerified;
    made.verified_time = now_;
    return made;
  }

 private:
  Ids& ids_;
  Timestamp now_;
};

std::vector<std::string> names(const std::vector<OrganizationDomain>& domains) {
  std::vector<std::string> found;
  for (const OrganizationDomain& domain : domains) found.push_back(domain.name);
  return found;
}

std::vector<OrganizationId> owners(const std::vector<OrganizationDomain>& domains) {
  std::vector<OrganizationId> found;
  for (const OrganizationDomain& domain : domains) found.push_back(domain.organization_id);
  return found;
}

TEST_P(StoreSuite, ADomainComesBackAsItWasStored) {
  const Environment env = environment();
  const Organization org = organization(env);
  OrganizationDomain made = Claims(ids(), now()).pending(org, "acme.test");
  made.type = DomainType::kAllowedEmailDomain;
  made.status = VerificationStatus::kAutoVerified;
  made.method = VerificationMethod::kNotApplicable;
  made.failed_checks = 2;
  made.next_check = now() + seconds(60);
  made.verified_time = now() - seconds(1);
  must([&](WriteTx& tx) { return tx.domains().insert(made); });
  const auto again = [&] {
    return *must_read([&](const ReadTx& tx) { return tx.domains().find(env.id, org.id, made.id); });
  };
  OrganizationDomain found = again();
  EXPECT_EQ(found.organization_id, org.id);
  EXPECT_EQ(found.name, "acme.test");
  EXPECT_EQ(found.type, made.type);
  EXPECT_EQ(found.status, made.status);
  EXPECT_EQ(found.method, made.method);
  EXPECT_EQ(found.txt_record_key, made.txt_record_key);
  EXPECT_EQ(found.txt_record_secret, made.txt_record_secret);
  EXPECT_EQ(found.failed_checks, 2);
  EXPECT_EQ(found.next_check, made.next_check);
  EXPECT_EQ(found.verified_time, made.verified_time);
  EXPECT_EQ(found.create_time, made.create_time);

  found.type = DomainType::kOrganizationDomain;
  found.status = VerificationStatus::kFailed;
  found.method = VerificationMethod::kDns;
  found.failed_checks = 3;
  found.next_check.reset();
  found.verified_time.reset();
  found.update_time = now() + seconds(5);
  must([&](WriteTx& tx) { return tx.domains().update(found); });
  const OrganizationDomain changed = again();
  EXPECT_EQ(changed.type, DomainType::kOrganizationDomain);
  EXPECT_EQ(changed.status, VerificationStatus::kFailed);
  EXPECT_EQ(changed.method, VerificationMethod::kDns);
  EXPECT_EQ(changed.failed_checks, 3);
  EXPECT_EQ(changed.next_check, std::nullopt);
  EXPECT_EQ(changed.verified_time, std::nullopt);
  EXPECT_EQ(changed.update_time, found.update_time);
  EXPECT_EQ(changed.create_time, made.create_time);
}

TEST_P(StoreSuite, DomainsOfAnotherEnvironmentOrOrganizationAreInvisible) {
  const Environment env = environment();
  const Environment other = environment();
  const Organization org = organization(env);
  const Organization neighbour = organization(env);
  const OrganizationDomain made = Claims(ids(), now()).verified(org, "acme.test");
  must([&](WriteTx& tx) { return tx.domains().insert(made); });

  for (const auto& [environment, organization] : {std::pair(env.id, neighbour.id), std::pair(other.id, org.id)}) {
    EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.domains().find(environment, organization, made.id); }));
    EXPECT_THAT(must_read([&](const ReadTx& tx) {
                  return tx.domains().list(environment, organization, DomainType::kUnspecified, 0, 10);
                }),
                IsEmpty());
    OrganizationDomain stolen = made;
    stolen.environment_id = environment;
    stolen.organization_id = organization;
    stolen.status = VerificationStatus::kFailed;
    must([&](WriteTx& tx) -> Result<void> {
      DOORWARD_CHECK(tx.domains().update(stolen));
      return tx.domains().remove(environment, organization, made.id);
    });
  }
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.domains().find_verified(other.id, "acme.test"); }));
  EXPECT_THAT(must_read([&](const ReadTx& tx) { return tx.domains().claims(other.id, "acme.test"); }), IsEmpty());
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.domains().find_verified(env.id, "acme.test"); })->id, made.id);
  // Verified in one environment says nothing in another.
  OrganizationDomain same = Claims(ids(), now()).verified(organization(other), "acme.test");
  must([&](WriteTx& tx) { return tx.domains().insert(same); });
}

TEST_P(StoreSuite, ANameIsVerifiedByOneOrganizationAndClaimedByMany) {
  const Environment env = environment();
  const Organization squatter = organization(env);
  const Organization owner = organization(env);
  const Claims claims(ids(), now());
  OrganizationDomain first = claims.pending(squatter, "acme.test");
  OrganizationDomain second = claims.pending(owner, "acme.test");
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.domains().insert(first));
    return tx.domains().insert(second);
  });
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.domains().find_verified(env.id, "acme.test"); }));
  const auto attempt = [&](bool update, const OrganizationDomain& domain) {
    return write([&](WriteTx& tx) -> Result<bool> {
      DOORWARD_CHECK(update ? tx.domains().update(domain) : tx.domains().insert(domain));
      return true;
    });
  };
  EXPECT_REASON(attempt(false, claims.pending(owner, "acme.test")), Reason::kDomainTaken);

  second.status = VerificationStatus::kVerified;
  must([&](WriteTx& tx) { return tx.domains().update(second); });
  EXPECT_EQ(
      must_read([&](const ReadTx& tx) { return tx.domains().find_verified(env.id, "acme.test"); })->organization_id,
      owner.id);
  EXPECT_THAT(owners(must_read([&](const ReadTx& tx) { return tx.domains().claims(env.id, "acme.test"); })),
              ElementsAre(owner.id, squatter.id));
  for (const VerificationStatus status : {VerificationStatus::kVerified, VerificationStatus::kAutoVerified}) {
    first.status = status;
    EXPECT_REASON(attempt(true, first), Reason::kDomainTaken);
  }
  EXPECT_REASON(attempt(false, claims.verified(organization(env), "acme.test")), Reason::kDomainTaken);

  // Who may join is no claim of ownership: every organization may allow the same.
  for (const Organization& org : {squatter, owner}) {
    OrganizationDomain allowed = claims.verified(org, "acme.test");
    allowed.type = DomainType::kAllowedEmailDomain;
    must([&](WriteTx& tx) { return tx.domains().insert(allowed); });
  }
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.domains().find_verified(env.id, "acme.test"); })->id,
            second.id);
  must([&](WriteTx& tx) { return tx.domains().remove(env.id, owner.id, second.id); });
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.domains().find_verified(env.id, "acme.test"); }));
  first.status = VerificationStatus::kVerified;
  ASSERT_OK(attempt(true, first));
}

TEST_P(StoreSuite, DomainsAreListedOldestFirstByTypeAndPage) {
  const Environment env = environment();
  const Organization org = organization(env);
  for (int i = 1; i <= 5; ++i) {
    clock_.advance(seconds(1));
    OrganizationDomain made = Claims(ids(), now()).pending(org, std::to_string(i) + ".test");
    if (i % 2 == 0) made.type = DomainType::kAllowedEmailDomain;
    must([&](WriteTx& tx) { return tx.domains().insert(made); });
  }
  const auto list = [&](DomainType type, std::int64_t offset, std::int64_t limit) {
    return names(must_read([&](const ReadTx& tx) { return tx.domains().list(env.id, org.id, type, offset, limit); }));
  };
  EXPECT_THAT(list(DomainType::kUnspecified, 0, 10), ElementsAre("1.test", "2.test", "3.test", "4.test", "5.test"));
  EXPECT_THAT(list(DomainType::kUnspecified, 2, 2), ElementsAre("3.test", "4.test"));
  EXPECT_THAT(list(DomainType::kOrganizationDomain, 0, 2), ElementsAre("1.test", "3.test"));
  EXPECT_THAT(list(DomainType::kOrganizationDomain, 2, 2), ElementsAre("5.test"));
  EXPECT_THAT(list(DomainType::kAllowedEmailDomain, 0, 10), ElementsAre("2.test", "4.test"));
  EXPECT_THAT(list(DomainType::kUnspecified, 5, 10), IsEmpty());
}

TEST_P(StoreSuite, ADueDomainIsTakenOnceAndComesBackWhenTheClaimRunsOut) {
  const Environment env = environment();
  const Organization org = organization(env);
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.domains().next_due(); }), std::nullopt);
  for (int i = 1; i <= 3; ++i) {
    OrganizationDomain made = Claims(ids(), now()).pending(org, std::to_string(i) + ".test");
    made.next_check = now() + seconds(i * 10);
    must([&](WriteTx& tx) { return tx.domains().insert(made); });
  }
  must([&](WriteTx& tx) { return tx.domains().insert(Claims(ids(), now()).pending(org, "never.test")); });
  const auto claim = [&] {
    return *write([&](WriteTx& tx) { return tx.domains().claim_due(now(), now() + seconds(60), 2); });
  };
  EXPECT_EQ(must_read([&](const ReadTx& tx) { return tx.domains().next_due(); }), now() + seconds(10));
  EXPECT_THAT(claim(), IsEmpty());
  clock_.advance(seconds(30));
  const auto taken = claim();
  EXPECT_THAT(names(taken), ElementsAre("1.test", "2.test"));
  EXPECT_EQ(taken.at(0).next_check, now() + seconds(60));
  EXPECT_THAT(names(claim()), ElementsAre("3.test"));
  EXPECT_THAT(claim(), IsEmpty());
  clock_.advance(seconds(60));
  EXPECT_THAT(names(claim()), ElementsAre("1.test", "2.test"));
}

TEST_P(StoreSuite, ADomainThatGoesTakesItsAssignmentsAlong) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Claims claims(ids(), now());
  const OrganizationDomain gone = claims.pending(org, "gone.test");
  const OrganizationDomain kept = claims.pending(org, "kept.test");
  const ConnectionId connection("conn_1");
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_CHECK(tx.domains().insert(gone));
    DOORWARD_CHECK(tx.domains().insert(kept));
    return tx.connections().assign_domains(env.id, connection, {gone.id, kept.id});
  });
  const Organization other = organization(env);
  must([&](WriteTx& tx) { return tx.domains().remove(env.id, other.id, gone.id); });
  const auto assigned = [&] {
    return must_read([&](const ReadTx& tx) { return tx.connections().domains(env.id, connection); }).size();
  };
  EXPECT_EQ(assigned(), 2U) << "another organization's removal";
  must([&](WriteTx& tx) { return tx.domains().remove(env.id, org.id, gone.id); });
  EXPECT_THAT(must_read([&](const ReadTx& tx) { return tx.connections().domains(env.id, connection); }),
              ElementsAre(kept.id));
}

TEST_P(StoreSuite, TheDomainsOfADeletedOrganizationAreFreeAtOnce) {
  const Environment env = environment();
  const Organization org = organization(env);
  const Organization next = organization(env);
  const Claims claims(ids(), now());
  must([&](WriteTx& tx) { return tx.domains().insert(claims.verified(org, "acme.test")); });
  must([&](WriteTx& tx) { return tx.organizations().mark_deleted(env.id, org.id, now()); });
  EXPECT_THAT(must_read([&](const ReadTx& tx) { return tx.domains().claims(env.id, "acme.test"); }), IsEmpty());
  must([&](WriteTx& tx) { return tx.domains().insert(claims.verified(next, "acme.test")); });
}

}  // namespace
}  // namespace doorward::store
