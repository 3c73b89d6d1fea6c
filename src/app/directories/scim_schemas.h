// Use cases of an administrator on the SCIM schemas and resource types of a directory (doorward.v1.ScimSchemaService).
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/provisioning/type_cache.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/directory.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"
#include "protocol/scim/directory_types.h"

namespace doorward {

// Each change is one transaction that locks the directory, and holds for the next request of the identity provider.
//
// Stored resources are never rewritten:
//  - what a schema no longer says is hidden from answers and filters, and goes with the next change of the resource;
//  - an attribute or an extension becomes required only while there is no resource of the types that use it;
//  - an attribute becomes unique while those types have scim::limits::kIndexedAtOnce resources at most, and no two of
//    them the same value.
// Both are kScimSchemaInUse otherwise. Mappings of users that lead to a changed attribute are followed by the users as
// app/provisioning/profile_news.h says.
//
// All methods: kOrganizationNotFound and kDirectoryNotFound for anything outside the caller's environment or the named
// organization. Thread-safe.
class ScimSchemas {
 public:
  ScimSchemas(Store& store, Clock& clock, Ids& ids, TypeCache& types)
      : store_(store), clock_(clock), ids_(ids), types_(types) {}

  struct Place {
    OrganizationId organization;
    DirectoryId directory;
  };

  // Creates the schema, or replaces the one with this id. Refuses what scim::read_schema refuses, at the field
  // "schema"; kInvalidArgument beyond scim::limits::kSchemasPerDirectory.
  task<Result<scim::Schema>> register_schema(const Caller& by, const Place& place, boost::json::object document);
  // Registered ones, oldest first.
  task<Result<std::vector<scim::Schema>>> list_schemas(const Caller& by, const Place& place);
  // kScimSchemaNotFound for a URN that is not registered.
  task<Result<scim::Schema>> get_schema(const Caller& by, const Place& place, const std::string& urn);
  // kScimSchemaInUse while a resource type uses it.
  task<Result<void>> remove_schema(const Caller& by, const Place& place, const std::string& urn);

  // kScimResourceTypeExists for a name that is taken; what scim::check_type_definition refuses, at "resource_type";
  // kScimSchemaNotFound for a schema that is not registered.
  task<Result<scim::ResourceType>> create_type(const Caller& by, const Place& place, scim::TypeDefinition definition);
  // User, Group, then the others, oldest first.
  task<Result<std::vector<scim::ResourceType>>> list_types(const Caller& by, const Place& place);
  task<Result<scim::ResourceType>> get_type(const Caller& by, const Place& place, const std::string& name);
  // kScimResourceTypeInUse for User and Group, and while there are resources of the type.
  task<Result<void>> remove_type(const Caller& by, const Place& place, const std::string& name);

  // Lets a registered schema, or the enterprise user's, extend User, Group or another type; attached again, only
  // `required` changes.
  task<Result<scim::ResourceType>> attach_extension(const Caller& by, const Place& place, const std::string& type,
                                                    scim::ExtensionUse use);
  // kScimExtensionNotFound for what was not attached, also the enterprise extension of User, which always stays.
  task<Result<void>> detach_extension(const Caller& by, const Place& place, const std::string& type,
                                      const std::string& urn);

 private:
  struct Change;
  using Edit = std::function<Result<void>(Change&)>;
  using Types = std::shared_ptr<const scim::DirectoryTypes>;

  // Runs `edit` on the definitions inside a transaction, and keeps what comes out of it.
  task<Result<Types>> change(std::string_view name, const Caller& by, const Place& place, const Edit& edit);
  task<Result<DirectoryDefinitions>> definitions(const Caller& by, const Place& place);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  TypeCache& types_;
};

}  // namespace doorward
