// SCIM schemas as data (RFC 7643 sections 2, 3 and 7). The validator, the filter, the PATCH engine, the projection and
// the discovery documents all read these values, so what discovery says is what the engine does.
//
// Values, immutable after construction; safe to share between threads. Pointers into a ResourceType stay valid as long
// as it lives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward::scim {

enum class Type : std::uint8_t { kString, kBoolean, kDecimal, kInteger, kDateTime, kBinary, kReference, kComplex };
enum class Mutability : std::uint8_t { kReadOnly, kReadWrite, kImmutable, kWriteOnly };
enum class Returned : std::uint8_t { kAlways, kNever, kDefault, kRequest };
enum class Uniqueness : std::uint8_t { kNone, kServer, kGlobal };

// Words of the wire, as in RFC 7643 section 7.
std::string_view type_name(Type type);
std::string_view mutability_name(Mutability mutability);
std::string_view returned_name(Returned returned);
std::string_view uniqueness_name(Uniqueness uniqueness);

// One attribute definition; unstated characteristics have the defaults of RFC 7643 section 2.2.
struct Attribute {
  std::string name;
  Type type = Type::kString;
  bool multi_valued = false;
  std::string description;
  bool required = false;
  bool case_exact = false;
  Mutability mutability = Mutability::kReadWrite;
  Returned returned = Returned::kDefault;
  Uniqueness uniqueness = Uniqueness::kNone;
  std::vector<std::string> canonical_values;
  std::vector<std::string> reference_types;
  std::vector<Attribute> sub_attributes;
  // Longest string accepted, in bytes; 0 means limits::kStringBytes. Ours, not shown by discovery.
  std::size_t max_bytes = 0;
  // Most values of a multi-valued attribute; 0 means limits::kValuesPerAttribute. Ours, not shown by discovery.
  std::size_t max_values = 0;
  // Holds a country (RFC 7643 section 4.1.2), which is two upper-case letters. Ours, not shown by discovery.
  bool country_code = false;

  // By name, without regard to letter case; nullptr when there is none.
  const Attribute* find(std::string_view sub_name) const;
};

struct Schema {
  std::string id;  // URN
  std::string name;
  std::string description;
  std::vector<Attribute> attributes;

  const Attribute* find(std::string_view attribute_name) const;
};

struct SchemaExtension {
  Schema schema;
  bool required = false;
};

// A kind of resource (RFC 7643 section 6).
struct ResourceType {
  std::string name;      // "User"; also its id
  std::string endpoint;  // "/Users"
  std::string description;
  Schema schema;
  std::vector<SchemaExtension> extensions;
  // The schemas of this type may have changed since a document was stored: see visible_document.
  bool keeps_more = false;

  // By URN, without regard to letter case.
  const Schema* find_extension(std::string_view urn) const;
};

// Where a name leads. Exactly one of these holds:
//  - `attribute` set: an attribute of the core schema (extension == nullptr), a common one, or one of an extension;
//    `sub` is set when the name has a sub-attribute;
//  - `attribute` null: the whole core schema or the whole extension was named by its URN.
struct AttributeTarget {
  const Schema* extension = nullptr;
  const Attribute* attribute = nullptr;
  const Attribute* sub = nullptr;
};

// Finds what `attr`, `attr.sub`, `urn:…:attr`, `urn:…:attr.sub` or a bare schema URN names in `type`, without regard to
// letter case (RFC 7644 section 3.10). A name without URN is sought in the core schema, the common attributes and then
// in the extensions, because identity providers send `manager` bare. nullopt for an unknown name.
std::optional<AttributeTarget> resolve(const ResourceType& type, std::string_view name);

// True when `name` carries a URN of no schema of this type: what it names belongs to somebody else.
bool has_foreign_urn(const ResourceType& type, std::string_view name);

// schemas, id, externalId and meta: in every resource (RFC 7643 section 3.1).
const std::vector<Attribute>& common_attributes();

inline constexpr std::string_view kUserUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
inline constexpr std::string_view kGroupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
inline constexpr std::string_view kEnterpriseUserUrn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

// User (RFC 7643 section 4.1) with the EnterpriseUser extension (section 4.3), and Group (section 4.2).
const ResourceType& user_type();
const ResourceType& group_type();

}  // namespace doorward::scim
