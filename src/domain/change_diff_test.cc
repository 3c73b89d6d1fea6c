#include "domain/change_diff.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>

namespace doorward {
namespace {

boost::json::object object(const char* text) { return boost::json::parse(text).as_object(); }

TEST(ChangeDiff, NamesWhatAppearedVanishedAndChanged) {
  const auto changes = change_diff(object(R"({"a":1,"b":[1],"c":"x"})"), object(R"({"b":[2],"c":"x","d":null})"));
  EXPECT_EQ(boost::json::serialize(changes), R"({"previous_values":{"a":1,"b":[1]},"new_values":{"b":[2],"d":null}})");
}

TEST(ChangeDiff, ClockAloneIsNoChange) {
  EXPECT_TRUE(change_diff(object(R"({"a":1,"update_time":"1"})"), object(R"({"a":1,"update_time":"2"})")).empty());
}

TEST(ChangeDiff, BeforePlusChangesIsAfterForRandomObjects) {
  std::mt19937 random(20240101);
  const auto make = [&] {
    boost::json::object o;
    for (char name = 'a'; name < 'h'; ++name) {
      switch (random() % 4) {
        case 0:
          o[std::string(1, name)] = static_cast<int>(random() % 3);
          break;
        case 1:
          o[std::string(1, name)] = boost::json::array{static_cast<int>(random() % 3)};
          break;
        case 2:
          o[std::string(1, name)] = nullptr;
          break;
        default:
          break;
      }
    }
    return o;
  };
  for (int i = 0; i < 2'000; ++i) {
    const auto before = make();
    const auto after = make();
    EXPECT_EQ(apply_change_diff(before, change_diff(before, after)), after);
  }
}

}  // namespace
}  // namespace doorward
