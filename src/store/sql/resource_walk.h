// Walks through users, groups and resources of other types (domain/resource_walk.h): which of a table's statements
// serves one, and what it is given.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "domain/resource_walk.h"
#include "store/sql/connection.h"
#include "store/sql/read_row.h"

namespace doorward::store {

// By ResourceOrder, ascending and descending.
using WalkQueries = std::array<std::array<Query, 2>, 4>;

inline const Query& query_of(const WalkQueries& queries, const ResourceWalk& walk) {
  return queries.at(static_cast<std::size_t>(walk.order)).at(walk.descending ? 1 : 0);
}

inline bool is_bounded(const ResourceWalk& walk) {
  const bool by_time = walk.order == ResourceOrder::kCreated || walk.order == ResourceOrder::kModified;
  return by_time && (walk.from != Timestamp::min() || walk.to != Timestamp::max());
}

// Where a walk begins: before every id and name that there is, or behind it. No name is as long as the last one.
ResourcePosition start_of(const ResourceWalk& walk);

// `key` says through which resources: environment, directory, and the type where a table holds several. Parameters: the
// key, then by time: time, id, the bound of the far end; by name: name, id; by id: id; then the limit.
template <class Read>
auto walk_rows(Connection& connection, const WalkQueries& queries, std::vector<Value> key, const ResourceWalk& walk,
               const std::optional<ResourcePosition>& after, std::int64_t limit, Read read) {
  const ResourcePosition from = after ? *after : start_of(walk);
  switch (walk.order) {
    case ResourceOrder::kName:
      key.insert(key.end(), {from.name, from.id});
      break;
    case ResourceOrder::kId:
      key.emplace_back(from.id);
      break;
    case ResourceOrder::kCreated:
    case ResourceOrder::kModified:
      key.insert(key.end(), {from.time, from.id, walk.descending ? walk.from : walk.to});
      break;
  }
  key.emplace_back(limit);
  return find_all(connection, query_of(queries, walk), Values(std::span<const Value>(key)), read);
}

// Parameters: the key, then by time: from, to; then the offset. Columns: time or name, id; by id: id.
Result<std::optional<ResourcePosition>> find_position(Connection& connection, const WalkQueries& queries,
                                                      std::vector<Value> key, const ResourceWalk& walk,
                                                      std::int64_t offset);

}  // namespace doorward::store
