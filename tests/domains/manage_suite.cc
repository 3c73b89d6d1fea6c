// What the application manages.
#include <latch>
#include <thread>

#include "app/connections/connections.h"
#include "app/connections/domain_route.h"
#include "domains/suite.h"

namespace doorward {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> names(const DomainList& list) {
  std::vector<std::string> found;
  for (const OrganizationDomain& domain : list.domains) found.push_back(domain.name);
  return found;
}

TEST_P(DomainSuite, TheApplicationVouchesForWhatItAdds) {
  const auto made = create(acme_, "ACME.Com.");
  ASSERT_OK(made);
  EXPECT_EQ(made->name, "acme.com");
  EXPECT_EQ(made->type, DomainType::kOrganizationDomain);
  EXPECT_EQ(made->status, VerificationStatus::kVerified);
  EXPECT_EQ(made->method, VerificationMethod::kAdmin);
  EXPECT_EQ(made->verified_time, now());
  EXPECT_EQ(made->next_check, std::nullopt);
  EXPECT_EQ(made->txt_record_secret, "");
  EXPECT_THAT(told(acme_), ElementsAre("organization.domain_created"));
}

TEST_P(DomainSuite, WhatPeopleMayJoinByNeedsNoProofAndIsNobodysAlone) {
  for (const Organization& organization : {acme_, globex_}) {
    const auto made = create(organization, "acme.com", DomainType::kAllowedEmailDomain);
    ASSERT_OK(made);
    EXPECT_EQ(made->status, VerificationStatus::kAutoVerified);
    EXPECT_EQ(made->method, VerificationMethod::kNotApplicable);
  }
  ASSERT_OK(create(globex_, "acme.com"));
}

TEST_P(DomainSuite, AClaimCarriesARecordThatNobodyGuesses) {
  const auto made = claim(acme_, "acme.com");
  ASSERT_OK(made);
  EXPECT_EQ(made->status, VerificationStatus::kPending);
  EXPECT_EQ(made->method, VerificationMethod::kDns);
  EXPECT_EQ(made->verified_time, std::nullopt);
  EXPECT_EQ(made->txt_record_key, "_doorward-domain-verification");
  EXPECT_THAT(made->txt_record_secret, StartsWith("dom_verify_"));
  EXPECT_EQ(made->txt_record_secret.size(), 11U + 43U) << "256 bits";
  EXPECT_EQ(made->next_check, now() + std::chrono::seconds(10));
  const auto other = claim(globex_, "acme.com");
  ASSERT_OK(other);
  EXPECT_NE(other->txt_record_secret, made->txt_record_secret);
  EXPECT_THAT(told(acme_), ElementsAre("organization.domain_created"));
}

TEST_P(DomainSuite, A11_NamesThatNoOrganizationOwnsAreRefused) {
  for (const char* name : {"gmail.com", "mailinator.com", "co.uk", "github.io", "internal"}) {
    EXPECT_REASON(create(acme_, name), Reason::kDomainNotBusiness);
    EXPECT_REASON(claim(acme_, name), Reason::kDomainNotBusiness);
    EXPECT_REASON(create(acme_, name, DomainType::kAllowedEmailDomain), Reason::kDomainNotBusiness);
  }
  for (const char* name : {"acme..com", "jane@acme.com", "192.0.2.1", "https://acme.com", "*.acme.com"}) {
    const auto invalid = create(acme_, name);
    EXPECT_REASON(invalid, Reason::kInvalidArgument);
    EXPECT_EQ(invalid.error().violations.at(0).field, "domain.domain");
    const auto unclaimed = claim(acme_, name);
    EXPECT_REASON(unclaimed, Reason::kInvalidArgument);
    EXPECT_EQ(unclaimed.error().violations.at(0).field, "domain");
  }
  std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + ".com";
  ASSERT_OK(claim(acme_, longest));
  longest = std::string(30, 'd') + "." + longest;
  EXPECT_REASON(claim(acme_, longest), Reason::kInvalidArgument);
  ASSERT_OK(create(acme_, longest));
}

TEST_P(DomainSuite, A11_ASecondOwnerIsRefusedAndASecondClaimIsNot) {
  ASSERT_OK(create(acme_, "acme.com"));
  EXPECT_REASON(create(acme_, "Acme.com"), Reason::kDomainTaken);
  EXPECT_REASON(create(globex_, "acme.com"), Reason::kDomainTaken);
  ASSERT_OK(claim(globex_, "acme.com"));
  ASSERT_OK(create(globex_, "eu.acme.com"));  // a sub-domain is a domain of its own
}

TEST_P(DomainSuite, AnUnverifiedClaimBlocksNobody) {
  ASSERT_OK(claim(globex_, "acme.com"));
  ASSERT_OK(create(acme_, "acme.com"));
}

TEST_P(DomainSuite, TheApplicationVouchesForWhatItsOrganizationHasClaimed) {
  const OrganizationDomain claimed = claim(acme_, "acme.com").value();
  clock_.advance(std::chrono::seconds(1));
  const auto vouched = create(acme_, "ACME.com");
  ASSERT_OK(vouched);
  EXPECT_EQ(vouched->id, claimed.id);
  EXPECT_EQ(vouched->status, VerificationStatus::kVerified);
  EXPECT_EQ(vouched->method, VerificationMethod::kAdmin);
  EXPECT_EQ(vouched->update_time, now());
  const auto kept = stored(claimed);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->status, VerificationStatus::kVerified);
  EXPECT_EQ(kept->method, VerificationMethod::kAdmin);
  EXPECT_EQ(kept->verified_time, now());
  EXPECT_EQ(kept->create_time, claimed.create_time);
  EXPECT_EQ(kept->next_check, std::nullopt) << "nobody looks for its record any more";
  EXPECT_THAT(told(acme_), ElementsAre("organization.domain_created", "")) << "a record, of which nobody is told";
  EXPECT_REASON(create(acme_, "acme.com"), Reason::kDomainTaken);
  EXPECT_REASON(claim(acme_, "acme.com"), Reason::kDomainTaken);
  EXPECT_THAT(told(acme_), ElementsAre("organization.domain_created", ""));
}

