#include "rpc/openapi/document.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.pb.h>

#include <array>
#include <boost/json/array.hpp>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rpc/openapi/answers.h"
#include "rpc/openapi/example.h"
#include "rpc/openapi/parameters.h"
#include "rpc/openapi/schema.h"
#include "scalekit/v1/errdetails/errdetails.pb.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr std::string_view kAbout =
    "Self-hosted single sign-on and directory sync. Every method here is also served over gRPC and Connect, under the "
    "name in `x-grpc-method`.\n\n"
    "Calls carry a bearer token, which `POST /oauth/token` gives to an API client for its id and secret. A refused "
    "call "
    "answers with an `ErrorInfo`, whose `error_code` is stable.\n\n"
    "Members of a request that this document does not know are ignored. Names are accepted in snake_case, as here, and "
    "in lowerCamelCase. 64-bit integers are strings. Members without a value are left out of answers where their "
    "schema "
    "does not require them. Text cannot hold the character U+0000.";

struct Served {
  const MethodDescriptor* descriptor = nullptr;
  Method method;
  std::vector<DeclaredRoute> routes;
};

// Words that are not written as they are named.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kSpellings{
    {{"saml", "SAML"}, {"scim", "SCIM"}, {"oauth", "OAuth"}}};

std::string spelled(std::string word, bool first) {
  for (const auto& [plain, spelling] : kSpellings) {
    if (word == plain) return std::string(spelling);
  }
  if (first) word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

std::string plural_of(std::string name) {
  if (name.ends_with('s')) return name;
  const bool vowel_before = name.size() > 1 && std::string_view("aeiou").contains(name[name.size() - 2]);
  if (name.ends_with('y') && !vowel_before) return name.substr(0, name.size() - 1) + "ies";
  return name + "s";
}

// "WebhookEndpointService" -> "Webhook endpoints"
std::string title_of(const ServiceDescriptor* service) {
  std::string_view name = service->name();
  if (name.ends_with("Service")) name.remove_suffix(7);
  std::string title;
  std::string word;
  const auto finish_word = [&] {
    if (word.empty()) return;
    if (!title.empty()) title += ' ';
    title += spelled(std::exchange(word, {}), title.empty());
  };
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital) finish_word();
    word += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  finish_word();
  return plural_of(std::move(title));
}

json::array parameters_of(const RequestParts& parts, const Schemas& schemas) {
  json::array list;
  for (const Parameter& parameter : parts.parameters) {
    json::object schema = schemas.of(parameter.field);
    json::object out{{"name", parameter.name}, {"in", parameter.in_path ? "path" : "query"}};
    if (auto* description = schema.if_contains("description")) {
      out["description"] = *description;
      schema.erase("description");
    }
    if (parameter.in_path || is_required(parameter.field)) out["required"] = true;
    // An empty segment is no segment.
    if (parameter.in_path && schema["type"] == "string" && !schema.contains("minLength")) schema["minLength"] = 1;
    if (parameter.field->options().deprecated()) out["deprecated"] = true;
    out["schema"] = std::move(schema);
    list.push_back(std::move(out));
  }
  return list;
}

json::object body_of(const DeclaredRoute& declared, const MethodDescriptor* method, const RequestParts& parts,
                     const Schemas& schemas) {
  json::object media;
  bool required = false;
  if (declared.route.body == RestRoute::Body::kField) {
    const auto* field = declared.route.body_field->field;
    media["schema"] = schemas.of(field);
    media["example"] = example_of(field);
    required = is_required(field);
  } else {
    const auto* input = method->input_type();
    json::object schema = parts.not_in_body.empty() ? schemas.of(input) : schemas.without(input, parts.not_in_body);
    for (int i = 0; i < input->field_count(); ++i) {
      required = required || (!parts.not_in_body.contains(input->field(i)) && is_required(input->field(i)));
    }
    media["schema"] = std::move(schema);
    media["example"] = example_of(input, parts.not_in_body);
  }
  return {{"required", required}, {"content", json::object{{"application/json", std::move(media)}}}};
}

