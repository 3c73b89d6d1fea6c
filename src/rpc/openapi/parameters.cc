#include "rpc/openapi/parameters.h"

#include <algorithm>

namespace doorward::rpc {
namespace {

using google::protobuf::FieldDescriptor;

std::string path_of(const PathTemplate& path) {
  std::string out;
  for (std::size_t i = 0; i < path.segments.size();) {
    out += '/';
    const auto variable = std::ranges::find(path.variables, i, &PathTemplate::Variable::begin);
    if (variable != path.variables.end()) {
      out.append("{").append(variable->field).append("}");
      i = std::max(variable->end, i + 1);
    } else {
      out += path.segments[i].literal;
      ++i;
    }
  }
  if (!path.verb.empty()) out.append(":").append(path.verb);
  return out;
}

class QueryFields {
 public:
  explicit QueryFields(const RestRoute& route) : route_(route) {}

  void collect(const MessagePlan& plan, const std::string& prefix) {
    if (!open_.insert(&plan).second) return;  // a type that holds itself ends where it begins again
    for (const FieldPlan& entry : plan.fields) {
      const std::string name = prefix + entry.field->name();
      if (is_taken(entry.field, name)) continue;
      const bool fields = entry.message != nullptr && entry.message->kind == MessageKind::kPlain;
      const bool json_only = entry.message != nullptr && (entry.message->kind == MessageKind::kStruct ||
                                                          entry.message->kind == MessageKind::kListValue);
      if (json_only || entry.map_key != nullptr || (fields && entry.field->is_repeated())) continue;
      if (fields) {
        collect(*entry.message, name + ".");
      } else {
        found.push_back({.name = name, .field = entry.field});
      }
    }
    open_.erase(&plan);
  }

  std::vector<Parameter> found;

 private:
  bool is_taken(const FieldDescriptor* field, const std::string& name) const {
    if (route_.body_field != nullptr && route_.body_field->field == field) return true;
    return std::ranges::any_of(route_.variables, [&](const RestRoute::Variable& variable) {
      const FieldDescriptor* bound = variable.field.back()->field;
      const auto* oneof = bound->real_containing_oneof();
      return variable.path == name || (oneof != nullptr && oneof == field->real_containing_oneof());
    });
  }

  const RestRoute& route_;
  std::set<const MessagePlan*> open_;
};

}  // namespace

RequestParts request_parts(const DeclaredRoute& declared) {
  RequestParts parts{.path = path_of(declared.path)};
  for (const auto& variable : declared.route.variables) {
    parts.parameters.push_back({.name = variable.path, .field = variable.field.back()->field, .in_path = true});
    parts.not_in_body.insert(variable.field.back()->field);
  }
  if (declared.route.body != RestRoute::Body::kWhole) {
    QueryFields query(declared.route);
    query.collect(*declared.route.method->request_plan, "");
    parts.parameters.insert(parts.parameters.end(), query.found.begin(), query.found.end());
  }
  return parts;
}

}  // namespace doorward::rpc
