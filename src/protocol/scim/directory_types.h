// The resource types of one directory: User, Group, and what an administrator added. Whoever reads or writes a resource
// of a directory takes its type from here, so that discovery, validation, filters and PATCH speak of the same schemas.
//
// Immutable; shared between threads and requests. Pointers and references into it stay valid as long as it lives.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

struct ExtensionUse {
  std::string schema;  // URN
  bool required = false;

  friend bool operator==(const ExtensionUse&, const ExtensionUse&) = default;
};

// A resource type as an administrator defines it. Of "User" and "Group" only `extensions` counts: what they have beside
// their own.
struct TypeDefinition {
  std::string name;
  std::string endpoint;  // "/Devices"
  std::string description;
  std::string schema;  // URN
  std::vector<ExtensionUse> extensions;

  friend bool operator==(const TypeDefinition&, const TypeDefinition&) = default;
};

// kInvalidArgument at a field that begins with `field`: a name or an endpoint that cannot be one, or that the server
// itself uses (RFC 7644 section 3.2); more extensions than limits::kExtensionsPerType, one twice, or the own schema as
// one. Whether the schemas exist is not looked at.
Result<void> check_type_definition(const TypeDefinition& definition, std::string_view field);

class DirectoryTypes {
 public:
  // Of a directory without schemas of its own.
  static const std::shared_ptr<const DirectoryTypes>& standard();

  // `version` is the directory's schema version, above 0. kScimSchemaNotFound when a definition uses a schema that
  // is not among `schemas`; kInvalidArgument when a name or an endpoint comes twice, or there are more than limits.h
  // allows.
  static Result<std::shared_ptr<const DirectoryTypes>> make(std::int64_t version, std::span<const Schema> schemas,
                                                            std::span<const TypeDefinition> definitions);

  const ResourceType& user() const { return types_[0]; }
  const ResourceType& group() const { return types_[1]; }
  // User, Group, then the others.
  const std::vector<ResourceType>& all() const { return types_; }
  // The type behind "Devices", but for User and Group; nullptr when there is none.
  const ResourceType* at_endpoint(std::string_view segment) const;
  const ResourceType* named(std::string_view name) const;

  // 0 when the directory never had schemas of its own.
  std::int64_t version() const { return version_; }

 private:
  explicit DirectoryTypes(std::int64_t version);

  std::int64_t version_ = 0;
  std::vector<ResourceType> types_;
};

// The JSON form of RFC 7643 section 6 without `schemas` and `meta`, and back. What was not written by the first is
// nobody's definition: reading it throws.
boost::json::object type_definition_document(const TypeDefinition& definition);
TypeDefinition read_type_definition(const boost::json::object& document);

}  // namespace doorward::scim