json::object operation(const Served& served, std::size_t index, const Comments& comments, const Schemas& schemas) {
  const MethodDescriptor* method = served.descriptor;
  const DeclaredRoute& declared = served.routes[index];
  const RequestParts parts = request_parts(declared);
  const Headline text = headline(comments.of(method->full_name()));
  json::object out;
  out["operationId"] = fmt::format("{}_{}{}", method->service()->name(), method->name(),
                                   index == 0 ? "" : "_" + std::to_string(index + 1));
  out["tags"] = json::array{title_of(method->service())};
  out["summary"] = text.summary;
  if (!text.description.empty()) out["description"] = text.description;
  if (method->options().deprecated()) out["deprecated"] = true;
  if (json::array parameters = parameters_of(parts, schemas); !parameters.empty()) {
    out["parameters"] = std::move(parameters);
  }
  if (declared.route.body != RestRoute::Body::kNone) out["requestBody"] = body_of(declared, method, parts, schemas);
  out["responses"] = answers(declared, method, schemas);
  if (served.method.open) out["security"] = json::array();
  out["x-grpc-method"] = served.method.grpc_path.substr(1);
  return out;
}

json::object security_schemes(const std::string& base_url) {
  json::object flow{{"tokenUrl", base_url + "/oauth/token"}, {"scopes", json::object()}};
  return {{"clientCredentials",
           json::object{{"type", "oauth2"},
                        {"description",
                         "OAuth 2.0 client credentials (RFC 6749 section 4.4): post `grant_type=client_credentials`, "
                         "`client_id` and `client_secret` as a form to the token endpoint and send the "
                         "`access_token` as a bearer. It is good for 24 hours."},
                        {"flows", json::object{{"clientCredentials", std::move(flow)}}}}}};
}

// What the REST form of a method shows of its types.
void note_types(const Served& served, Schemas& schemas) {
  for (const DeclaredRoute& declared : served.routes) {
    const RequestParts parts = request_parts(declared);
    for (const Parameter& parameter : parts.parameters) schemas.occurs_in_request(parameter.field);
    if (declared.route.body == RestRoute::Body::kField) {
      schemas.occurs_in_request(declared.route.body_field->field);
    } else if (declared.route.body == RestRoute::Body::kWhole) {
      const auto* input = served.descriptor->input_type();
      if (parts.not_in_body.empty()) schemas.occurs_in_request(input);
      for (int i = 0; i < input->field_count(); ++i) {
        if (!parts.not_in_body.contains(input->field(i))) schemas.occurs_in_request(input->field(i));
      }
    }
    schemas.occurs_in_answer(served.descriptor->output_type());
  }
}

}  // namespace

Result<json::object> openapi_document(const Registry& registry, const OpenApiOptions& options) {
  PlanSet plans;
  RuleSet rules;
  std::deque<Served> all;  // routes point to their method: addresses stay
  for (const Binding& binding : registry.bindings()) {
    Served& served = all.emplace_back();
    served.descriptor = binding.method;
    DOORWARD_TRY(served.method, compile_method(binding, plans, rules));
    DOORWARD_TRY(served.routes, declared_routes(served.method));
  }
  const Comments comments(options.comments);
  Schemas schemas(comments);
  schemas.occurs_in_answer(scalekit::v1::errdetails::ErrorInfo::descriptor());
  for (const Served& served : all) note_types(served, schemas);

  json::array tags;
  json::object paths;
  std::set<const ServiceDescriptor*> tagged;
  for (const Served& served : all) {
    for (std::size_t i = 0; i < served.routes.size(); ++i) {
      const auto* service = served.descriptor->service();
      if (tagged.insert(service).second) {
        tags.push_back(json::object{{"name", title_of(service)}, {"description", comments.of(service->full_name())}});
      }
      std::string verb = served.routes[i].http_method;
      for (char& c : verb) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      json::value& item = paths[request_parts(served.routes[i]).path];
      if (!item.is_object()) item = json::object();
      item.get_object()[verb] = operation(served, i, comments, schemas);
    }
  }

  json::object document;
  document["openapi"] = "3.1.0";
  document["info"] = json::object{{"title", "Doorward API"},
                                  {"version", options.version},
                                  {"description", kAbout},
                                  {"license", json::object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}};
  document["servers"] = json::array{json::object{{"url", options.base_url}, {"description", "This environment"}}};
  document["security"] = json::array{json::object{{"clientCredentials", json::array()}}};
  document["tags"] = std::move(tags);
  document["paths"] = std::move(paths);
  document["components"] = json::object{{"securitySchemes", security_schemes(options.base_url)},
                                        {"responses", answer_components()},
                                        {"schemas", schemas.components()}};
  return document;
}

}  // namespace doorward::rpc
