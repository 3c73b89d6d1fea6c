#include "domain/domain_verification.h"

#include <gtest/gtest.h>

#include <utility>

namespace doorward {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

constexpr Timestamp kMade = Timestamp(seconds(1'800'000'000));

OrganizationDomain claim() {
  return {.name = "acme.com",
          .txt_record_key = std::string(kTxtRecordKey),
          .txt_record_secret = "dom_verify_1",
          .next_check = kMade + kFirstLook,
          .create_time = kMade,
          .update_time = kMade};
}

OrganizationDomain proven() { return after_scheduled_look(claim(), RecordLook::kFound, kMade + seconds(10)); }

TEST(DomainVerification, TheRecordStandsBelowTheDomain) {
  EXPECT_EQ(txt_record_name(claim()), "_doorward-domain-verification.acme.com");
}

TEST(DomainVerification, OnlyTheWholeValueProves) {
  const OrganizationDomain domain = claim();
  EXPECT_TRUE(proves({"v=spf1 -all", "dom_verify_1"}, domain));
  EXPECT_TRUE(proves({" dom_verify_1\n"}, domain));
  EXPECT_FALSE(proves({}, domain));
  EXPECT_FALSE(proves({"", "dom_verify_", "dom_verify_12", "xdom_verify_1", "DOM_VERIFY_1", "dom_verify_ 1"}, domain));
  OrganizationDomain without = domain;
  without.txt_record_secret.clear();
  EXPECT_FALSE(proves({"", " "}, without));
}

TEST(DomainVerification, AFoundRecordVerifiesAndIsLookedForDaily) {
  const OrganizationDomain domain = proven();
  EXPECT_EQ(domain.status, VerificationStatus::kVerified);
  EXPECT_EQ(domain.verified_time, kMade + seconds(10));
  EXPECT_EQ(domain.update_time, kMade + seconds(10));
  EXPECT_EQ(domain.next_check, kMade + seconds(10) + hours(24));
  const OrganizationDomain again = after_scheduled_look(domain, RecordLook::kFound, kMade + days(1));
  EXPECT_EQ(again.verified_time, kMade + seconds(10)) << "since when, not when it was last seen";
  EXPECT_EQ(again.update_time, kMade + seconds(10));
}

TEST(DomainVerification, AClaimIsLookedForLessAndLessOftenUntilItsWindowEnds) {
  OrganizationDomain domain = claim();
  Timestamp now = *domain.next_check;
  Duration last{};
  int looks = 0;
  while (domain.status == VerificationStatus::kPending) {
    domain = after_scheduled_look(domain, RecordLook::kMissing, now);
    ++looks;
    if (!domain.next_check) break;
    const Duration pause = *domain.next_check - now;
    EXPECT_GT(pause, Duration::zero());
    EXPECT_LE(pause, hours(1));
    if (*domain.next_check < kMade + days(7)) EXPECT_GE(pause, last);
    last = pause;
    now = *domain.next_check;
  }
  EXPECT_EQ(domain.status, VerificationStatus::kFailed);
  EXPECT_EQ(now, kMade + days(7)) << "the last look is at the very end";
  EXPECT_EQ(domain.update_time, now);
  EXPECT_EQ(domain.next_check, std::nullopt);
  EXPECT_LT(looks, 200);
  EXPECT_EQ(after_scheduled_look(claim(), RecordLook::kMissing, kMade + seconds(10)).next_check, kMade + seconds(30));
}

TEST(DomainVerification, AClaimAlsoEndsWhenNoServerEverAnswers) {
  const OrganizationDomain domain = after_scheduled_look(claim(), RecordLook::kNoAnswer, kMade + seconds(10));
  EXPECT_EQ(domain.failed_checks, 0);
  EXPECT_EQ(domain.next_check, kMade + seconds(10) + hours(1));
  EXPECT_EQ(after_scheduled_look(claim(), RecordLook::kNoAnswer, kMade + days(7)).status, VerificationStatus::kFailed);
}

TEST(DomainVerification, L06_AVerifiedDomainIsLostAfterThreeDaysWithoutItsRecord) {
  OrganizationDomain domain = proven();
  const Timestamp first_miss = *domain.next_check;
  Timestamp now = first_miss;
  while (true) {
    domain = after_scheduled_look(domain, RecordLook::kMissing, now);
    if (!domain.is_verified()) break;
    ASSERT_TRUE(domain.next_check);
    now = *domain.next_check;
  }
  EXPECT_EQ(now - first_miss, days(3));
  EXPECT_EQ(domain.status, VerificationStatus::kFailed);
  EXPECT_EQ(domain.verified_time, std::nullopt);
  EXPECT_EQ(domain.next_check, std::nullopt);
}

TEST(DomainVerification, MissesCountInARowAndServersThatFailCountForNothing) {
  OrganizationDomain domain = proven();
  const Timestamp now = kMade + days(30);
  for (int i = 1; i < kMissedLooks; ++i) domain = after_scheduled_look(domain, RecordLook::kMissing, now);
  EXPECT_EQ(domain.failed_checks, kMissedLooks - 1);
  for (int i = 0; i < 100; ++i) domain = after_scheduled_look(domain, RecordLook::kNoAnswer, now);
  EXPECT_TRUE(domain.is_verified());
  EXPECT_EQ(domain.next_check, now + hours(1));
  domain = after_scheduled_look(domain, RecordLook::kFound, now);
  EXPECT_EQ(domain.failed_checks, 0);
  domain = after_scheduled_look(domain, RecordLook::kMissing, now);
  EXPECT_TRUE(domain.is_verified());
  EXPECT_EQ(domain.next_check, now + hours(6));
}

TEST(DomainVerification, AskingBringsNoEndNearer) {
  for (const OrganizationDomain& domain : {claim(), proven()}) {
    for (const RecordLook look : {RecordLook::kMissing, RecordLook::kNoAnswer}) {
      const OrganizationDomain after = after_asked_look(domain, look, kMade + days(30));
      EXPECT_EQ(after.status, domain.status);
      EXPECT_EQ(after.failed_checks, domain.failed_checks);
      EXPECT_EQ(after.next_check, domain.next_check);
    }
  }
  const OrganizationDomain failed = lost(claim(), kMade + days(7));
  const OrganizationDomain back = after_asked_look(failed, RecordLook::kFound, kMade + days(8));
  EXPECT_EQ(back.status, VerificationStatus::kVerified) << "a record that came too late is found when somebody asks";
  EXPECT_EQ(back.next_check, kMade + days(9));
}

}  // namespace
}  // namespace doorward
