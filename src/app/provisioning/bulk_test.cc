#include "app/provisioning/bulk.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <deque>
#include <set>

#include "base/completion.h"

namespace doorward {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

// Notes what it is asked to do. An operation ends at once, or, when `holds` is set, when all that began have.
class Recorder final : public BulkRunner {
 public:
  task<scim::BulkAnswer> run(const scim::BulkOperation& operation) override {
    const std::string name = operation.bulk_id.empty() ? operation.method + operation.path : operation.bulk_id;
    order.push_back(name);
    data.push_back(json::serialize(operation.data));
    most = std::max(most, ++in_flight);
    if (holds) {
      co_await Completion<int>([this](auto deliver) {
        waiting.push_back(std::move(deliver));
        if (waiting.size() < hold_until) return;
        for (auto all = std::exchange(waiting, {}); auto& one : all) one(0);
      });
    }
    --in_flight;
    scim::BulkAnswer answer{.status = operation.method == "POST" ? 201 : 200, .id = "id-" + operation.bulk_id};
    if (failing.contains(name)) answer = {.status = 400, .error = "{}"};
    co_return answer;
  }

  std::vector<std::string> order;
  std::vector<std::string> data;
  std::set<std::string> failing;
  std::size_t in_flight = 0;
  std::size_t most = 0;
  bool holds = false;
  std::size_t hold_until = 1;
  std::vector<Completion<int>::Deliver> waiting;
};

scim::BulkOperation post(std::string bulk_id, std::string_view data = "{}") {
  return {.method = "POST", .path = "/Groups", .bulk_id = std::move(bulk_id), .data = json::parse(data).as_object()};
}

scim::BulkOperation member(std::string bulk_id, const std::string& of) {
  return post(std::move(bulk_id), fmt::format(R"({{"members":[{{"value":"bulkId:{}"}}]}})", of));
}

scim::BulkOperation other(std::string method, std::string path, std::string_view data = "{}") {
  return {.method = std::move(method), .path = std::move(path), .data = json::parse(data).as_object()};
}

BulkAnswers run(Recorder& recorder, std::vector<scim::BulkOperation> operations, std::size_t fail_on_errors = 0) {
  scim::BulkRequest request{.fail_on_errors = fail_on_errors, .operations = std::move(operations)};
  return sync_wait(run_bulk(request, recorder));
}

TEST(RunBulk, RunsInTheOrderOfTheRequest) {
  Recorder recorder;
  const auto answers = run(recorder, {post("a"), other("PATCH", "/Users/1"), post("b"), other("DELETE", "/Users/1")});
  EXPECT_THAT(recorder.order, ElementsAre("a", "PATCH/Users/1", "b", "DELETE/Users/1"));
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_EQ(answers[0]->status, 201);
  EXPECT_EQ(answers[3]->status, 200);
}

TEST(RunBulk, ResolvesBackwardAndForward) {
  Recorder recorder;
  run(recorder, {member("g", "late"), post("a"), member("h", "a"), post("late"), other("PATCH", "/Groups/bulkId:g")});
  EXPECT_THAT(recorder.order, ElementsAre("a", "late", "g", "h", "PATCH/Groups/id-g"));
  EXPECT_THAT(recorder.data[2], HasSubstr("id-late"));
  EXPECT_THAT(recorder.data[3], HasSubstr("id-a"));
}

TEST(RunBulk, WhatFollowsOnAPathWaitsWithWhatWasBeforeIt) {
  Recorder recorder;
  run(recorder, {other("PATCH", "/Groups/1", R"({"x":"bulkId:a"})"), other("DELETE", "/Groups/1"),
                 other("DELETE", "/Groups/2"), post("a")});
  EXPECT_THAT(recorder.order, ElementsAre("DELETE/Groups/2", "a", "PATCH/Groups/1", "DELETE/Groups/1"));
}

TEST(RunBulk, RefusesAReferenceToNobodyAndGoesOn) {
  Recorder recorder;
  recorder.failing = {"bad"};
  const auto answers = run(recorder, {member("g", "none"), post("bad"), member("h", "bad"), post("last")});
  EXPECT_THAT(recorder.order, ElementsAre("bad", "last"));
  EXPECT_EQ(answers[0]->status, 400);
  EXPECT_THAT(answers[0]->error, HasSubstr("invalidValue"));
  EXPECT_THAT(answers[0]->error, HasSubstr("Operation 0"));
  EXPECT_EQ(answers[2]->status, 400) << "what it names was not made";
  EXPECT_EQ(answers[3]->status, 201);
}

TEST(RunBulk, AnswersAFaultyOperationWithoutRunningIt) {
  Recorder recorder;
  scim::BulkOperation faulty = post("a");
  faulty.fault = make_error(Reason::kScimInvalidSyntax, "No.");
  const auto answers = run(recorder, {faulty, member("b", "a")});
  EXPECT_TRUE(recorder.order.empty());
  EXPECT_THAT(answers[0]->error, HasSubstr("No."));
  EXPECT_EQ(answers[1]->status, 400);
}

TEST(RunBulk, ClosesACircleByAPatch) {
  Recorder recorder;
  const auto answers = run(recorder, {member("a", "b"), member("b", "a")});
  EXPECT_THAT(recorder.order, ElementsAre("a", "b", "PATCH/Groups/id-a"));
  EXPECT_EQ(recorder.data[0], "{}");
  EXPECT_THAT(recorder.data[1], HasSubstr("id-a"));
  EXPECT_THAT(recorder.data[2], HasSubstr(R"("op":"add","path":"members","value":[{"value":"id-b"}])"));
  EXPECT_EQ(answers[0]->status, 201);
  EXPECT_EQ(answers[1]->status, 201);
  Recorder itself;
  run(itself, {member("a", "a")});
  EXPECT_THAT(itself.order, ElementsAre("a", "PATCH/Groups/id-a"));
}

TEST(RunBulk, RemovesWhatACircleLeavesIncomplete) {
  Recorder recorder;
  recorder.failing = {"b"};
  auto answers = run(recorder, {member("a", "b"), member("b", "a")});
  EXPECT_THAT(recorder.order, ElementsAre("a", "b", "DELETE/Groups/id-a"));
  EXPECT_EQ(answers[0]->status, 409);
  EXPECT_THAT(answers[0]->error, HasSubstr("circle"));

  Recorder refusing;
  refusing.failing = {"PATCH/Groups/id-a"};
  answers = run(refusing, {member("a", "b"), member("b", "a")});
  EXPECT_THAT(refusing.order, ElementsAre("a", "b", "PATCH/Groups/id-a", "DELETE/Groups/id-a"));
  EXPECT_EQ(answers[0]->status, 409);
  EXPECT_EQ(answers[1]->status, 201);
}

TEST(RunBulk, StopsBehindTheLastErrorThatIsAllowed) {
  Recorder recorder;
  recorder.failing = {"b", "d"};
  const auto answers = run(recorder, {post("a"), post("b"), post("c"), post("d"), post("e")}, 2);
  EXPECT_THAT(recorder.order, ElementsAre("a", "b", "c", "d"));
  EXPECT_TRUE(answers[3]);
  EXPECT_FALSE(answers[4]);
}

TEST(RunBulk, NeverHasMoreUnderWayThanErrorsAreLeft) {
  std::vector<scim::BulkOperation> operations;
  for (std::size_t i = 0; i < 3 * kBulkInFlight; ++i) operations.push_back(post(fmt::format("p{}", i)));
  Recorder together;
  together.holds = true;
  together.hold_until = kBulkInFlight;
  run(together, operations);
  EXPECT_EQ(together.most, kBulkInFlight);
  Recorder careful;
  careful.holds = true;
  run(careful, operations, 1);
  EXPECT_EQ(careful.most, 1U);
  EXPECT_EQ(careful.order.size(), operations.size());
}

TEST(RunBulk, RunsALargeOperationAlone) {
  Recorder recorder;
  recorder.holds = true;
  recorder.hold_until = 1;
  std::vector<scim::BulkOperation> operations = {post("a"), post("large"), post("b")};
  operations[1].bytes = kBulkAloneBytes + 1;
  run(recorder, operations);
  EXPECT_THAT(recorder.order, ElementsAre("a", "large", "b"));
}

TEST(RunBulk, AnExceptionIsTheAnswerOfItsOperationAlone) {
  class Throwing final : public BulkRunner {
   public:
    task<scim::BulkAnswer> run(const scim::BulkOperation& operation) override {
      if (operation.bulk_id == "a") throw std::runtime_error("a bug");
      co_return scim::BulkAnswer{.status = 201};
    }
  } runner;
  scim::BulkRequest request{.operations = {post("a"), post("b")}};
  const auto answers = sync_wait(run_bulk(request, runner));
  EXPECT_EQ(answers[0]->status, 500);
  EXPECT_EQ(answers[0]->error.find("a bug"), std::string::npos);
  EXPECT_EQ(answers[1]->status, 201);
}

}  // namespace
}  // namespace doorward
