// Which attributes an answer shows (RFC 7644 section 3.9).
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/scim/schema.h"

namespace doorward::scim {

class Projection {
 public:
  // Everything that is returned by default.
  explicit Projection(const ResourceType& type) : type_(&type) {}

  // From the query parameters `attributes` and `excludedAttributes`: comma-separated names with optional URN and
  // sub-attribute; unknown names are ignored, brackets behind a name too. kScimInvalidValue when both are given or a
  // list is too long. `type` must outlive the projection.
  static Result<Projection> parse(const ResourceType& type, std::string_view attributes, std::string_view excluded);

  // Shows an attribute of the core schema only where `attributes` names it, as though its schema said so. A type that
  // has no such attribute is not concerned.
  void show_on_request(std::string_view attribute_name);

  const ResourceType& type() const { return *type_; }

  // Whether an attribute of the core schema or a common one will show at all: what does not need not be loaded.
  bool shows(std::string_view attribute_name) const;

  // Whether `attributes` asks for an attribute of the core schema, as a whole or in part.
  bool asks_for(std::string_view attribute_name) const;

  // The part of a complete resource that is shown. Attributes that are always returned stay, never-returned ones go;
  // `schemas` is left as it is.
  boost::json::object apply(boost::json::object resource) const;

 private:
  bool shows(const Schema* extension, const Attribute& attribute, const Attribute* sub) const;
  bool named(const std::vector<AttributeTarget>& names, const Schema* extension, const Attribute& attribute,
             const Attribute* sub, bool partly) const;
  void apply_to(boost::json::object& container, const Schema* extension) const;

  const ResourceType* type_;
  bool only_named_ = false;  // `attributes` was given
  const Attribute* on_request_ = nullptr;
  std::vector<AttributeTarget> names_;  // of attributes or excludedAttributes
};

}  // namespace doorward::scim
