// Internal: an nghttp2 session, with its memory packed away while it rests.
//
// A session of nghttp2 is 25 KiB from its first to its last moment: a frame buffer of 16 KiB, tables, its own state,
// nearly all of it zeros between two requests. nghttp2 cannot be told to do with less, but it lets us allocate. So what
// it takes when it is made lies in pages of its own; at rest their words that are not zero are copied out, about one
// KiB, and the pages go back to the system. Addresses stay, so nghttp2 cannot know.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace doorward::net {

// Allocates for one session. Stays where it is.
class Http2Memory {
 public:
  // Room for what nghttp2 takes when a session is made; what is more, or comes later, is from the heap.
  static constexpr std::size_t kRoom = 32 * 1024;

  Http2Memory();
  ~Http2Memory();
  Http2Memory(const Http2Memory&) = delete;
  Http2Memory& operator=(const Http2Memory&) = delete;

  nghttp2_mem functions();
  // The session is made: later blocks come from the heap.
  void close_room() { room_open_ = false; }

  // Until wake() nobody may read or write what lies in the room. Without effect when the system refuses.
  void rest();
  void wake();
  bool resting() const { return packed_ != nullptr; }

  // Bytes that it takes in the room, or in its packed copy.
  std::size_t held() const;
  // Bytes of all rooms of the process that do not rest: they are no part of the heap.
  static std::size_t mapped();

 private:
  static void* allocate(std::size_t size, void* self);
  static void release(void* block, void* self);
  static void* allocate_zeros(std::size_t count, std::size_t size, void* self);
  static void* resize(void* block, std::size_t size, void* self);
  bool in_room(const void* block) const;
  void* take(std::size_t size);

  std::byte* const room_;
  std::size_t used_ = 0;
  bool room_open_ = true;
  std::unique_ptr<std::uint64_t[]> packed_;
  std::size_t packed_words_ = 0;
};

// Owns the session; whoever reaches for it wakes it.
class Http2State {
 public:
  Http2State(const nghttp2_session_callbacks* callbacks, void* user, const nghttp2_option* options);
  ~Http2State();
  Http2State(const Http2State&) = delete;
  Http2State& operator=(const Http2State&) = delete;

  operator nghttp2_session*() {  // every function of nghttp2 takes one
    if (memory_.resting()) memory_.wake();
    return session_;
  }
  void rest() { memory_.rest(); }
  bool resting() const { return memory_.resting(); }
  std::size_t held() const { return memory_.held(); }

 private:
  Http2Memory memory_;
  nghttp2_session* session_ = nullptr;
};

}  // namespace doorward::net
