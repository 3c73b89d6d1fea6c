#include "net/http2_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <span>
#include <vector>

namespace doorward::net {
namespace {

constexpr std::size_t kAlignment = alignof(std::max_align_t);
constexpr std::size_t kWordsOfMask = 64;

std::atomic<std::size_t> rooms_awake{0};

std::byte* map_room() {
  void* room = mmap(nullptr, Http2Memory::kRoom, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  // Neighbouring rooms would be joined to huge pages, which stay when a part of them is given back.
  madvise(room, Http2Memory::kRoom, MADV_NOHUGEPAGE);
  return static_cast<std::byte*>(room);
}

// For each 64 words a mask of those that are not zero, and these.
void pack(std::span<const std::uint64_t> words, std::vector<std::uint64_t>& to) {
  for (std::size_t first = 0; first < words.size(); first += kWordsOfMask) {
    const auto some = words.subspan(first, std::min(kWordsOfMask, words.size() - first));
    const std::size_t mask = to.size();
    to.push_back(0);
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (some[i] == 0) continue;
      to[mask] |= std::uint64_t{1} << i;
      to.push_back(some[i]);
    }
  }
}

// `words` are all zero.
void unpack(const std::uint64_t* from, std::span<std::uint64_t> words) {
  for (std::size_t first = 0; first < words.size(); first += kWordsOfMask) {
    const std::uint64_t mask = *from++;
    const std::size_t count = std::min(kWordsOfMask, words.size() - first);
    for (std::size_t i = 0; i < count && mask >> i != 0; ++i) {
      if ((mask >> i & 1) != 0) words[first + i] = *from++;
    }
  }
}

}  // namespace

Http2Memory::Http2Memory() : room_(map_room()) { rooms_awake.fetch_add(1, std::memory_order_relaxed); }

Http2Memory::~Http2Memory() {
  if (!resting()) rooms_awake.fetch_sub(1, std::memory_order_relaxed);
  munmap(room_, kRoom);
}

std::size_t Http2Memory::mapped() { return rooms_awake.load(std::memory_order_relaxed) * kRoom; }

nghttp2_mem Http2Memory::functions() { return {this, allocate, release, allocate_zeros, resize}; }

bool Http2Memory::in_room(const void* block) const {
  const auto* at = static_cast<const std::byte*>(block);
  return at >= room_ && at < room_ + kRoom;
}

// Zeroed. Before the block stands its size, for resize().
void* Http2Memory::take(std::size_t size) {
  if (!room_open_ || size > kRoom) return nullptr;
  const std::size_t whole = (kAlignment + size + kAlignment - 1) / kAlignment * kAlignment;
  if (whole > kRoom - used_) return nullptr;
  std::byte* const at = room_ + used_;
  used_ += whole;
  std::memcpy(at, &size, sizeof size);
  return at + kAlignment;
}

void* Http2Memory::allocate(std::size_t size, void* self) {
  void* block = static_cast<Http2Memory*>(self)->take(size);
  return block != nullptr ? block : std::malloc(size);
}

void* Http2Memory::allocate_zeros(std::size_t count, std::size_t size, void* self) {
  if (size != 0 && count > kRoom / size) return std::calloc(count, size);
  void* block = static_cast<Http2Memory*>(self)->take(count * size);
  return block != nullptr ? block : std::calloc(count, size);
}

// A block in the room is not used again: those are few, and nearly all live as long as the session.
void Http2Memory::release(void* block, void* self) {
  if (!static_cast<Http2Memory*>(self)->in_room(block)) std::free(block);
}

void* Http2Memory::resize(void* block, std::size_t size, void* self) {
  if (block == nullptr) return allocate(size, self);
  if (!static_cast<Http2Memory*>(self)->in_room(block)) return std::realloc(block, size);
  std::size_t before = 0;
  std::memcpy(&before, static_cast<std::byte*>(block) - kAlignment, sizeof before);
  void* moved = allocate(size, self);
  if (moved != nullptr) std::memcpy(moved, block, std::min(before, size));
  return moved;
}

void Http2Memory::rest() {
  if (resting()) return;
  thread_local std::vector<std::uint64_t> packing;
  packing.clear();
  pack({reinterpret_cast<const std::uint64_t*>(room_), used_ / sizeof(std::uint64_t)}, packing);
  auto packed = std::make_unique_for_overwrite<std::uint64_t[]>(packing.size());
  std::ranges::copy(packing, packed.get());
  if (madvise(room_, kRoom, MADV_DONTNEED) != 0) return;
  packed_ = std::move(packed);
  packed_words_ = packing.size();
  rooms_awake.fetch_sub(1, std::memory_order_relaxed);
}

void Http2Memory::wake() {
  unpack(packed_.get(), {reinterpret_cast<std::uint64_t*>(room_), used_ / sizeof(std::uint64_t)});
  packed_.reset();
  packed_words_ = 0;
  rooms_awake.fetch_add(1, std::memory_order_relaxed);
}

std::size_t Http2Memory::held() const { return resting() ? packed_words_ * sizeof(std::uint64_t) : used_; }

Http2State::Http2State(const nghttp2_session_callbacks* callbacks, void* user, const nghttp2_option* options) {
  nghttp2_mem functions = memory_.functions();
  if (nghttp2_session_server_new3(&session_, callbacks, user, options, &functions) != 0) throw std::bad_alloc();
  memory_.close_room();
}

Http2State::~Http2State() { nghttp2_session_del(*this); }

}  // namespace doorward::net
