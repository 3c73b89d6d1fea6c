// Schemas of an OpenAPI document as tables of their members.
#pragma once

#include <boost/json/object.hpp>
#include <string>

namespace doorward::edge {

// Made by Doorward itself: a reference without a target is a fault and throws.
class SchemaView {
 public:
  // `document` must outlive this.
  explicit SchemaView(const boost::json::object& document) : document_(document) {}

  // "string · date-time", "list of Organization"; names of components are links.
  std::string type(const boost::json::object& schema) const;
  // "1 to 200 characters · unique"; empty without bounds.
  static std::string bounds(const boost::json::object& schema);
  // One row for each member, members of members in folds below it.
  std::string members(const boost::json::object& schema) const { return members(schema, 0); }

  // What a reference refers to; nullptr when the schema is none.
  const boost::json::object* target(const boost::json::object& schema) const;

 private:
  std::string members(const boost::json::object& schema, int depth) const;

  const boost::json::object& document_;
};

}  // namespace doorward::edge