TEST_P(DomainSuite, ItVouchesForAClaimThatFailedAndForNoneThatIsProven) {
  const OrganizationDomain failed = claim(acme_, "failed.com").value();
  clock_.advance(std::chrono::days(7));
  run_due();
  ASSERT_EQ(status_of(failed), VerificationStatus::kFailed);
  const auto vouched = create(acme_, "failed.com");
  ASSERT_OK(vouched);
  EXPECT_EQ(vouched->id, failed.id);
  EXPECT_EQ(status_of(failed), VerificationStatus::kVerified);

  const OrganizationDomain proven = claim(acme_, "proven.com").value();
  publish(proven);
  ASSERT_OK(check(proven));
  EXPECT_REASON(create(acme_, "proven.com"), Reason::kDomainTaken);
  EXPECT_EQ(stored(proven)->method, VerificationMethod::kDns) << "as it was";
}

TEST_P(DomainSuite, A11_ItsWordForAClaimTakesNoDomainFromItsOwner) {
  const OrganizationDomain claimed = claim(acme_, "acme.com").value();
  ASSERT_OK(create(globex_, "acme.com"));
  EXPECT_REASON(create(acme_, "acme.com"), Reason::kDomainTaken);
  EXPECT_EQ(status_of(claimed), VerificationStatus::kPending);
  EXPECT_EQ(stored(claimed)->next_check, claimed.next_check);
  EXPECT_THAT(told(acme_), ElementsAre("organization.domain_created"));
  ASSERT_OK(create(acme_, "acme.com", DomainType::kAllowedEmailDomain));
  EXPECT_EQ(status_of(claimed), VerificationStatus::kPending) << "another type is another matter";
}

