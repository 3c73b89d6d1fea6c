#include "app/directories/scim_schemas.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <optional>
#include <utility>

#include "app/directories/directory_records.h"
#include "app/directories/lookup.h"
#include "app/directories/schema_fit.h"
#include "app/provisioning/change_sink.h"
#include "app/provisioning/profile_news.h"
#include "protocol/scim/case_fold.h"
#include "protocol/scim/discovery.h"
#include "protocol/scim/limits.h"
#include "protocol/scim/schema_reader.h"

namespace doorward {
namespace {

namespace json = boost::json;

Error schema_not_found(std::string_view urn) {
  return make_error(Reason::kScimSchemaNotFound, fmt::format("There is no registered schema {}.", urn));
}
Error type_not_found(std::string_view name) {
  return make_error(Reason::kScimResourceTypeNotFound, fmt::format("There is no resource type {}.", name));
}

bool is_standard(std::string_view type) { return type == scim::user_type().name || type == scim::group_type().name; }

std::vector<scim::Schema>::iterator find_schema(DirectoryDefinitions& definitions, std::string_view urn) {
  return std::ranges::find_if(definitions.schemas,
                              [&](const scim::Schema& schema) { return scim::equal_names(schema.id, urn); });
}

std::vector<scim::TypeDefinition>::iterator find_type(DirectoryDefinitions& definitions, std::string_view name) {
  return std::ranges::find_if(definitions.types, [&](const scim::TypeDefinition& type) { return type.name == name; });
}

scim::ResourceType type_named(const scim::DirectoryTypes& types, std::string_view name) { return *types.named(name); }

}  // namespace

// The definitions on their way from what they were to what they become, and what changed for the history.
struct ScimSchemas::Change {
  WriteTx& tx;
  const Directory& directory;
  const scim::DirectoryTypes& before;
  DirectoryDefinitions definitions;

  ObjectKind object = ObjectKind::kScimSchema;
  std::string object_id;
  std::optional<json::object> old_document;
  std::optional<json::object> new_document;

