#include <gtest/gtest.h>

#include <deque>

#include "ports/offload.h"
#include "ports/store.h"

namespace doorward {
namespace {

class FullPool : public Offload {
 public:
  bool submit(std::move_only_function<void()>) override { return false; }
};

class InlinePool : public Offload {
 public:
  bool submit(std::move_only_function<void()> work) override {
    work();
    return true;
  }
};

TEST(Offload, DeliversTheResult) {
  InlinePool pool;
  EXPECT_EQ(sync_wait(pool.run([] { return 3; })).value(), 3);
}

TEST(Offload, SaysOverloadedWhenFull) {
  FullPool pool;
  const auto refused = sync_wait(pool.run([] { return 3; }));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, Reason::kOverloaded);
}

}  // namespace
}  // namespace doorward
