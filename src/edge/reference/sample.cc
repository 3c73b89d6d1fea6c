#include "edge/reference/sample.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

namespace doorward::edge {
namespace {

namespace json = boost::json;

void indent(const json::value& value, std::size_t depth, std::string& out) {
  const std::string inner(2 * (depth + 1), ' ');
  const std::string outer(2 * depth, ' ');
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += "{";
    bool first = true;
    for (const auto& [name, member] : *object) {
      out += (first ? "\n" : ",\n") + inner + json::serialize(name) + ": ";
      indent(member, depth + 1, out);
      first = false;
    }
    out += "\n" + outer + "}";
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += "[";
    bool first = true;
    for (const json::value& item : *array) {
      out += (first ? "\n" : ",\n") + inner;
      indent(item, depth + 1, out);
      first = false;
    }
    out += "\n" + outer + "]";
  } else {
    out += json::serialize(value);
  }
}

// Inside single quotes of a shell.
std::string shell_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// The sample value of a parameter, as text; empty when it has none.
std::string sample_of(const json::object& parameter) {
  const auto* schema = parameter.at("schema").if_object();
  const auto* examples = schema == nullptr ? nullptr : schema->if_contains("examples");
  if (examples == nullptr) return {};
  const json::value& example = examples->as_array().at(0);
  return example.is_string() ? std::string(example.get_string()) : json::serialize(example);
}

}  // namespace

std::string indented(const json::value& value) {
  std::string out;
  indent(value, 0, out);
  return out;
}

std::string curl_command(std::string_view base_url, std::string_view method, std::string_view path,
                         const json::object& operation) {
  std::string target(path);
  std::string query;
  if (const auto* parameters = operation.if_contains("parameters")) {
    for (const json::value& one : parameters->as_array()) {
      const json::object& parameter = one.as_object();
      const std::string name(parameter.at("name").as_string());
      const std::string sample = sample_of(parameter);
      if (parameter.at("in").as_string() == "path") {
        const std::string variable = "{" + name + "}";
        const std::size_t place = target.find(variable);
        if (place != std::string::npos && !sample.empty()) target.replace(place, variable.size(), sample);
      } else if (!sample.empty()) {
        query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, sample);
      }
    }
  }
  std::string out =
      fmt::format("curl {}'{}{}{}'", method == "GET" ? "" : fmt::format("-X {} ", method), base_url, target, query);
  const auto* security = operation.if_contains("security");
  const bool open = security != nullptr && security->as_array().empty();
  if (!open) out += " \\\n  -H \"Authorization: Bearer $TOKEN\"";
  if (const auto* body = operation.if_contains("requestBody")) {
    const json::value& example = body->at("content").at("application/json").at("example");
    out += " \\\n  -H 'Content-Type: application/json' \\\n  -d " + shell_quoted(indented(example));
  }
  return out;
}

std::string token_command(std::string_view base_url) {
  return fmt::format(
      "curl '{}/oauth/token' \\\n  -d grant_type=client_credentials \\\n  -d client_id=\"$CLIENT_ID\" \\\n"
      "  -d client_secret=\"$CLIENT_SECRET\"",
      base_url);
}

}  // namespace doorward::edge
