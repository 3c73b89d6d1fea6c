#include "net/outbound/fair_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <set>

namespace doorward::net {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using Queue = FairQueue<std::string>;
using SteadyTime = Queue::SteadyTime;

constexpr SteadyTime kLater{1000h};

bool push(Queue& queue, std::string_view target, std::string item, SteadyTime deadline = kLater) {
  return queue.push(target, deadline, item);
}

std::vector<std::string> begin_all(Queue& queue, std::vector<Queue::Place>* places = nullptr) {
  std::vector<std::string> items;
  while (auto begun = queue.next()) {
    items.push_back(begun->item);
    if (places != nullptr) places->push_back(begun->place);
  }
  return items;
}

// The target answers one request promptly.
void prove(Queue& queue, std::string_view target) {
  ASSERT_TRUE(push(queue, target, "proof"));
  const auto begun = queue.next();
  ASSERT_TRUE(begun);
  queue.finish(begun->place, true);
}

// The target lets one request time out.
void fail(Queue& queue, std::string_view target) {
  ASSERT_TRUE(push(queue, target, "failure"));
  const auto begun = queue.next();
  ASSERT_TRUE(begun);
  queue.finish(begun->place, false);
}

TEST(FairQueue, W11GivesEachTargetOneTurnARound) {
  Queue queue({.places = 100});
  for (const char* target : {"a", "b", "c"}) prove(queue, target);
  for (const char* item : {"a1", "a2", "a3"}) push(queue, "a", item);
  push(queue, "b", "b1");
  push(queue, "c", "c1");
  EXPECT_THAT(begin_all(queue), ElementsAre("a1", "b1", "c1", "a2", "a3"));
}

TEST(FairQueue, W11BoundsWhatOneTargetHolds) {
  Queue queue({.places = 100, .places_per_target = 2, .waiting_per_target = 3});
  prove(queue, "a");
  for (const char* item : {"a1", "a2", "a3"}) EXPECT_TRUE(push(queue, "a", item));
  EXPECT_FALSE(push(queue, "a", "a4"));
  EXPECT_TRUE(push(queue, "b", "b1"));
  std::vector<Queue::Place> places;
  EXPECT_THAT(begin_all(queue, &places), UnorderedElementsAre("a1", "b1", "a2"));
  EXPECT_EQ(queue.waiting(), 1u);
  queue.finish(places[0], true);
  EXPECT_EQ(begin_all(queue).size(), 1u);
}

TEST(FairQueue, W11GivesATargetFewPlacesUntilItHasAnswered) {
  Queue queue({.places = 100, .places_per_target = 8});
  for (int i = 0; i < 10; ++i) push(queue, "new", "n");
  std::vector<Queue::Place> places;
  ASSERT_EQ(begin_all(queue, &places).size(), 4u) << "one path behind it may answer while another hangs";
  for (const auto& place : places) queue.finish(place, true);
  for (int i = 0; i < 4; ++i) push(queue, "new", "n");
  EXPECT_EQ(begin_all(queue).size(), 8u);
}

TEST(FairQueue, W11BoundsWhatTargetsHoldThatDoNotAnswerOrAreNotKnown) {
  Queue queue({.places = 16, .places_per_target = 16});
  prove(queue, "lively");
  for (int i = 0; i < 20; ++i) fail(queue, "dead" + std::to_string(i));
  for (int i = 0; i < 20; ++i) push(queue, "dead" + std::to_string(i), "dead");
  EXPECT_EQ(begin_all(queue).size(), 4u);
  for (int i = 0; i < 20; ++i) push(queue, "new" + std::to_string(i), "new");
  EXPECT_EQ(begin_all(queue).size(), 8u);
  for (int i = 0; i < 20; ++i) push(queue, "lively", "lively");
  EXPECT_EQ(begin_all(queue).size(), 4u);
  EXPECT_EQ(queue.active(), 16u);
}

TEST(FairQueue, W11FollowsHowATargetAnswersLast) {
  Queue queue({.places = 8, .places_per_target = 8});
  const auto may_begin = [&](const char* target) {
    for (int i = 0; i < 8; ++i) push(queue, target, "x");
    std::vector<Queue::Place> places;
    const std::size_t begun = begin_all(queue, &places).size();
    queue.take_all();
    for (const auto& place : places) queue.finish(place, std::nullopt);
    return begun;
  };
  EXPECT_EQ(may_begin("a"), 1u);
  prove(queue, "a");
  EXPECT_EQ(may_begin("a"), 8u);
  fail(queue, "a");
  EXPECT_EQ(may_begin("a"), 2u);
  prove(queue, "a");
  EXPECT_EQ(may_begin("a"), 8u);
}

TEST(FairQueue, HandsOutWhatIsTooLate) {
  Queue queue({});
  push(queue, "a", "early", SteadyTime(1s));
  push(queue, "b", "later", SteadyTime(3s));
  push(queue, "a", "middle", SteadyTime(2s));
  EXPECT_EQ(queue.soonest_deadline(), SteadyTime(1s));
  EXPECT_THAT(queue.expire(SteadyTime(2s)), ElementsAre("early", "middle"));
  EXPECT_EQ(queue.soonest_deadline(), SteadyTime(3s));
  EXPECT_THAT(begin_all(queue), ElementsAre("later"));
  EXPECT_FALSE(queue.soonest_deadline());
}

TEST(FairQueue, ForgetsTheLongestIdleBeyondItsMemory) {
  Queue queue({.places = 2, .places_per_target = 2, .remembered_targets = 2});
  for (const char* target : {"a", "b", "c"}) prove(queue, target);
  for (int i = 0; i < 2; ++i) push(queue, "a", "a");
  EXPECT_EQ(begin_all(queue).size(), 1u) << "nothing is known of a any more";
}

// A world with simulated time: `prompt` targets answer in one tick, the others never before they time out. Whatever is
// sent to those, a request to a prompt target begins as if they were not there.
TEST(FairQueue, W11PropertySlowTargetsNeverDelayPromptOnes) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t from, std::size_t to) {
      return std::uniform_int_distribution<std::size_t>(from, to)(random);
    };
    const FairLimits limits{.places = pick(8, 64), .places_per_target = pick(2, 16), .waiting_per_target = 50};
    const std::size_t prompt_targets = pick(1, limits.places / 4);
    const std::size_t slow_targets = pick(1, 200);
    constexpr int kTimeOutTicks = 30;
    Queue queue(limits);
    for (std::size_t i = 0; i < prompt_targets; ++i) prove(queue, "prompt" + std::to_string(i));

    struct Running {
      Queue::Place place;
      int ends;
      bool prompt;
    };
    std::deque<Running> running;
    for (int tick = 0; tick < 200; ++tick) {
      std::erase_if(running, [&](const Running& one) {
        if (one.ends > tick) return false;
        queue.finish(one.place, one.prompt);
        return true;
      });
      // The slow ones come first and in any number; each prompt target gets what it can answer in a tick.
      for (std::size_t i = 0; i < pick(0, 300); ++i) {
        push(queue, "slow" + std::to_string(pick(1, slow_targets)), "slow");
      }
      std::multiset<std::string> sent;
      for (std::size_t i = 0; i < prompt_targets; ++i) {
        const std::string name = "prompt" + std::to_string(i);
        ASSERT_TRUE(push(queue, name, name));
        sent.insert(name);
      }
      while (auto begun = queue.next()) {
        const bool prompt = begun->item != "slow";
        if (prompt) sent.erase(begun->item);
        running.push_back({begun->place, tick + (prompt ? 1 : kTimeOutTicks), prompt});
        ASSERT_LE(queue.active(), limits.places);
      }
      ASSERT_TRUE(sent.empty()) << "seed " << seed << ", tick " << tick << ": " << sent.size() << " had to wait";
    }
  }
}

}  // namespace
}  // namespace doorward::net
