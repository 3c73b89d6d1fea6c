// JSON schemas (OpenAPI 3.1, so JSON Schema 2020-12) of messages as the JSON codec reads and writes them.
#pragma once

#include <google/protobuf/descriptor.h>

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "rpc/openapi/comments.h"

namespace doorward::rpc {

// Whether a request cannot do without the field: it is required, or its rules refuse the value that it has when absent.
bool is_required(const google::protobuf::FieldDescriptor* field);

class Schemas {
 public:
  explicit Schemas(const Comments& comments) : comments_(comments) {}

  // Tells which messages, with all they hold, occur in requests or answers; to be told before any schema is made.
  // Fields that are always written are promised only of messages that occur in answers alone.
  void occurs_in_request(const google::protobuf::Descriptor* message);
  void occurs_in_request(const google::protobuf::FieldDescriptor* field);
  void occurs_in_answer(const google::protobuf::Descriptor* message);

  // Of a field with its comment and rules: a parameter, or a member of an object.
  boost::json::object of(const google::protobuf::FieldDescriptor* field) const;
  // A reference to the component, or the schema itself for types with a JSON form of their own.
  boost::json::object of(const google::protobuf::Descriptor* message) const;
  // Of a message without some of its fields, which travel elsewhere.
  boost::json::object without(const google::protobuf::Descriptor* message,
                              const std::set<const google::protobuf::FieldDescriptor*>& left_out) const;

  // Everything that `of` refers to, by name.
  boost::json::object components() const;

 private:
  void note(const google::protobuf::Descriptor* message, std::uint8_t use);
  void note_type(const google::protobuf::FieldDescriptor* field, std::uint8_t use);
  std::string name_of(const google::protobuf::Descriptor* message) const;
  std::string name_of(const google::protobuf::EnumDescriptor* type) const;
  boost::json::object of_enum(const google::protobuf::EnumDescriptor* type) const;
  // Of one value of the field: the field itself, an item of the list.
  boost::json::object of_value(const google::protobuf::FieldDescriptor* field) const;

  const Comments& comments_;
  std::map<const google::protobuf::Descriptor*, std::uint8_t> messages_;
  std::set<const google::protobuf::EnumDescriptor*> enums_;
  std::map<std::string, int> short_names_;  // how many types have it
};

}  // namespace doorward::rpc
