// Looks for records.
#include "domains/suite.h"

namespace doorward {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kCreated = "organization.domain_created";
constexpr const char* kSuccess = "organization.domain_dns_verification_success";
constexpr const char* kFailed = "organization.domain_dns_verification_failed";

TEST_P(DomainSuite, ALookThatFindsTheRecordVerifies) {
  const OrganizationDomain domain = claim(acme_, "acme.com").value();
  const auto missing = check(domain);
  ASSERT_OK(missing);
  EXPECT_EQ(missing->why_not, Reason::kDomainRecordMissing);
  EXPECT_THAT(missing->found, IsEmpty());
  EXPECT_EQ(missing->domain.status, VerificationStatus::kPending);

  resolver_.say(record_name("acme.com"), {{"v=spf1 -all", "dom_verify_wrong"}});
  const auto wrong = check(domain);
  ASSERT_OK(wrong);
  EXPECT_EQ(wrong->why_not, Reason::kDomainRecordMissing);
  EXPECT_THAT(wrong->found, ElementsAre("v=spf1 -all", "dom_verify_wrong"))
      << "what came, for the one who must mend it";

  publish(domain);
  const auto found = check(domain);
  ASSERT_OK(found);
  EXPECT_EQ(found->why_not, std::nullopt);
  EXPECT_EQ(found->domain.status, VerificationStatus::kVerified);
  EXPECT_EQ(stored(domain)->verified_time, now());
  EXPECT_THAT(told(acme_), ElementsAre(kCreated, kSuccess));
  ASSERT_OK(check(domain));
  EXPECT_THAT(told(acme_), ElementsAre(kCreated, kSuccess)) << "nothing changed";
}

TEST_P(DomainSuite, WithoutAUsableAnswerNothingIsSaid) {
  const OrganizationDomain domain = claim(acme_, "acme.com").value();
  publish(domain);
  ASSERT_OK(check(domain));
  resolver_.say(record_name("acme.com"), failure(Reason::kNameUnresolved, "The name could not be looked up."));
  EXPECT_REASON(check(domain), Reason::kNameUnresolved);
  EXPECT_EQ(status_of(domain), VerificationStatus::kVerified);
}

TEST_P(DomainSuite, WhatNeedsNoRecordIsNotLookedFor) {
  const OrganizationDomain vouched = create(acme_, "acme.com").value();
  const OrganizationDomain allowed = create(acme_, "acme.io", DomainType::kAllowedEmailDomain).value();
  for (const OrganizationDomain& domain : {vouched, allowed}) {
    const auto checked = check(domain);
    ASSERT_OK(checked);
    EXPECT_TRUE(checked->domain.is_verified());
    EXPECT_EQ(resolver_.asked(record_name(domain.name)), 0);
  }
  OrganizationDomain unknown = vouched;
  unknown.organization_id = globex_.id;
  EXPECT_REASON(check(unknown), Reason::kDomainNotFound);
}

TEST_P(DomainSuite, ClaimsAreLookedForByThemselves) {
  const OrganizationDomain first = claim(acme_, "acme.com").value();
  const OrganizationDomain second = claim(globex_, "globex.com").value();
  EXPECT_EQ(run_due(), now() + seconds(10));
  EXPECT_EQ(resolver_.asked(record_name("acme.com")), 0);
  publish(second);
  clock_.advance(seconds(10));
  EXPECT_EQ(run_due(), now() + seconds(10)) << "to notice new claims";
  EXPECT_EQ(resolver_.asked(record_name("acme.com")), 1);
  EXPECT_EQ(status_of(first), VerificationStatus::kPending);
  EXPECT_EQ(stored(first)->failed_checks, 1);
  EXPECT_EQ(stored(first)->next_check, now() + seconds(20));
  EXPECT_EQ(status_of(second), VerificationStatus::kVerified);
  EXPECT_EQ(stored(second)->next_check, now() + hours(24));
  EXPECT_THAT(told(acme_), ElementsAre(kCreated));
  EXPECT_THAT(told(globex_), ElementsAre(kCreated, kSuccess));
}

TEST_P(DomainSuite, AClaimThatIsNeverProvenFails) {
  const OrganizationDomain domain = claim(acme_, "acme.com").value();
  clock_.advance(days(7));
  run_due();
  EXPECT_EQ(status_of(domain), VerificationStatus::kFailed);
  EXPECT_EQ(stored(domain)->next_check, std::nullopt);
  EXPECT_THAT(told(acme_), ElementsAre(kCreated, kFailed));
  publish(domain);
  ASSERT_OK(check(domain));
  EXPECT_EQ(status_of(domain), VerificationStatus::kVerified) << "somebody asked";
}

TEST_P(DomainSuite, L06_AVerifiedDomainIsLostWhenItsRecordIsGone) {
  const OrganizationDomain domain = claim(acme_, "acme.com").value();
  publish(domain);
  ASSERT_OK(check(domain));
  clock_.advance(hours(24));
  resolver_.say(record_name("acme.com"), failure(Reason::kNameUnresolved, "The name could not be looked up."));
  run_due();
  EXPECT_EQ(stored(domain)->failed_checks, 0) << "servers that fail say nothing";
  resolver_.forget(record_name("acme.com"));
  clock_.advance(hours(1));
  run_due();
  EXPECT_EQ(status_of(domain), VerificationStatus::kVerified) << "it may come back";
  for (int i = 0; i < 12; ++i) {
    clock_.advance(hours(6));
    run_due();
  }
  EXPECT_EQ(status_of(domain), VerificationStatus::kFailed);
  EXPECT_THAT(told(acme_), ElementsAre(kCreated, kSuccess, kFailed));
  EXPECT_FALSE(must_read([&](const ReadTx& tx) { return tx.domains().find_verified(environment_.id, "acme.com"); }));
}

TEST_P(DomainSuite, L06_ADomainThatMovedGoesToItsNewOwnerAtOnce) {
  const OrganizationDomain old = claim(acme_, "acme.com").value();
  publish(old);
  ASSERT_OK(check(old));
  const OrganizationDomain next = claim(globex_, "acme.com").value();
  publish(next);  // in place of the other
  const auto moved = check(next);
  ASSERT_OK(moved);
  EXPECT_TRUE(moved->domain.is_verified());
  EXPECT_EQ(status_of(old), VerificationStatus::kFailed);
  EXPECT_THAT(told(acme_), ElementsAre(kCreated, kSuccess, kFailed));
  EXPECT_THAT(told(globex_), ElementsAre(kCreated, kSuccess));
  EXPECT_EQ(must_read([&](const ReadTx& tx) {
              return tx.domains().find_verified(environment_.id, "acme.com");
            })->organization_id,
            globex_.id);
}

TEST_P(DomainSuite, A11_TwoThatProveTheSameDomainAreNotBothItsOwner) {
  const OrganizationDomain first = claim(acme_, "acme.com").value();
  const OrganizationDomain second = claim(globex_, "acme.com").value();
  resolver_.say(record_name("acme.com"), {{first.txt_record_secret, second.txt_record_secret}});
  ASSERT_OK(check(first));
  const auto refused = check(second);
  ASSERT_OK(refused);
  EXPECT_EQ(refused->why_not, Reason::kDomainTaken);
  EXPECT_EQ(refused->domain.status, VerificationStatus::kPending);
  EXPECT_EQ(status_of(first), VerificationStatus::kVerified);
  clock_.advance(days(7));
  run_due();
  EXPECT_EQ(status_of(first), VerificationStatus::kVerified);
  EXPECT_EQ(status_of(second), VerificationStatus::kFailed);
}

TEST_P(DomainSuite, A11_NoRecordTakesWhatTheApplicationVouchedFor) {
  const OrganizationDomain vouched = create(acme_, "acme.com").value();
  const OrganizationDomain claimed = claim(globex_, "acme.com").value();
  publish(claimed);
  const auto refused = check(claimed);
  ASSERT_OK(refused);
  EXPECT_EQ(refused->why_not, Reason::kDomainTaken);
  EXPECT_EQ(status_of(vouched), VerificationStatus::kVerified);
  ASSERT_OK(sync_wait(domains().remove(caller(), acme_.id, vouched.id)));
  ASSERT_OK(check(claimed));
  EXPECT_EQ(status_of(claimed), VerificationStatus::kVerified);
}

TEST_P(DomainSuite, L06_OneCannotProveADomainByTheRecordOfAnother) {
  const OrganizationDomain victims = claim(acme_, "acme.com").value();
  publish(victims);
  const OrganizationDomain attackers = claim(globex_, "acme.com").value();
  const auto refused = check(attackers);
  ASSERT_OK(refused);
  EXPECT_EQ(refused->why_not, Reason::kDomainRecordMissing);
  EXPECT_EQ(status_of(attackers), VerificationStatus::kPending);
}

TEST_P(DomainSuite, ManyDueDomainsAreLookedForInOneRound) {
  constexpr int kMany = 45;  // three batches
  std::vector<OrganizationDomain> all;
  for (int i = 0; i < kMany; ++i) all.push_back(claim(acme_, "d" + std::to_string(i) + ".com").value());
  for (const OrganizationDomain& domain : all) publish(domain);
  clock_.advance(seconds(10));
  run_due();
  for (const OrganizationDomain& domain : all) {
    EXPECT_EQ(status_of(domain), VerificationStatus::kVerified);
    EXPECT_EQ(resolver_.asked(record_name(domain.name)), 1);
  }
}

TEST_P(DomainSuite, AnOrganizationThatIsGoneIsLookedForNoMore) {
  const OrganizationDomain domain = claim(acme_, "acme.com").value();
  publish(domain);
  must([&](WriteTx& tx) { return tx.organizations().mark_deleted(environment_.id, acme_.id, now()); });
  clock_.advance(seconds(10));
  run_due();
  EXPECT_EQ(resolver_.asked(record_name("acme.com")), 0);
  EXPECT_EQ(stored(domain), std::nullopt);
}

}  // namespace
}  // namespace doorward
