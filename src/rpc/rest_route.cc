#include "rpc/rest_route.h"

#include <fmt/format.h>
#include <google/protobuf/reflection.h>

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "rpc/json_document.h"
#include "rpc/json_reader.h"
#include "rpc/limits.h"

namespace doorward::rpc {
namespace {

using google::protobuf::Message;

// Small documents are parsed without the heap.
constexpr std::size_t kJsonBufferBytes = 2048;

// nullopt when a name is unknown or a step on the way is not a single message with fields.
std::optional<FieldPath> resolve(const MessagePlan& plan, std::string_view dotted) {
  FieldPath path;
  const MessagePlan* at = &plan;
  while (true) {
    const std::size_t dot = dotted.find('.');
    const auto found = at->fields_by_name.find(dotted.substr(0, dot));
    if (found == at->fields_by_name.end()) return std::nullopt;
    path.push_back(found->second);
    if (dot == std::string_view::npos) return path;
    at = found->second->message;
    if (at == nullptr || at->kind != MessageKind::kPlain || found->second->field->is_repeated()) return std::nullopt;
    dotted.remove_prefix(dot + 1);
  }
}

std::string declared_path(const FieldPath& path) {
  std::string out;
  for (const FieldPlan* step : path) {
    if (!out.empty()) out += '.';
    out += step->field->name();
  }
  return out;
}

Result<void> bind_text(std::string_view text, const FieldPath& path, const std::string& name, Message& root) {
  if (!is_valid_utf8(text)) return failure(invalid_field(name, "must be UTF-8", "type"));
  Message* message = &root;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    message = message->GetReflection()->MutableMessage(message, path[i]->field);
  }
  return read_text_field(text, *path.back(), *message, name);
}

Result<void> bind_path(const RestRoute& route, const std::vector<std::string_view>& segments, Message& message) {
  for (const auto& variable : route.variables) {
    const std::size_t end = variable.to_end ? segments.size() : variable.end;
    std::string value;
    for (std::size_t i = variable.begin; i < end; ++i) {
      const auto decoded = percent_decode(segments[i], false);
      if (!decoded) return failure(invalid_field(variable.path, "has a broken percent escape", "type"));
      if (i > variable.begin) value += '/';
      value += *decoded;
    }
    DOORWARD_CHECK(bind_text(value, variable.field, variable.path, message));
  }
  return {};
}

bool is_json(std::string_view content_type) {
  std::string type = ascii_lower(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  return type == "application/json";
}

Result<void> bind_body(const RestRoute& route, std::string_view content_type, std::string_view body, Message& message) {
  if (body.empty()) return {};
  if (!content_type.empty() && !is_json(content_type)) {
    return failure(Reason::kUnsupportedMediaType, "The body must be application/json.");
  }
  unsigned char buffer[kJsonBufferBytes];
  boost::json::monotonic_resource memory(buffer, sizeof buffer);
  DOORWARD_TRY(const auto document, parse_json_document(body, &memory));
  if (route.body == RestRoute::Body::kWhole) return read_json(document, *route.method->request_plan, message, "");
  return read_json_field(document, *route.body_field, message, route.body_field->field->name());
}

bool overlaps(const std::string& a, const std::string& b) {
  const auto inside = [](const std::string& inner, const std::string& outer) {
    return inner.size() > outer.size() && inner.starts_with(outer) && inner[outer.size()] == '.';
  };
  return a == b || inside(a, b) || inside(b, a);
}

bool is_bound_elsewhere(const RestRoute& route, const std::string& path) {
  if (route.body_field != nullptr && overlaps(path, route.body_field->field->name())) return true;
  return std::ranges::any_of(route.variables, [&](const auto& variable) { return overlaps(path, variable.path); });
}

Result<void> bind_parameter(const RestRoute& route, std::string_view name, std::string_view value, Message& message) {
  const auto key = percent_decode(name, true);
  const auto text = percent_decode(value, true);
  if (!key || !text) return failure(Reason::kMalformedRequest, "The query has a broken percent escape.");
  const auto field = resolve(*route.method->request_plan, *key);
  if (!field) return {};
  const std::string path = declared_path(*field);
  if (is_bound_elsewhere(route, path)) return {};
  return bind_text(*text, *field, path, message);
}

Result<void> bind_query(const RestRoute& route, std::string_view query, Message& message) {
  std::size_t count = 0;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (pair.empty()) continue;
    if (++count > kMaxQueryParameters) return failure(Reason::kMalformedRequest, "The query has too many parameters.");
    const std::size_t equals = pair.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    DOORWARD_CHECK(bind_parameter(route, pair.substr(0, equals), value, message));
  }
  return {};
}

Result<void> compile_body(const std::string& body, RestRoute& route) {
  if (body.empty()) return {};
  if (body == "*") {
    route.body = RestRoute::Body::kWhole;
    return {};
  }
  const auto found = route.method->request_plan->fields_by_name.find(body);
  if (found == route.method->request_plan->fields_by_name.end()) {
    return failure(internal_error(fmt::format("{}: the body {} is not a field", route.name, body)));
  }
  route.body = RestRoute::Body::kField;
  route.body_field = found->second;
  return {};
}

Result<void> compile_variables(const PathTemplate& path, RestRoute& route) {
  for (const auto& variable : path.variables) {
    auto field = resolve(*route.method->request_plan, variable.field);
    if (!field || field->back()->field->is_repeated()) {
      return failure(
          internal_error(fmt::format("{}: the path variable {} is not a field", route.name, variable.field)));
    }
    const bool to_end = path.segments[variable.end - 1].kind == PathTemplate::SegmentKind::kRest;
    route.variables.push_back({*std::move(field), variable.field, variable.begin, variable.end, to_end});
  }
  return {};
}

Result<DeclaredRoute> compile_binding(const Method& method, const google::api::HttpRule& rule) {
  using google::api::HttpRule;
  DeclaredRoute declared;
  std::string_view text;
  switch (rule.pattern_case()) {
    case HttpRule::kGet:
      declared.http_method = "GET";
      text = rule.get();
      break;
    case HttpRule::kPut:
      declared.http_method = "PUT";
      text = rule.put();
      break;
    case HttpRule::kPost:
      declared.http_method = "POST";
      text = rule.post();
      break;
    case HttpRule::kDelete:
      declared.http_method = "DELETE";
      text = rule.delete_();
      break;
    case HttpRule::kPatch:
      declared.http_method = "PATCH";
      text = rule.patch();
      break;
    case HttpRule::kCustom:
      declared.http_method = rule.custom().kind();
      text = rule.custom().path();
      break;
    case HttpRule::PATTERN_NOT_SET:
      return failure(internal_error(method.name + " has an http rule without a path"));
  }
  DOORWARD_TRY(declared.path, parse_path_template(text));
  declared.route.method = &method;
  declared.route.name = method.name;
  DOORWARD_CHECK(compile_variables(declared.path, declared.route));
  DOORWARD_CHECK(compile_body(rule.body(), declared.route));
  return declared;
}

}  // namespace

Result<std::vector<DeclaredRoute>> declared_routes(const Method& method) {
  std::vector<DeclaredRoute> routes;
  if (method.http.pattern_case() == google::api::HttpRule::PATTERN_NOT_SET) return routes;
  DOORWARD_TRY(auto first, compile_binding(method, method.http));
  routes.push_back(std::move(first));
  for (const auto& additional : method.http.additional_bindings()) {
    if (additional.additional_bindings_size() > 0) {
      return failure(internal_error(method.name + " nests additional bindings"));
    }
    DOORWARD_TRY(auto next, compile_binding(method, additional));
    routes.push_back(std::move(next));
  }
  return routes;
}

Result<void> bind_request(const RestRoute& route, const std::vector<std::string_view>& segments, std::string_view query,
                          std::string_view content_type, std::string_view body, Message& message) {
  if (route.body != RestRoute::Body::kNone) DOORWARD_CHECK(bind_body(route, content_type, body, message));
  DOORWARD_CHECK(bind_path(route, segments, message));
  if (route.body != RestRoute::Body::kWhole) DOORWARD_CHECK(bind_query(route, query, message));
  return {};
}

}  // namespace doorward::rpc
