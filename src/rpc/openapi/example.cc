#include "rpc/openapi/example.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "rpc/enforced_rules.h"
#include "rpc/openapi/schema.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int kMaxDepth = 8;  // of messages inside each other; deeper ones are left out

bool is_plain(const Descriptor* message) {
  return message != nullptr && message->file()->package() != "google.protobuf";
}

enum class Kind : std::uint8_t { kRequest, kAnswer };

json::value of_field(const FieldDescriptor* field, Kind kind, int depth);

bool is_shown(const FieldDescriptor* field, Kind kind) {
  if (has_example(field)) return true;
  return kind == Kind::kRequest ? is_required(field) : !field->has_presence() || is_plain(field->message_type());
}

json::object of_message(const Descriptor* message, const std::set<const FieldDescriptor*>& left_out, Kind kind,
                        int depth) {
  json::object example;
  if (depth > kMaxDepth) return example;
  std::set<const google::protobuf::OneofDescriptor*> taken;
  for (int i = 0; i < message->field_count(); ++i) {
    const FieldDescriptor* field = message->field(i);
    if (left_out.contains(field) || !is_shown(field, kind)) continue;
    const auto* oneof = field->real_containing_oneof();
    if (oneof != nullptr && !taken.insert(oneof).second) continue;
    example[field->name()] = of_field(field, kind, depth);
  }
  return example;
}

json::value of_scalar(const FieldDescriptor* field) {
  const Descriptor* message = field->message_type();
  if (message != nullptr) {
    if (message->name() == "Timestamp") return "2026-11-22T07:00:00Z";
    if (message->name() == "FieldMask") return "display_name";
    if (message->file()->name() == "google/protobuf/wrappers.proto") return of_scalar(message->field(0));
    return json::object();
  }
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return true;
    case FieldDescriptor::CPPTYPE_ENUM:
      return json::string(field->enum_type()->value(field->enum_type()->value_count() > 1 ? 1 : 0)->name());
    case FieldDescriptor::CPPTYPE_STRING:
      return json::string(enforced_rules(field).string().prefix() + "…");
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT64:
      return "10";
    default:
      return 10;
  }
}

json::value of_field(const FieldDescriptor* field, Kind kind, int depth) {
  if (field->options().HasExtension(doorward::v1::example)) {
    return json::parse(field->options().GetExtension(doorward::v1::example));
  }
  if (field->is_map()) return json::object{{"key", "value"}};
  json::value one = is_plain(field->message_type())
                        ? json::value(of_message(field->message_type(), {}, kind, depth + 1))
                        : of_scalar(field);
  if (field->is_repeated()) return json::array{std::move(one)};
  return one;
}

bool has_example(const FieldDescriptor* field, int depth) {
  if (field->options().HasExtension(doorward::v1::example)) return true;
  if (field->is_map() || !is_plain(field->message_type()) || depth > kMaxDepth) return false;
  for (int i = 0; i < field->message_type()->field_count(); ++i) {
    if (has_example(field->message_type()->field(i), depth + 1)) return true;
  }
  return false;
}

}  // namespace

bool has_example(const FieldDescriptor* field) { return has_example(field, 0); }

json::value example_of(const FieldDescriptor* field) { return of_field(field, Kind::kRequest, 0); }

json::object example_of(const Descriptor* message, const std::set<const FieldDescriptor*>& left_out) {
  return of_message(message, left_out, Kind::kRequest, 0);
}

json::object answer_example(const Descriptor* message) { return of_message(message, {}, Kind::kAnswer, 0); }

}  // namespace doorward::rpc