TEST_P(DomainSuite, AClaimLeadsToTheConnectionItIsVouchedForOnce) {
  const Connection connection = connection_of(acme_);
  const OrganizationDomain claimed = claim(acme_, "acme.com").value();
  must([&](WriteTx& tx) { return tx.connections().assign_domains(environment_.id, connection.id, {claimed.id}); });
  Domains all = domains();
  const auto vouched = sync_wait(all.create(caller(), acme_.id, {.name = "acme.com", .connection = connection.id}));
  ASSERT_OK(vouched);
  EXPECT_EQ(vouched->id, claimed.id);
  const auto led = sync_wait(all.list(caller(), acme_.id, {.connection = connection.id}));
  ASSERT_OK(led);
  EXPECT_THAT(names(*led), ElementsAre("acme.com"));

  const OrganizationDomain other = claim(acme_, "other.com").value();
  ASSERT_OK(sync_wait(all.create(caller(), acme_.id, {.name = "other.com", .connection = connection.id})));
  ASSERT_OK(sync_wait(all.get(caller(), acme_.id, other.id, connection.id)));
  const OrganizationDomain third = claim(acme_, "third.com").value();
  EXPECT_REASON(
      sync_wait(all.create(caller(), acme_.id, {.name = "third.com", .connection = connection_of(globex_).id})),
      Reason::kConnectionNotFound);
  EXPECT_EQ(status_of(third), VerificationStatus::kPending) << "nothing of it is done";
}

// Two organizations that have claimed a name, and the application's word for both at a time.
TEST_P(DomainSuite, A11_OfTwoWordsAtOnceForOneNameOneIsTaken) {
  constexpr int kRounds = 20;
  for (int round = 0; round < kRounds; ++round) {
    const std::string name = "race" + std::to_string(round) + ".com";
    const OrganizationDomain first = claim(acme_, name).value();
    const OrganizationDomain second = claim(globex_, name).value();
    std::latch both_here{2};
    std::optional<Result<OrganizationDomain>> others;
    std::jthread other([&] {
      both_here.arrive_and_wait();
      others = create(globex_, name);
    });
    both_here.arrive_and_wait();
    const auto own = create(acme_, name);
    other.join();
    ASSERT_NE(own.has_value(), others->has_value());
    EXPECT_REASON((own ? *others : own), Reason::kDomainTaken);
    EXPECT_EQ(status_of(first), own ? VerificationStatus::kVerified : VerificationStatus::kPending);
    EXPECT_EQ(status_of(second), own ? VerificationStatus::kPending : VerificationStatus::kVerified);
  }
}

TEST_P(DomainSuite, AnOrganizationHasSoManyDomainsAtMost) {
  must([&](WriteTx& tx) -> Result<void> {
    for (int i = 0; i < kMaxDomains; ++i) {
      DOORWARD_CHECK(tx.domains().insert({.environment_id = environment_.id,
                                          .organization_id = acme_.id,
                                          .id = ids().next<DomainId>(),
                                          .name = std::to_string(i) + ".test"}));
    }
    return {};
  });
  const auto invalid = create(acme_, "acme.com");
  EXPECT_REASON(invalid, Reason::kDomainLimit);
  EXPECT_THAT(invalid.error().message, HasSubstr("100"));
  EXPECT_REASON(claim(acme_, "acme.com"), Reason::kDomainLimit);
  ASSERT_OK(create(acme_, "0.test"));  // which it has claimed
  ASSERT_OK(create(globex_, "acme.com"));
}

TEST_P(DomainSuite, DomainsOfOthersAreNotThere) {
  const auto made = create(acme_, "acme.com");
  ASSERT_OK(made);
  Domains all = domains();
  Caller stranger = caller();
  stranger.environment_id = environment().id;
  EXPECT_REASON(sync_wait(all.get(caller(), globex_.id, made->id)), Reason::kDomainNotFound);
  EXPECT_REASON(sync_wait(all.get(stranger, acme_.id, made->id)), Reason::kOrganizationNotFound);
  EXPECT_REASON(sync_wait(all.remove(caller(), globex_.id, made->id)), Reason::kDomainNotFound);
  EXPECT_REASON(sync_wait(all.change_type(caller(), globex_.id, made->id, DomainType::kAllowedEmailDomain)),
                Reason::kDomainNotFound);
  EXPECT_REASON(sync_wait(all.create(stranger, acme_.id, {.name = "other.com"})), Reason::kOrganizationNotFound);
  EXPECT_REASON(sync_wait(all.list(stranger, acme_.id, {})), Reason::kOrganizationNotFound);
  EXPECT_EQ(status_of(*made), VerificationStatus::kVerified);
}

