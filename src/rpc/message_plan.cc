#include "rpc/message_plan.h"

#include <utility>

namespace doorward::rpc {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

MessageKind kind_of(const Descriptor* descriptor) {
  static const std::unordered_map<std::string_view, MessageKind> kinds = {
      {"google.protobuf.Timestamp", MessageKind::kTimestamp}, {"google.protobuf.Duration", MessageKind::kDuration},
      {"google.protobuf.FieldMask", MessageKind::kFieldMask}, {"google.protobuf.Struct", MessageKind::kStruct},
      {"google.protobuf.Value", MessageKind::kValue},         {"google.protobuf.ListValue", MessageKind::kListValue},
      {"google.protobuf.DoubleValue", MessageKind::kWrapper}, {"google.protobuf.FloatValue", MessageKind::kWrapper},
      {"google.protobuf.Int64Value", MessageKind::kWrapper},  {"google.protobuf.UInt64Value", MessageKind::kWrapper},
      {"google.protobuf.Int32Value", MessageKind::kWrapper},  {"google.protobuf.UInt32Value", MessageKind::kWrapper},
      {"google.protobuf.BoolValue", MessageKind::kWrapper},   {"google.protobuf.StringValue", MessageKind::kWrapper},
      {"google.protobuf.BytesValue", MessageKind::kWrapper},
  };
  const auto found = kinds.find(descriptor->full_name());
  return found == kinds.end() ? MessageKind::kPlain : found->second;
}

// Struct, Value and ListValue are read and written as JSON itself, not by their fields.
bool has_own_form(MessageKind kind) { return kind != MessageKind::kPlain && kind != MessageKind::kWrapper; }

}  // namespace

Result<const MessagePlan*> PlanSet::plan(const Descriptor* descriptor) {
  if (const auto found = plans_.find(descriptor); found != plans_.end()) return found->second.get();
  if (descriptor->full_name() == "google.protobuf.Any") {
    return failure(internal_error("google.protobuf.Any has no JSON form in this API"));
  }
  // Entered before its fields are planned, so that a type may hold itself.
  MessagePlan& plan = *(plans_[descriptor] = std::make_unique<MessagePlan>());
  plan.descriptor = descriptor;
  plan.kind = kind_of(descriptor);
  if (has_own_form(plan.kind)) return &plan;

  plan.fields.reserve(static_cast<std::size_t>(descriptor->field_count()));
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor* field = descriptor->field(i);
    if (field->type() == FieldDescriptor::TYPE_GROUP) {
      return failure(internal_error(field->full_name() + " is a group, which has no JSON form"));
    }
    FieldPlan entry;
    entry.field = field;
    entry.key = '"' + field->name() + "\":";
    const Descriptor* nested = field->message_type();
    if (field->is_map()) {
      entry.map_key = nested->map_key();
      entry.map_value = nested->map_value();
      nested = entry.map_value->message_type();
    }
    if (nested != nullptr) {
      DOORWARD_TRY(entry.message, this->plan(nested));
    }
    plan.fields.push_back(std::move(entry));
  }
  for (const FieldPlan& entry : plan.fields) {
    plan.fields_by_name.emplace(entry.field->name(), &entry);
    plan.fields_by_name.emplace(entry.field->json_name(), &entry);
  }
  return &plan;
}

}  // namespace doorward::rpc
