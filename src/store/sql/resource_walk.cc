#include "store/sql/resource_walk.h"

namespace doorward::store {
namespace {

// Ids are letters, digits and underscores.
constexpr std::string_view kBehindIds = "~";

std::string behind_names() {
  constexpr std::size_t kCodePoints = 512;
  std::string text;
  for (std::size_t i = 0; i < kCodePoints; ++i) text += "\xF4\x8F\xBF\xBF";  // U+10FFFF
  return text;
}

}  // namespace

ResourcePosition start_of(const ResourceWalk& walk) {
  if (!walk.descending) return {.time = walk.from, .name = {}, .id = {}};
  return {.time = walk.to,
          .name = walk.order == ResourceOrder::kName ? behind_names() : std::string(),
          .id = std::string(kBehindIds)};
}

Result<std::optional<ResourcePosition>> find_position(Connection& connection, const WalkQueries& queries,
                                                      std::vector<Value> key, const ResourceWalk& walk,
                                                      std::int64_t offset) {
  const bool by_time = walk.order == ResourceOrder::kCreated || walk.order == ResourceOrder::kModified;
  if (by_time) key.insert(key.end(), {walk.from, walk.to});
  key.emplace_back(offset);
  return find_one(connection, query_of(queries, walk), Values(std::span<const Value>(key)), [&](const Row& row) {
    if (by_time) return ResourcePosition{.time = time_at(row, 0), .name = {}, .id = text_at(row, 1)};
    if (walk.order == ResourceOrder::kId) return ResourcePosition{.time = {}, .name = {}, .id = text_at(row, 0)};
    return ResourcePosition{.time = {}, .name = text_at(row, 0), .id = text_at(row, 1)};
  });
}

}  // namespace doorward::store
