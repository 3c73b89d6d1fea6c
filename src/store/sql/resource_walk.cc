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
                                                      const EnvironmentId& environment, const DirectoryId& directory,
                                                      const ResourceWalk& walk, std::int64_t offset) {
  const Query& query = query_of(queries, walk);
  switch (walk.order) {
    case ResourceOrder::kName:
      return find_one(connection, query, {environment, directory, offset}, [](const Row& row) {
        return ResourcePosition{.time = {}, .name = text_at(row, 0), .id = text_at(row, 1)};
      });
    case ResourceOrder::kId:
      return find_one(connection, query, {environment, directory, offset},
                      [](const Row& row) { return ResourcePosition{.time = {}, .name = {}, .id = text_at(row, 0)}; });
    case ResourceOrder::kCreated:
    case ResourceOrder::kModified:
      break;
  }
  return find_one(connection, query, {environment, directory, walk.from, walk.to, offset}, [](const Row& row) {
    return ResourcePosition{.time = time_at(row, 0), .name = {}, .id = text_at(row, 1)};
  });
}

}  // namespace doorward::store
