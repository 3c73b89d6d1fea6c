#include "edge/scim/scim_call.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "edge/scim/dialect_choice.h"
#include "protocol/scim/json_reader.h"

namespace doorward::edge {
namespace {

constexpr std::string_view kMinimal = "return=minimal";
constexpr std::string_view kRepresentation = "return=representation";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_json_media_type(std::string_view value) {
  const std::string folded = ascii_lower(value);
  std::string_view rest = folded;
  const std::size_t end = std::min(rest.find(';'), rest.size());
  const std::string_view type = trim(rest.substr(0, end));
  if (type != "application/scim+json" && type != "application/json") return false;
  rest.remove_prefix(end);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t next = std::min(rest.find(';'), rest.size());
    const std::string_view parameter = trim(rest.substr(0, next));
    rest.remove_prefix(next);
    if (!parameter.starts_with("charset=")) continue;
    std::string_view charset = parameter.substr(8);
    if (charset.size() >= 2 && charset.front() == '"' && charset.back() == '"') {
      charset = charset.substr(1, charset.size() - 2);
    }
    if (charset != "utf-8" && charset != "utf8") return false;
  }
  return true;
}

// A field that may come in several lines, which mean the same as one (RFC 9110 section 5.3).
std::optional<scim::EntityTags> read_tags(const net::Request& request, std::string_view name) {
  std::optional<std::string> field;
  for (const net::Header& header : request.headers) {
    if (header.name != name) continue;
    field = field ? *field + "," + header.value : header.value;
  }
  return field ? std::optional(scim::EntityTags::parse(*field)) : std::nullopt;
}

}  // namespace

Conditions read_conditions(const net::Request& request) {
  return {.if_match = read_tags(request, "if-match"), .if_none_match = read_tags(request, "if-none-match")};
}

Result<boost::json::object> read_body(const ScimCall& call) {
  if (call.data != nullptr) return *call.data;
  const std::string* type = net::find_header(call.request.headers, "content-type");
  if (type == nullptr || !is_json_media_type(*type)) {
    return failure(Reason::kUnsupportedMediaType, "Send the body as application/scim+json in UTF-8.");
  }
  DOORWARD_TRY(auto body, scim::parse_body(call.request.body));
  recognise_shape(call.push, body);
  return body;
}

PatchReply patch_reply(const ScimCall& call, scim::Behaviour::PatchAnswer usual) {
  if (!call.query.text("attributes").empty()) return {};
  if (const std::string* prefer = net::find_header(call.request.headers, "prefer")) {
    const std::string folded = ascii_lower(*prefer);
    std::string_view rest = folded;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const std::string_view preference = trim(rest.substr(0, std::min(rest.find(';'), end)));
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (preference == kMinimal) return {false, kMinimal};
      if (preference == kRepresentation) return {true, kRepresentation};
    }
  }
  return {.with_body = usual == scim::Behaviour::PatchAnswer::kResource};
}

net::Response no_content(const PatchReply& reply) {
  net::Response response;
  response.status = 204;
  return tell_preference(std::move(response), reply);
}

net::Response tell_preference(net::Response response, const PatchReply& reply) {
  if (!reply.preference.empty()) response.headers.push_back({"preference-applied", std::string(reply.preference)});
  return response;
}

Result<scim::Projection> make_projection(const ScimCall& call, const scim::ResourceType& type,
                                         std::string_view attributes, std::string_view excluded) {
  DOORWARD_TRY(auto projection, scim::Projection::parse(type, attributes, excluded));
  if (call.push.dialect.behaviour.user_groups == scim::Behaviour::UserGroups::kOnRequest) {
    projection.show_on_request("groups");
  }
  return projection;
}

Result<scim::Projection> read_projection(const ScimCall& call, const scim::ResourceType& type) {
  return make_projection(call, type, call.query.text("attributes"), call.query.text("excludedAttributes"));
}

}  // namespace doorward::edge
