// C: create (RFC 7644 section 3.3).
#include <thread>

#include "requirements.h"

namespace doorward::test {
namespace {

using testing::UnorderedElementsAre;

TEST_F(Requirements, C1_CreatedIsTheWholeResourceAndWhereItIs) {
  const Answer made = post_user(R"("userName":"ann","title":"T")");
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.header("location"), made.str("/meta/location"));
  EXPECT_EQ(made.str("/userName"), "ann");
  EXPECT_EQ(made.str("/title"), "T");
  EXPECT_EQ(made.text, call("GET", "/Users/" + made.str("/id")).text);
  const Answer group = call("POST", "/Groups", group_body(R"("displayName":"G")"));
  EXPECT_EQ(group.status, 201);
  EXPECT_EQ(group.header("location"), group.str("/meta/location"));
}

TEST_F(Requirements, C2_ADuplicateIsAConflictThatNamesTheAttributeAndNobody) {
  const Answer first = post_user(R"("userName":"ann","displayName":"Secret Name")");
  const Answer second = post_user(R"("userName":"Ann")");
  expect_error(second, 409, "uniqueness");
  EXPECT_NE(second.str("/detail").find("userName"), std::string::npos);
  EXPECT_EQ(second.text.find(first.str("/id")), std::string::npos);
  EXPECT_EQ(second.text.find("Secret Name"), std::string::npos);
}

TEST_F(Requirements, C3_ADeletedUserIsInNobodysWay) {
  const std::string ann = new_user(R"("userName":"ann","externalId":"E")");
  EXPECT_EQ(call("DELETE", ann).status, 204);
  pin("strict");
  const std::string again = new_user(R"("userName":"ann","externalId":"E")");
  EXPECT_NE(again, ann);
}

TEST_F(Requirements, C4_ADeactivatedUserIsStillInTheWay) {
  const std::string ann = new_user(R"("userName":"ann","active":false)");
  expect_error(post_user(R"("userName":"ann")"), 409, "uniqueness");
  EXPECT_EQ(shown(ann, "/active"), false);
}

TEST_F(Requirements, C4_OrIsAdoptedWhereTheAdministratorSaysSo) {
  set_switch("inactive_conflict", "adopt");
  const std::string ann = new_user(R"("userName":"Ann","title":"Old","active":false)");
  const std::string staff =
      new_group(fmt::format(R"("displayName":"Staff","members":[{{"value":"{}"}}])", ann.substr(7)));
  const auto mark = last_change();
  const Answer again = post_user(R"("userName":"ann","nickName":"New")");
  ASSERT_EQ(again.status, 201) << again.text;
  EXPECT_EQ("/Users/" + again.str("/id"), ann);
  EXPECT_EQ(at(again, "/active"), true);
  EXPECT_EQ(again.str("/userName"), "ann");
  EXPECT_EQ(again.str("/nickName"), "New");
  EXPECT_TRUE(at(again, "/title").is_null()) << "as this create says, not as the old one";
  EXPECT_EQ(again.str("/groups/0/display"), "Staff") << "and still a member";
  const auto records = history(mark);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records.front().op, ChangeOp::kActivate);
  expect_error(post_user(R"("userName":"ann")"), 409, "uniqueness");  // an active one is nobody's to take
}

TEST_F(Requirements, C5_OfTwoSimultaneousCreatesOneWins) {
  std::vector<int> statuses(4);
  std::vector<std::thread> threads;
  for (int& status : statuses) {
    threads.emplace_back([&] { status = post_user(R"("userName":"ann")").status; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(statuses, UnorderedElementsAre(201, 409, 409, 409));
  EXPECT_EQ(at(call("GET", "/Users"), "/totalResults"), 1);
}

TEST_F(Requirements, C6_ReadOnlyIsIgnoredAndThePasswordNeverEchoed) {
  for (const char* profile : {"standard", "strict"}) {
    pin(profile);
    const Answer made = post_user(fmt::format(
        R"("userName":"{}","id":"x","meta":{{"version":"7"}},"groups":[],"password":"tops3cret")", profile));
    ASSERT_EQ(made.status, 201) << made.text;
    EXPECT_NE(made.str("/id"), "x");
    EXPECT_EQ(made.text.find("tops3cret"), std::string::npos);
    EXPECT_EQ(call("GET", "/Users/" + made.str("/id") + "?attributes=password").text.find("tops3cret"),
              std::string::npos);
  }
  for (const ChangeRecord& record : history()) {
    if (record.after) {
      EXPECT_EQ(boost::json::serialize(*record.after).find("tops3cret"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace doorward::test