TEST_P(DomainSuite, ListsComeInPagesThatAreNumbered) {
  for (const char* name : {"one.com", "two.com", "three.com"}) {
    ASSERT_OK(create(acme_, name));
    clock_.advance(std::chrono::seconds(1));
  }
  ASSERT_OK(create(acme_, "four.com", DomainType::kAllowedEmailDomain));
  Domains all = domains();
  const auto list = [&](ListDomains query) {
    auto found = sync_wait(all.list(caller(), acme_.id, query));
    if (!found) throw std::runtime_error(found.error().message);
    return *found;
  };
  EXPECT_THAT(names(list({})), ElementsAre("one.com", "two.com", "three.com", "four.com"));
  EXPECT_EQ(list({}).page_size, 100);
  EXPECT_EQ(list({}).page_number, 1);
  EXPECT_THAT(names(list({.page_size = 2})), ElementsAre("one.com", "two.com"));
  EXPECT_THAT(names(list({.page_size = 2, .page_number = 2})), ElementsAre("three.com", "four.com"));
  EXPECT_THAT(names(list({.page_size = 2, .page_number = 3})), IsEmpty());
  EXPECT_THAT(names(list({.page_size = 2147483647, .page_number = 2147483647})), IsEmpty());
  EXPECT_EQ(list({.page_size = 1000}).page_size, 100);
  EXPECT_THAT(names(list({.type = DomainType::kAllowedEmailDomain})), ElementsAre("four.com"));
  EXPECT_REASON(sync_wait(all.list(caller(), acme_.id, {.page_size = -1})), Reason::kInvalidArgument);
  EXPECT_REASON(sync_wait(all.list(caller(), acme_.id, {.page_number = -1})), Reason::kInvalidArgument);
}

TEST_P(DomainSuite, ADeletedDomainIsFreeForOthers) {
  const auto made = create(acme_, "acme.com");
  ASSERT_OK(made);
  ASSERT_OK(sync_wait(domains().remove(caller(), acme_.id, made->id)));
  EXPECT_EQ(stored(*made), std::nullopt);
  EXPECT_REASON(sync_wait(domains().remove(caller(), acme_.id, made->id)), Reason::kDomainNotFound);
  ASSERT_OK(create(globex_, "acme.com"));
  EXPECT_THAT(told(acme_), ElementsAre("organization.domain_created", "organization.domain_deleted"));
}

TEST_P(DomainSuite, ATypeChangesByTheApplicationsWord) {
  const auto made = claim(acme_, "acme.com");
  ASSERT_OK(made);
  const auto change = [&](DomainType type) {
    return sync_wait(domains().change_type(caller(), acme_.id, made->id, type));
  };
  const auto allowed = change(DomainType::kAllowedEmailDomain);
  ASSERT_OK(allowed);
  EXPECT_EQ(allowed->status, VerificationStatus::kAutoVerified);
  EXPECT_EQ(allowed->next_check, std::nullopt) << "nobody looks for its record any more";
  EXPECT_EQ(stored(*made)->type, DomainType::kAllowedEmailDomain);
  const auto owned = change(DomainType::kOrganizationDomain);
  ASSERT_OK(owned);
  EXPECT_EQ(owned->status, VerificationStatus::kVerified);
  EXPECT_EQ(owned->method, VerificationMethod::kAdmin);
  ASSERT_OK(change(DomainType::kOrganizationDomain));
  EXPECT_THAT(told(acme_), ElementsAre("organization.domain_created", "", "")) << "records, of which nobody is told";

  ASSERT_OK(change(DomainType::kAllowedEmailDomain));
  ASSERT_OK(create(globex_, "acme.com"));
  EXPECT_REASON(change(DomainType::kOrganizationDomain), Reason::kDomainTaken);
  EXPECT_EQ(status_of(*made), VerificationStatus::kAutoVerified);
}

