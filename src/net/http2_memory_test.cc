#include "net/http2_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace doorward::net {
namespace {

TEST(Http2Memory, KeepsEveryByteWhileItRests) {
  Http2Memory memory;
  const nghttp2_mem does = memory.functions();
  std::vector<std::pair<unsigned char*, std::vector<unsigned char>>> blocks;
  for (const std::size_t size : {1U, 24U, 2928U, 4096U, 16394U}) {
    auto* at = static_cast<unsigned char*>(does.calloc(1, size, does.mem_user_data));
    EXPECT_TRUE(std::all_of(at, at + size, [](auto byte) { return byte == 0; }));
    for (std::size_t i = 0; i < size; i += 100) at[i] = static_cast<unsigned char>(i / 100 + 1);
    at[size - 1] = 0xff;
    blocks.emplace_back(at, std::vector<unsigned char>(at, at + size));
  }
  const auto held = memory.held();
  for (int round = 0; round < 3; ++round) {
    memory.rest();
    EXPECT_TRUE(memory.resting());
    EXPECT_LT(memory.held(), held / 6);
    EXPECT_EQ(Http2Memory::mapped(), 0U);
    memory.wake();
    EXPECT_FALSE(memory.resting());
    EXPECT_EQ(memory.held(), held);
    EXPECT_EQ(Http2Memory::mapped(), Http2Memory::kRoom);
    for (const auto& [at, content] : blocks) EXPECT_TRUE(std::equal(content.begin(), content.end(), at));
    blocks[3].first[round] = blocks[3].second[round] = 0;  // what is zero now must not come back
  }
}

TEST(Http2Memory, TakesFromTheHeapWhatHasNoRoomOrComesLater) {
  Http2Memory memory;
  const nghttp2_mem does = memory.functions();
  auto* first = static_cast<char*>(does.malloc(100, does.mem_user_data));
  std::memcpy(first, "kept", 5);
  void* large = does.malloc(Http2Memory::kRoom, does.mem_user_data);
  void* huge = does.calloc(Http2Memory::kRoom, 2, does.mem_user_data);
  memory.close_room();
  const auto held = memory.held();
  void* later = does.malloc(100, does.mem_user_data);
  auto* grown = static_cast<char*>(does.realloc(first, 5000, does.mem_user_data));
  EXPECT_NE(grown, first);
  EXPECT_STREQ(grown, "kept");
  grown = static_cast<char*>(does.realloc(grown, 9000, does.mem_user_data));
  EXPECT_STREQ(grown, "kept");
  EXPECT_EQ(memory.held(), held);
  memory.rest();
  EXPECT_STREQ(grown, "kept") << "the heap stays as it is";
  memory.wake();
  for (void* block :
       {large, huge, later, static_cast<void*>(grown), static_cast<void*>(first), static_cast<void*>(nullptr)}) {
    does.free(block, does.mem_user_data);
  }
}

TEST(Http2Memory, GivesBackItsRoom) {
  {
    Http2Memory one, other;
    EXPECT_EQ(Http2Memory::mapped(), 2 * Http2Memory::kRoom);
    one.rest();
    EXPECT_EQ(Http2Memory::mapped(), Http2Memory::kRoom);
  }
  EXPECT_EQ(Http2Memory::mapped(), 0U);
}

TEST(Http2State, ASessionRestsInTwoKib) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_option* options = nullptr;
  nghttp2_option_new(&options);
  {
    Http2State state(callbacks, nullptr, options);
    const nghttp2_settings_entry setting{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 100};
    nghttp2_submit_settings(state, NGHTTP2_FLAG_NONE, &setting, 1);
    const std::uint8_t* bytes = nullptr;
    EXPECT_GT(nghttp2_session_mem_send(state, &bytes), 0);
    state.rest();
    EXPECT_TRUE(state.resting());
    EXPECT_LT(state.held(), 2048U);
    EXPECT_EQ(nghttp2_session_mem_send(state, &bytes), 0) << "nothing is left to send";
    EXPECT_FALSE(state.resting()) << "whoever uses it wakes it";
    nghttp2_submit_ping(state, NGHTTP2_FLAG_NONE, nullptr);
    state.rest();
    EXPECT_EQ(nghttp2_session_mem_send(state, &bytes), 17) << "the PING that was waiting";
    state.rest();
  }
  nghttp2_option_del(options);
  nghttp2_session_callbacks_del(callbacks);
}

}  // namespace
}  // namespace doorward::net
