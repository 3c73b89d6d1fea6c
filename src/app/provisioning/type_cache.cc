#include "app/provisioning/type_cache.h"

#include <fmt/format.h>

#include <utility>

#include "protocol/scim/schema_reader.h"

namespace doorward {

Result<DirectoryDefinitions> read_definitions(const std::vector<ScimDefinition>& rows) {
  DirectoryDefinitions out;
  for (const ScimDefinition& row : rows) {
    if (row.kind == ScimDefinitionKind::kResourceType) {
      out.types.push_back(scim::read_type_definition(row.document));
      continue;
    }
    auto schema = scim::read_schema(row.document, "schema");
    if (!schema) return failure(internal_error(fmt::format("stored schema {} is not readable", row.name)));
    out.schemas.push_back(*std::move(schema));
  }
  return out;
}

task<Result<std::shared_ptr<const scim::DirectoryTypes>>> TypeCache::types_of(
    const DirectoryId& directory, std::int64_t version, std::chrono::steady_clock::time_point deadline) {
  using Types = std::shared_ptr<const scim::DirectoryTypes>;
  {
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(directory.str());
    if (known == entries_.end()) {
      if (version == 0) co_return scim::DirectoryTypes::standard();
    } else if (known->second.types != nullptr && known->second.types->version() >= version) {
      co_return known->second.types;
    }
  }
  auto types = co_await store_.read("scim.types", {.deadline = deadline}, [&](const ReadTx& tx) -> Result<Types> {
    DOORWARD_TRY(const auto row, tx.directories().find_by_id(environment_, directory));
    if (!row) return failure(Reason::kDirectoryNotFound, "directory not found");
    return types_within(tx, *row);
  });
  if (types) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= kMaxDirectories) entries_.clear();
    Entry& entry = entries_[directory.str()];
    if (entry.types == nullptr || entry.types->version() < (*types)->version()) entry.types = *types;
  }
  co_return types;
}

void TypeCache::forget(const DirectoryId& directory) {
  const std::lock_guard lock(mutex_);
  entries_[directory.str()].types.reset();
}

}  // namespace doorward