TEST_P(DomainSuite, ADomainLeadsToTheConnectionItIsAddedFor) {
  const Connection connection = connection_of(acme_);
  ASSERT_OK(create(acme_, "other.com"));
  Domains all = domains();
  const auto made = sync_wait(all.create(caller(), acme_.id, {.name = "acme.com", .connection = connection.id}));
  ASSERT_OK(made);
  const auto led = sync_wait(all.list(caller(), acme_.id, {.connection = connection.id}));
  ASSERT_OK(led);
  EXPECT_THAT(names(*led), ElementsAre("acme.com"));
  EXPECT_THAT(names(*sync_wait(all.list(caller(), acme_.id, {.connection = connection.id, .page_number = 2}))),
              IsEmpty());
  ASSERT_OK(sync_wait(all.get(caller(), acme_.id, made->id, connection.id)));

  EXPECT_REASON(sync_wait(all.create(caller(), globex_.id, {.name = "globex.com", .connection = connection.id})),
                Reason::kConnectionNotFound);
  EXPECT_REASON(sync_wait(all.list(caller(), globex_.id, {.connection = connection.id})), Reason::kConnectionNotFound);
  const DomainId other = sync_wait(all.list(caller(), acme_.id, {}))->domains.at(0).id;
  EXPECT_REASON(sync_wait(all.remove(caller(), acme_.id, other, connection.id)), Reason::kDomainNotFound);
  ASSERT_OK(sync_wait(all.remove(caller(), acme_.id, made->id, connection.id)));
  EXPECT_THAT(told(acme_), ElementsAre("organization.domain_created", "", "organization.domain_created", "",
                                       "organization.domain_deleted"))
      << "what leads to a connection is in its history too";
}

TEST_P(DomainSuite, AConnectionThatLosesItsOnlyDomainServesTheFreeOnesAgain) {
  Connection first = connection_of(acme_);
  Connection second = connection_of(acme_);
  Domains all = domains();
  const auto own = sync_wait(all.create(caller(), acme_.id, {.name = "own.com", .connection = first.id}));
  const auto taken = sync_wait(all.create(caller(), acme_.id, {.name = "taken.com", .connection = second.id}));
  ASSERT_OK(own);
  ASSERT_OK(taken);
  ASSERT_OK(create(acme_, "free.com"));
  const auto served = [&] {
    std::vector<std::string> found;
    for (const OrganizationDomain& domain :
         must_read([&](const ReadTx& tx) { return domains_of_connection(tx.connections(), tx.domains(), first); })) {
      found.push_back(domain.name);
    }
    return found;
  };
  EXPECT_THAT(served(), ElementsAre("own.com"));
  ASSERT_OK(sync_wait(all.remove(caller(), acme_.id, own->id)));
  EXPECT_THAT(served(), ElementsAre("free.com"));
}

TEST_P(DomainSuite, AConnectionHasSoManyDomainsAtMostHoweverTheyCome) {
  const Connection connection = connection_of(acme_);
  must([&](WriteTx& tx) -> Result<void> {
    std::vector<DomainId> led;
    for (std::size_t i = 0; i < kMaxAssignedDomains; ++i) led.push_back(ids().next<DomainId>());
    return tx.connections().assign_domains(environment_.id, connection.id, led);
  });
  const auto more = sync_wait(domains().create(caller(), acme_.id, {.name = "acme.com", .connection = connection.id}));
  EXPECT_REASON(more, Reason::kDomainLimit);
  EXPECT_THAT(more.error().message, HasSubstr("50"));
  EXPECT_THAT(told(acme_), IsEmpty()) << "nor is the domain added";
  ASSERT_OK(create(acme_, "acme.com"));
}

}  // namespace
}  // namespace doorward