  void schema(const std::string& urn, std::optional<json::object> old, std::optional<json::object> next) {
    object = ObjectKind::kScimSchema;
    object_id = urn;
    old_document = std::move(old);
    new_document = std::move(next);
  }
  void type(const std::string& name, std::optional<json::object> old, std::optional<json::object> next) {
    object = ObjectKind::kScimResourceType;
    object_id = name;
    old_document = std::move(old);
    new_document = std::move(next);
  }
  ChangeOp op() const {
    if (!old_document) return ChangeOp::kCreate;
    return new_document ? ChangeOp::kUpdate : ChangeOp::kDelete;
  }
};

task<Result<ScimSchemas::Types>> ScimSchemas::change(std::string_view name, const Caller& by, const Place& place,
                                                     const Edit& edit) {
  const TransactionId txn = ids_.next<TransactionId>();
  auto changed = co_await store_.write(name, write_options(by, place.directory), [&](WriteTx& tx) -> Result<Types> {
    DOORWARD_TRY(const Directory directory, lock_directory(tx, by.environment_id, place.organization, place.directory));
    DOORWARD_TRY(const auto rows, tx.scim_definitions().list(by.environment_id, place.directory));
    DOORWARD_TRY(DirectoryDefinitions stored, read_definitions(rows));
    const std::int64_t version = directory.schema_version;
    DOORWARD_TRY(const Types before, stored.made(version));
    Change step{.tx = tx, .directory = directory, .before = *before, .definitions = std::move(stored)};
    DOORWARD_CHECK(edit(step));
    if (step.old_document == step.new_document) return before;
    DOORWARD_TRY(Types after, step.definitions.made(version + 1));
    DOORWARD_CHECK(fit_stored_resources(tx, directory, *before, *after));

    const Timestamp now = clock_.now();
    const auto kind =
        step.object == ObjectKind::kScimSchema ? ScimDefinitionKind::kSchema : ScimDefinitionKind::kResourceType;
    const std::string key =
        kind == ScimDefinitionKind::kSchema ? scim::fold_case(step.object_id) : std::string(step.object_id);
    if (step.new_document) {
      DOORWARD_CHECK(tx.scim_definitions().put({.environment_id = by.environment_id,
                                                .directory_id = place.directory,
                                                .kind = kind,
                                                .name = key,
                                                .document = *step.new_document,
                                                .create_time = now,
                                                .update_time = now}));
    } else {
      DOORWARD_CHECK(tx.scim_definitions().remove(by.environment_id, place.directory, kind, key));
    }
    DOORWARD_CHECK(tx.directories().raise_schema_version(by.environment_id, place.directory));
    const ChangeContext context = ChangeContext::of(by, txn, now);
    auto record = record_change(context, ids_.next<EventId>(),
                                {.object = step.object,
                                 .object_id = step.object_id,
                                 .display_name = step.object_id,
                                 .organization_id = place.organization,
                                 .directory_id = place.directory},
                                step.op(), step.old_document, step.new_document);
    if (record) DOORWARD_CHECK(tx.changes().append(*std::move(record)));
    if (!directory.attribute_mappings.empty()) {
      ChangeSink sink(tx, {by.environment_id, place.organization, place.directory}, context, ids_);
      DOORWARD_CHECK(tell_mappings_changed(sink, directory));
    }
    return after;
  });
  if (changed) types_.forget(place.directory);
  co_return changed;
}

task<Result<DirectoryDefinitions>> ScimSchemas::definitions(const Caller& by, const Place& place) {
  co_return co_await store_.read(
      "directory.scim_schemas", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<DirectoryDefinitions> {
        DOORWARD_CHECK(find_directory(tx, by.environment_id, place.organization, place.directory));
        DOORWARD_TRY(const auto rows, tx.scim_definitions().list(by.environment_id, place.directory));
        return read_definitions(rows);
      });
}

task<Result<scim::Schema>> ScimSchemas::register_schema(const Caller& by, const Place& place, json::object document) {
  DOORWARD_CO_TRY(const scim::Schema schema, scim::read_schema(document, "schema"));
  const json::object stored = scim::schema_definition(schema);
  if (json::serialize(stored).size() > scim::limits::kSchemaBytes) {
    co_return failure(
        invalid_field("schema", fmt::format("must be at most {} bytes", scim::limits::kSchemaBytes), "scim_schema"));
  }
  DOORWARD_CO_CHECK(co_await change("directory.register_schema", by, place, [&](Change& step) -> Result<void> {
    const auto found = find_schema(step.definitions, schema.id);
    if (found == step.definitions.schemas.end()) {
      step.schema(schema.id, std::nullopt, stored);
      step.definitions.schemas.push_back(schema);
    } else {
      step.schema(found->id, scim::schema_definition(*found), stored);
      *found = schema;
    }
    return {};
  }));
  co_return schema;
}

task<Result<std::vector<scim::Schema>>> ScimSchemas::list_schemas(const Caller& by, const Place& place) {
  DOORWARD_CO_TRY(DirectoryDefinitions found, co_await definitions(by, place));
  co_return std::move(found.schemas);
}

task<Result<scim::Schema>> ScimSchemas::get_schema(const Caller& by, const Place& place, const std::string& urn) {
  DOORWARD_CO_TRY(DirectoryDefinitions all, co_await definitions(by, place));
  const auto found = find_schema(all, urn);
  if (found == all.schemas.end()) co_return failure(schema_not_found(urn));
  co_return std::move(*found);
}

task<Result<void>> ScimSchemas::remove_schema(const Caller& by, const Place& place, const std::string& urn) {
  const auto removed = co_await change("directory.remove_schema", by, place, [&](Change& step) -> Result<void> {
    const auto found = find_schema(step.definitions, urn);
    if (found == step.definitions.schemas.end()) return failure(schema_not_found(urn));
    for (const scim::TypeDefinition& type : step.definitions.types) {
      const bool uses = scim::equal_names(type.schema, urn) ||
                        std::ranges::any_of(type.extensions, [&](const scim::ExtensionUse& use) {
                          return scim::equal_names(use.schema, urn);
                        });
      if (uses) {
        return failure(Reason::kScimSchemaInUse, fmt::format("The resource type {} uses this schema.", type.name));
      }
    }
    step.schema(found->id, scim::schema_definition(*found), std::nullopt);
    step.definitions.schemas.erase(found);
    return {};
  });
  if (!removed) co_return tl::unexpected(removed.error());
  co_return Result<void>();
}

task<Result<scim::ResourceType>> ScimSchemas::create_type(const Caller& by, const Place& place,
                                                          scim::TypeDefinition definition) {
  if (is_standard(definition.name)) {
    co_return failure(Reason::kScimResourceTypeExists,
                      fmt::format("Every directory has the resource type {}.", definition.name));
  }
  DOORWARD_CO_CHECK(scim::check_type_definition(definition, "resource_type"));
  DOORWARD_CO_TRY(const Types types,
                  co_await change("directory.create_resource_type", by, place, [&](Change& step) -> Result<void> {
                    if (find_type(step.definitions, definition.name) != step.definitions.types.end()) {
                      return failure(Reason::kScimResourceTypeExists, "There is a resource type of this name.");
                    }
                    step.type(definition.name, std::nullopt, scim::type_definition_document(definition));
                    step.definitions.types.push_back(definition);
                    return {};
                  }));
  co_return type_named(*types, definition.name);
}

task<Result<std::vector<scim::ResourceType>>> ScimSchemas::list_types(const Caller& by, const Place& place) {
  DOORWARD_CO_TRY(const DirectoryDefinitions found, co_await definitions(by, place));
  DOORWARD_CO_TRY(const Types types, found.made(1));
  co_return types->all();
}

task<Result<scim::ResourceType>> ScimSchemas::get_type(const Caller& by, const Place& place, const std::string& name) {
  DOORWARD_CO_TRY(const DirectoryDefinitions found, co_await definitions(by, place));
  DOORWARD_CO_TRY(const Types types, found.made(1));
  const scim::ResourceType* type = types->named(name);
  if (type == nullptr) co_return failure(type_not_found(name));
  co_return *type;
}

task<Result<void>> ScimSchemas::remove_type(const Caller& by, const Place& place, const std::string& name) {
  const auto removed = co_await change("directory.remove_resource_type", by, place, [&](Change& step) -> Result<void> {
    if (is_standard(name)) {
      return failure(Reason::kScimResourceTypeInUse, fmt::format("Every directory has the resource type {}.", name));
    }
    const auto found = find_type(step.definitions, name);
    if (found == step.definitions.types.end()) return failure(type_not_found(name));
    DOORWARD_TRY(const auto stored, count_resources(step.tx, step.directory, *step.before.named(name)));
    if (stored > 0) {
      return failure(Reason::kScimResourceTypeInUse,
                     fmt::format("There are {} resources of this type: delete them first.", stored));
    }
    step.type(name, scim::type_definition_document(*found), std::nullopt);
    step.definitions.types.erase(found);
    return {};
  });
  if (!removed) co_return tl::unexpected(removed.error());
  co_return Result<void>();
}

task<Result<scim::ResourceType>> ScimSchemas::attach_extension(const Caller& by, const Place& place,
                                                               const std::string& type, scim::ExtensionUse use) {
  DOORWARD_CO_TRY(const Types types,
                  co_await change("directory.attach_extension", by, place, [&](Change& step) -> Result<void> {
                    auto found = find_type(step.definitions, type);
                    std::optional<json::object> old;
                    if (found == step.definitions.types.end()) {
                      const scim::ResourceType* standard = is_standard(type) ? step.before.named(type) : nullptr;
                      if (standard == nullptr) return failure(type_not_found(type));
                      step.definitions.types.push_back({.name = standard->name,
                                                        .endpoint = standard->endpoint,
                                                        .description = standard->description,
                                                        .schema = standard->schema.id,
                                                        .extensions = {}});
                      found = std::prev(step.definitions.types.end());
                    } else {
                      old = scim::type_definition_document(*found);
                    }
                    const auto known = std::ranges::find_if(found->extensions, [&](const scim::ExtensionUse& one) {
                      return scim::equal_names(one.schema, use.schema);
                    });
                    if (known != found->extensions.end()) {
                      known->required = use.required;
                    } else {
                      found->extensions.push_back(use);
                    }
                    DOORWARD_CHECK(scim::check_type_definition(*found, "resource_type"));
                    step.type(type, std::move(old), scim::type_definition_document(*found));
                    return {};
                  }));
  co_return type_named(*types, type);
}

task<Result<void>> ScimSchemas::detach_extension(const Caller& by, const Place& place, const std::string& type,
                                                 const std::string& urn) {
  const auto detached = co_await change("directory.detach_extension", by, place, [&](Change& step) -> Result<void> {
    const auto found = find_type(step.definitions, type);
    if (found == step.definitions.types.end() && !is_standard(type)) return failure(type_not_found(type));
    const auto gone = [&](const scim::ExtensionUse& use) { return scim::equal_names(use.schema, urn); };
    if (found == step.definitions.types.end() || std::ranges::none_of(found->extensions, gone)) {
      return failure(Reason::kScimExtensionNotFound, fmt::format("{} was not attached to {}.", urn, type));
    }
    json::object old = scim::type_definition_document(*found);
    std::erase_if(found->extensions, gone);
    // Of User and Group only what was attached is kept.
    const bool drop = is_standard(type) && found->extensions.empty();
    step.type(type, std::move(old), drop ? std::optional<json::object>() : scim::type_definition_document(*found));
    return {};
  });
  if (!detached) co_return tl::unexpected(detached.error());
  co_return Result<void>();
}

}  // namespace doorward
