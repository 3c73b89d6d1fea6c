// What the JSON codec needs to know of a message type, worked out once at start.
#pragma once

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace doorward::rpc {

// Types whose JSON form is not that of their fields (proto3 JSON mapping).
enum class MessageKind : std::uint8_t {
  kPlain,
  kTimestamp,
  kDuration,
  kFieldMask,
  kStruct,
  kValue,
  kListValue,
  kWrapper,
};

struct MessagePlan;

struct FieldPlan {
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::string key;                       // "\"display_name\":"
  const MessagePlan* message = nullptr;  // of a message field, or of a map's message values
  const google::protobuf::FieldDescriptor* map_key = nullptr;
  const google::protobuf::FieldDescriptor* map_value = nullptr;
};

struct MessagePlan {
  const google::protobuf::Descriptor* descriptor = nullptr;
  MessageKind kind = MessageKind::kPlain;
  std::vector<FieldPlan> fields;                                          // in declaration order
  std::unordered_map<std::string_view, const FieldPlan*> fields_by_name;  // proto name and lowerCamel name
};

// Owns the plans. Filled at start, then only read.
class PlanSet {
 public:
  // The plan of `descriptor` and of all it holds. Fails for google.protobuf.Any, which has no form here, and for
  // groups.
  Result<const MessagePlan*> plan(const google::protobuf::Descriptor* descriptor);

 private:
  std::unordered_map<const google::protobuf::Descriptor*, std::unique_ptr<MessagePlan>> plans_;
};

}  // namespace doorward::rpc
