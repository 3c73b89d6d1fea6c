// Filters (RFC 7644 section 3.4.2.2).
#include <algorithm>

#include "app/provisioning/email_index.h"
#include "lists.h"
#include "protocol/scim/limits.h"
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST_F(Requirements, F1_OperatorsAndTheirPrecedence) {
  meet_ann_and_bob();
  EXPECT_THAT(find(R"(userName eq "bob")"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(userName ne "bob")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(name.familyName co "öw")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(userName sw "ann")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(userName ew "x.test")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find("title pr"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(userName gt "b")"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(userName ge "bob")"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(userName lt "bob")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(userName le "bob")"), ElementsAre("Ann@X.test", "bob"));
  // or binds least: true whatever stands behind it.
  EXPECT_THAT(find(R"(userName eq "bob" or title pr and active eq false)"), ElementsAre("bob"));
  EXPECT_THAT(find(R"((userName eq "bob" or title pr) and active eq true)"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(not (title pr) and active eq false)"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(not (title pr or userName eq "bob"))"), IsEmpty());
}

TEST_F(Requirements, F2_NamesWithUrnsAndOperatorsInAnyLetterCase) {
  meet_ann_and_bob();
  EXPECT_THAT(find(R"(urn:ietf:params:scim:schemas:core:2.0:User:userName EQ "bob")"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(URN:ietf:params:scim:schemas:core:2.0:user:NAME.familyname Sw "l")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq "r&d")"),
              ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "m1")"),
              ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(  userName   eq   "bob"   AND  active  eq  FALSE )"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(emails[type EQ "WORK" AND value CO "ann"])"), ElementsAre("Ann@X.test"));
}

TEST_F(Requirements, F3_BracketsHoldForOneElement) {
  meet_ann_and_bob();
  EXPECT_THAT(find(R"(emails[type eq "home" and primary eq true])"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(emails[type eq "work" and value eq "home@y.test"])"), IsEmpty());
  EXPECT_THAT(find(R"(emails.type eq "work" and emails.value eq "home@y.test")"), ElementsAre("Ann@X.test"));
}

TEST_F(Requirements, F4_ASubAttributeMayFollowTheBrackets) {
  meet_ann_and_bob();
  EXPECT_THAT(find(R"(emails[type eq "work"].value eq "b2@x.test")"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(emails[type eq "work"].value eq "bob@x.test")"), IsEmpty());
  EXPECT_THAT(find(R"(emails[type eq "work"].value eq "B2@x.test" and active eq false)"), ElementsAre("bob"));
}

TEST_F(Requirements, F5_AnyValueOfAMultiValuedAttributeAndItsDefaultSubAttribute) {
  meet_ann_and_bob();
  EXPECT_THAT(find(R"(emails co "home")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(emails eq "home@y.test")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(manager eq "m1")"), ElementsAre("Ann@X.test"));
  const std::string group = make_group("Team", {bob_});
  EXPECT_THAT(found_ids(call("GET", filtered("/Groups", fmt::format(R"(members eq "{}")", bob_)))), ElementsAre(group));
  EXPECT_THAT(find(fmt::format(R"(groups eq "{}")", group)), ElementsAre("bob"));
  EXPECT_THAT(find(R"(groups.display eq "TEAM")"), ElementsAre("bob"));
}

TEST_F(Requirements, F5_EveryConditionOnMembersSeesAllOfThem) {
  meet_ann_and_bob();
  const std::string group = make_group("Team", {ann_, bob_});
  const auto groups = [&](std::string_view filter) { return found_ids(call("GET", filtered("/Groups", filter))); };
  EXPECT_THAT(groups(fmt::format(R"(members.value eq "{}" and members.value eq "{}")", ann_, bob_)),
              ElementsAre(group));
  EXPECT_THAT(groups(fmt::format(R"(members.value eq "{}" and not (members.value eq "{}"))", ann_, bob_)), IsEmpty());
  EXPECT_THAT(groups(R"(members[type eq "User"])"), ElementsAre(group)) << "as the answer shows it";
  EXPECT_THAT(groups(R"(members[type eq "Group"])"), IsEmpty());
}

TEST_F(Requirements, F6_LetterCaseCountsAsTheSchemaSays) {
  meet_ann_and_bob();
  EXPECT_THAT(find(R"(userName eq "ANN@x.TEST")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(emails.value eq "ANN@X.TEST")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(externalId eq "E-Ann")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(externalId eq "e-ann")"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(externalId eq "E-ANN")"), IsEmpty());
  EXPECT_THAT(find(fmt::format(R"(id eq "{}")", ann_)), ElementsAre("Ann@X.test"));
  std::string louder = ann_;
  std::ranges::transform(louder, louder.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_THAT(find(fmt::format(R"(id eq "{}")", louder)), IsEmpty());
  EXPECT_THAT(find(R"(name.familyName eq "LÖWE")"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(R"(name.familyName eq "zOË")"), ElementsAre("bob"));
  must_post("/Users", R"({"userName": "ΣΊΣΥΦΟΣ", "emails": [{"value": "ΩMEGA@x.test"}]})");
  EXPECT_THAT(find(R"(userName eq "σίσυφοσ")"), ElementsAre("ΣΊΣΥΦΟΣ"));
  EXPECT_THAT(find(R"(emails.value eq "ωmega@X.test")"), ElementsAre("ΣΊΣΥΦΟΣ"));
}

TEST_F(Requirements, F7_TimesCompareAcrossOffsetsAndFractions) {
  meet_ann_and_bob();
  const Timestamp second = clock_.now() - std::chrono::seconds(10);  // when bob came
  const auto at = [](Timestamp t) { return to_rfc3339(t); };
  EXPECT_THAT(find(fmt::format(R"(meta.created lt "{}")", at(second))), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(fmt::format(R"(meta.created ge "{}")", at(second))), ElementsAre("bob"));
  EXPECT_THAT(find(fmt::format(R"(meta.created gt "{}")", at(second))), IsEmpty());
  EXPECT_THAT(find(fmt::format(R"(meta.created eq "{}")", at(second))), ElementsAre("bob"));
  EXPECT_THAT(find(fmt::format(R"(meta.lastModified le "{}")", at(second))), ElementsAre("Ann@X.test", "bob"));
  // The same moment two hours east, with a fraction.
  std::string east = at(second + std::chrono::hours(2));
  east.replace(east.size() - 1, 1, ".000+02:00");
  EXPECT_THAT(find(fmt::format(R"(meta.created eq "{}")", east)), ElementsAre("bob"));
  EXPECT_THAT(find(fmt::format(R"(active eq true and meta.created lt "{}")", east)), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(fmt::format(R"(not (meta.created eq "{}"))", east)), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find(fmt::format(R"(meta.created ne "{}")", east)), ElementsAre("Ann@X.test"));
  refuses(R"(meta.created gt "yesterday")");
}

TEST_F(Requirements, F8_BooleansAndBinaryDataHaveNoOrder) {
  meet_ann_and_bob();
  for (const char* op : {"gt", "ge", "lt", "le"}) {
    refuses(fmt::format("active {} true", op));
    refuses(fmt::format("emails[primary {} true]", op));
    refuses(fmt::format(R"(x509Certificates.value {} "AAAA")", op));
  }
}

TEST_F(Requirements, F9_WhatIsNoFilterIsRefusedAndWhatNobodyKnowsHasNoValue) {
  meet_ann_and_bob();
  for (const char* filter : {"userName xx \"a\"", "(userName pr", "emails[type eq \"a\"", "userName eq", "userName",
                             "userName pr and", "userName eq \"a", "\"a\" eq userName"}) {
    refuses(filter);
  }
  EXPECT_THAT(find(R"(nonsense eq "x")"), IsEmpty());
  EXPECT_THAT(find(R"(nonsense ne "x")"), ElementsAre("Ann@X.test", "bob"));
  EXPECT_THAT(find(R"(nonsense pr or userName eq "bob")"), ElementsAre("bob"));
}

TEST_F(Requirements, F10_PresenceAndNull) {
  meet_ann_and_bob();
  EXPECT_THAT(find("title pr"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find("name pr"), ElementsAre("Ann@X.test", "bob"));
  EXPECT_THAT(find("name.givenName pr"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find("title eq null"), ElementsAre("bob"));
  EXPECT_THAT(find("title ne null"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find("emails[type pr]"), ElementsAre("Ann@X.test", "bob"));
  EXPECT_THAT(find("photos pr"), IsEmpty());
  for (const char* op : {"eq", "co", "sw", "ew", "gt", "ge", "lt", "le"}) {
    EXPECT_THAT(find(fmt::format(R"(nickName {} "a")", op)), IsEmpty()) << op;
  }
  EXPECT_THAT(find(R"(nickName ne "a")"), ElementsAre("Ann@X.test", "bob"));
}

TEST_F(Requirements, F11_SecretsCannotBeGuessedByFilters) {
  meet_ann_and_bob();
  refuses(R"(password eq "x")", 403, "sensitive");
  refuses("not (password pr)", 403, "sensitive");
  refuses(R"(userName eq "bob" or urn:ietf:params:scim:schemas:core:2.0:User:PASSWORD sw "a")", 403, "sensitive");
}

TEST_F(Requirements, F12_LiteralsAndTheirEscapes) {
  meet_ann_and_bob();
  must_post("/Users", R"({"userName": "say \"hi\" \\ há", "title": "a+b c"})");
  EXPECT_THAT(find(R"(userName eq "say \"hi\" \\ h\u00e1")"), ElementsAre(R"(say "hi" \ há)"));
  EXPECT_THAT(find(R"(title eq "a+b c")"), ElementsAre(R"(say "hi" \ há)"));
  EXPECT_THAT(user_names(call("GET", "/Users?filter=title+eq+%22a%2Bb+c%22")), ElementsAre(R"(say "hi" \ há)"));
  EXPECT_THAT(find("active eq true"), UnorderedElementsAre("Ann@X.test", R"(say "hi" \ há)"));
  EXPECT_THAT(find("active eq false"), ElementsAre("bob"));
}

TEST_F(Requirements, F13_LiteralsWithoutQuotes) {
  meet_ann_and_bob();
  EXPECT_THAT(find("userName eq bob"), ElementsAre("bob"));
  EXPECT_THAT(find("userName sw Ann@"), ElementsAre("Ann@X.test"));
  EXPECT_THAT(find("externalId eq E-Ann"), ElementsAre("Ann@X.test"));
}

// What an index serves reads as many rows as match, however many there are.
TEST_F(Requirements, F14_CommonLookUpsUseAnIndex) {
  meet_ann_and_bob();
  const std::string group = make_group("Team", {bob_});
  const std::string change = to_rfc3339(clock_.now());
  clock_.advance(std::chrono::seconds(1));
  ASSERT_EQ(call("PATCH", "/Users/" + bob_, R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
      "Operations":[{"op":"replace","path":"title","value":"New"}]})")
                .status,
            200);
  struct Case {
    std::string path;
    std::string filter;
    std::string id;
  };
  for (const Case& c :
       std::vector<Case>{{"/Users", fmt::format(R"(id eq "{}")", bob_), bob_},
                         {"/Users", R"(userName eq "BOB")", bob_},
                         {"/Users", R"(externalId eq "e-ann")", bob_},
                         {"/Users", R"(emails.value eq "BOB@x.test")", bob_},
                         {"/Users", R"(emails eq "bob@x.test")", bob_},
                         {"/Users", R"(emails[type eq "home"].value eq "bob@x.test")", bob_},
                         {"/Users", R"(emails[value eq "bob@x.test"])", bob_},
                         {"/Users", R"(title eq "New" and userName eq "bob")", bob_},
                         {"/Users", R"(userName eq "bob" or externalId eq "e-ann" or emails eq "b2@x.test")", bob_},
                         {"/Users", R"((userName eq "nobody" or userName eq "bob") and active eq false)", bob_},
                         {"/Users", fmt::format(R"(groups.value eq "{}")", group), bob_},
                         {"/Users", fmt::format(R"(meta.lastModified gt "{}")", change), bob_},
                         {"/Users", fmt::format(R"(meta.lastModified ge "{}" and title pr)", change), bob_},
                         {"/Groups", R"(displayName eq "team")", group},
                         {"/Groups", fmt::format(R"(members.value eq "{}")", bob_), group},
                         {"/Groups", fmt::format(R"(members[value eq "{}"])", bob_), group},
                         {"/Groups", fmt::format(R"(id eq "{}" and members eq "{}")", group, bob_), group}}) {
    queries_.clear();
    const Answer found = call("GET", filtered(c.path, c.filter));
    EXPECT_THAT(found_ids(found), ElementsAre(c.id)) << c.filter;
    EXPECT_EQ(total(found), 1) << c.filter;
    EXPECT_EQ(queries_.count("directory_users.by_creation") + queries_.count("directory_groups.by_creation"), 0)
        << c.filter << ": " << queries_.text();
    EXPECT_EQ(queries_.count("directory_users.by_id") + queries_.count("directory_groups.by_id"), 0) << c.filter;
    EXPECT_LE(queries_.count(""), 8) << c.filter << ": " << queries_.text();
  }
}

TEST_F(Requirements, F14_AddressesFollowEveryChange) {
  meet_ann_and_bob();
  const auto patch = [&](std::string_view operations) {
    return call(
        "PATCH", "/Users/" + bob_,
        fmt::format(R"({{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":{}}})", operations));
  };
  ASSERT_EQ(patch(R"([{"op":"replace","path":"emails[type eq \"home\"].value","value":"New@x.test"}])").status, 200);
  EXPECT_THAT(find(R"(emails eq "bob@x.test")"), IsEmpty());
  EXPECT_THAT(find(R"(emails eq "new@x.test")"), ElementsAre("bob"));
  EXPECT_THAT(find(R"(emails eq "b2@x.test")"), ElementsAre("bob"));
  ASSERT_EQ(call("PUT", "/Users/" + bob_, R"({"userName":"bob","emails":[{"value":"put@x.test"}]})").status, 200);
  EXPECT_THAT(find(R"(emails eq "new@x.test" or emails eq "b2@x.test")"), IsEmpty());
  EXPECT_THAT(find(R"(emails eq "put@x.test")"), ElementsAre("bob"));
  ASSERT_EQ(call("DELETE", "/Users/" + bob_).status, 204);
  const Answer gone = call("GET", filtered("/Users", R"(emails eq "put@x.test")"));
  EXPECT_EQ(total(gone), 0);
  EXPECT_THAT(found_ids(gone), IsEmpty());
}

// Users that are older than the index of addresses are found by a scan until a job has added them.
class OlderThanTheIndex : public ScimSuite {
 protected:
  OlderThanTheIndex() : ScimSuite(store::make_test_database(store::DatabaseKind::kSqlite)) {}
};

TEST_F(OlderThanTheIndex, F14_AddressesAreFoundWhileTheirIndexIsBuilt) {
  const std::string first = make_user("first");
  for (std::size_t i = 0; i < kNewsAtOnce; ++i) make_user(fmt::format("user{}", i));
  const std::string last = make_user("last");
  const auto search = [&](std::string_view address) {
    queries_.clear();
    return found_ids(call("GET", filtered("/Users", fmt::format(R"(emails.value eq "{}")", address))));
  };
  EXPECT_THAT(search("LAST@x.test"), ElementsAre(last));
  EXPECT_EQ(queries_.count("directory_users.by_id"), 0);

  database_->run_sql("DELETE FROM directory_user_emails");
  database_->run_sql("UPDATE directories SET emails_indexed = 0");
  must(write([&](WriteTx& tx) -> Result<bool> {
    Job job{.environment_id = environment_,
            .id = store_->ids().next<JobId>(),
            .owner_id = home_.directory.str(),
            .kind = std::string(kIndexEmailsJob),
            .txn = {},
            .state = {{"organization_id", home_.organization.str()}},
            .run_after = {},
            .create_time = {}};
    DOORWARD_CHECK(tx.jobs().insert(job));
    return true;
  }));
  EXPECT_THAT(search("LAST@x.test"), ElementsAre(last));
  EXPECT_GT(queries_.count("directory_users.by_id"), 0) << "a scan";
  run_jobs();
  for (const auto& [address, id] : {std::pair("first@x.test", first), std::pair("last@x.test", last)}) {
    EXPECT_THAT(search(address), ElementsAre(id));
    EXPECT_EQ(queries_.count("directory_users.by_id"), 0) << queries_.text();
  }
}

TEST_F(Requirements, F15_DepthAndSizeAreBounded) {
  meet_ann_and_bob();
  refuses(std::string(10'000, '(') + "userName pr" + std::string(10'000, ')'));
  refuses("userName eq \"" + std::string(1'000'000, 'a') + "\"");
  std::string chain = "id pr";
  for (std::size_t i = 0; i < scim::limits::kFilterTerms; ++i) chain += " or id pr";
  refuses(chain);
  // As long as it may be, it is answered.
  std::string names;
  for (int i = 0; i < 200; ++i) names += fmt::format(R"({}userName eq "nobody{}")", i == 0 ? "" : " or ", i);
  EXPECT_THAT(find(names + R"( or userName eq "bob")"), ElementsAre("bob"));
}

}  // namespace
}  // namespace doorward::test
