// The resource types of directories, made of what is stored and kept for the next request.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "domain/scim_definition.h"
#include "ports/store.h"
#include "protocol/scim/directory_types.h"

namespace doorward {

// What an administrator stored of one directory, as values.
struct DirectoryDefinitions {
  std::vector<scim::Schema> schemas;
  std::vector<scim::TypeDefinition> types;

  Result<std::shared_ptr<const scim::DirectoryTypes>> made(std::int64_t version) const {
    return scim::DirectoryTypes::make(version, schemas, types);
  }
};

// kInternal for rows that this server did not write.
Result<DirectoryDefinitions> read_definitions(const std::vector<ScimDefinition>& rows);

// The types of a directory as a write transaction sees it; no query for one that never had schemas of its own.
template <class Tx>
Result<std::shared_ptr<const scim::DirectoryTypes>> types_within(Tx& tx, const Directory& directory) {
  if (directory.schema_version == 0) return scim::DirectoryTypes::standard();
  DOORWARD_TRY(const auto rows, tx.scim_definitions().list(directory.environment_id, directory.id));
  DOORWARD_TRY(const DirectoryDefinitions definitions, read_definitions(rows));
  return definitions.made(directory.schema_version);
}

// Thread-safe. A directory without schemas of its own costs no query and no memory.
class TypeCache {
 public:
  static constexpr std::size_t kMaxDirectories = 1000;

  TypeCache(Store& store, EnvironmentId environment) : store_(store), environment_(std::move(environment)) {}

  // The types at this version or, when the cache knows of a later one, at that. kDirectoryNotFound when the directory
  // is gone; otherwise what the store says.
  task<Result<std::shared_ptr<const scim::DirectoryTypes>>> types_of(const DirectoryId& directory, std::int64_t version,
                                                                     std::chrono::steady_clock::time_point deadline);

  // After a change was committed here: requests that were authenticated before it see it too. Other nodes see it when
  // they look at the directory's row next; until then their writes are refused by that row.
  void forget(const DirectoryId& directory);

 private:
  struct Entry {
    std::shared_ptr<const scim::DirectoryTypes> types;  // null: to be read, whatever the version
  };

  Store& store_;
  EnvironmentId environment_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace doorward
