#include "protocol/scim/message.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "protocol/scim/resource.h"
#include "protocol/scim/stored_document.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

constexpr std::string_view kErrorUrn = "urn:ietf:params:scim:api:messages:2.0:Error";
constexpr std::string_view kListUrn = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

int http_status(Code code) {
  switch (code) {
    case Code::kOk:
      return 200;
    case Code::kInvalidArgument:
    case Code::kFailedPrecondition:
    case Code::kOutOfRange:
      return 400;
    case Code::kUnauthenticated:
      return 401;
    case Code::kPermissionDenied:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
    case Code::kAborted:
      return 409;
    case Code::kResourceExhausted:
      return 429;
    case Code::kUnimplemented:
      return 501;
    case Code::kUnavailable:
    case Code::kDeadlineExceeded:
    case Code::kCancelled:
      return 503;
    case Code::kUnknown:
    case Code::kInternal:
    case Code::kDataLoss:
      return 500;
  }
  return 500;
}

}  // namespace

ErrorStatus error_status(const Error& error) {
  switch (error.reason) {
    case Reason::kScimInvalidFilter:
      return {400, "invalidFilter"};
    case Reason::kScimTooMany:
      return {400, "tooMany"};
    case Reason::kScimMutability:
      return {400, "mutability"};
    case Reason::kScimInvalidSyntax:
    case Reason::kMalformedRequest:
      return {400, "invalidSyntax"};
    case Reason::kScimInvalidPath:
      return {400, "invalidPath"};
    case Reason::kScimNoTarget:
      return {400, "noTarget"};
    case Reason::kScimInvalidValue:
    case Reason::kInvalidArgument:
      return {400, "invalidValue"};
    case Reason::kScimInvalidCursor:
      return {400, "invalidCursor"};
    case Reason::kScimExpiredCursor:
      return {400, "expiredCursor"};
    case Reason::kScimInvalidCount:
      return {400, "invalidCount"};
    case Reason::kScimSensitive:
      return {403, "sensitive"};
    case Reason::kScimVersionMismatch:
      return {412, {}};
    case Reason::kUserNameTaken:
    case Reason::kGroupNameTaken:
    case Reason::kExternalIdTaken:
    case Reason::kScimUniqueness:
      return {409, "uniqueness"};
    case Reason::kPayloadTooLarge:
      return {413, {}};
    case Reason::kMethodNotAllowed:
      return {405, {}};
    case Reason::kUnsupportedMediaType:
      return {415, {}};
    default:
      return {http_status(error.code()), {}};
  }
}

std::string error_body(int status, std::string_view scim_type, std::string_view detail) {
  json::object body;
  body["schemas"] = json::array{json::value(kErrorUrn)};
  body["status"] = std::to_string(status);
  if (!scim_type.empty()) body["scimType"] = scim_type;
  body["detail"] = detail;
  return json::serialize(body);
}

std::string error_body(const Error& error) {
  const ErrorStatus status = error_status(error);
  return error_body(status.status, status.scim_type, error.message);
}

json::object complete_resource(const ResourceType& type, json::object document, const ResourceMeta& meta) {
  hide_unknown(type, document);
  json::object resource(document.storage());  // where its members are, so that they move and are not copied
  resource.reserve(document.size() + 4);
  resource["schemas"] = schemas_of(type, document);
  resource["id"] = meta.id;
  for (auto& member : document) resource.emplace(member.key(), std::move(member.value()));
  resource["meta"] = {{"resourceType", type.name},
                      {"created", to_rfc3339(meta.created)},
                      {"lastModified", to_rfc3339(meta.last_modified)},
                      {"location", meta.location}};
  if (!meta.version.empty()) resource["meta"].get_object()["version"] = meta.version;
  return resource;
}

std::string list_body(const ListPage& page, std::size_t items, const ResourceAt& resource_at) {
  // Resources are made and written one by one: the list never exists as values.
  json::object head;
  head["schemas"] = json::array{json::value(kListUrn)};
  head["totalResults"] = page.total_results;
  if (page.start_index) head["startIndex"] = *page.start_index;
  head["itemsPerPage"] = items;
  if (page.next_cursor) head["nextCursor"] = *page.next_cursor;
  std::string body = json::serialize(head);
  body.pop_back();
  body += ",\"Resources\":[";
  for (std::size_t i = 0; i < items; ++i) {
    if (i > 0) body += ',';
    body += json::serialize(resource_at(i));
  }
  body += "]}";
  return body;
}

}  // namespace doorward::scim
