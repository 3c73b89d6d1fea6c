#include "protocol/scim/bulk.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <utility>

#include "protocol/scim/case_fold.h"
#include "protocol/scim/json_member.h"
#include "protocol/scim/limits.h"

namespace doorward::scim {
namespace {

namespace json = boost::json;

constexpr std::string_view kRequestUrn = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
constexpr std::string_view kResponseUrn = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

tl::unexpected<Error> refuse(std::string sentence) { return failure(Reason::kScimInvalidSyntax, std::move(sentence)); }

// A text member; nullopt when it is something else.
std::optional<std::string> text_of(const json::object& object, std::string_view name) {
  const json::value* found = find_member(object, name);
  if (found == nullptr || found->is_null()) return std::string();
  if (!found->is_string()) return std::nullopt;
  return std::string(found->get_string());
}

Result<void> check_schemas(const json::object& body, Dialect& dialect) {
  const json::value* schemas = find_member(body, "schemas");
  if (schemas == nullptr && dialect.behaviour.missing_schemas == Behaviour::Loose::kAccept) {
    dialect.note(Quirk::kMissingSchemas);
    return {};
  }
  const json::array* list = schemas != nullptr ? schemas->if_array() : nullptr;
  const bool named = list != nullptr && std::ranges::any_of(*list, [](const json::value& urn) {
                       return urn.is_string() && equal_names(std::string(urn.get_string()), kRequestUrn);
                     });
  if (!named) return refuse(fmt::format("\"schemas\" must contain {}.", kRequestUrn));
  return {};
}

Result<std::size_t> read_fail_on_errors(const json::object& body) {
  const json::value* found = find_member(body, "failOnErrors");
  if (found == nullptr || found->is_null()) return std::size_t{0};
  if (!found->is_int64() || found->get_int64() < 1) return refuse("\"failOnErrors\" must be a whole number from 1.");
  return static_cast<std::size_t>(found->get_int64());
}

bool knows(std::string_view method) {
  return method == "POST" || method == "PUT" || method == "PATCH" || method == "DELETE";
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::optional<Error> read_operation(json::object& sent, BulkOperation& operation) {
  const auto fault = [](std::string sentence) { return make_error(Reason::kScimInvalidSyntax, std::move(sentence)); };
  const auto method = text_of(sent, "method");
  const auto path = text_of(sent, "path");
  const auto bulk_id = text_of(sent, "bulkId");
  const auto version = text_of(sent, "version");
  operation.method = upper(method.value_or(""));
  operation.path = path.value_or("");
  operation.bulk_id = bulk_id.value_or("");
  operation.version = version.value_or("");
  if (!bulk_id || operation.bulk_id.size() > limits::kBulkIdBytes) {
    operation.bulk_id.clear();
    return fault(fmt::format("\"bulkId\" must be a text of at most {} bytes.", limits::kBulkIdBytes));
  }
  if (!version) return fault("\"version\" must be a text.");
  if (!knows(operation.method)) return fault("\"method\" must be POST, PUT, PATCH or DELETE.");
  if (operation.path.empty()) return fault("\"path\" must be the path of a resource or of a resource type.");
  if (operation.method == "POST" && operation.bulk_id.empty()) return fault("A POST must have a \"bulkId\".");
  if (operation.method == "DELETE") return std::nullopt;
  json::value* data = find_member(sent, "data");
  if (data == nullptr || !data->is_object()) return fault("\"data\" must be an object.");
  operation.data = std::move(data->get_object());
  operation.bytes = bytes_of(operation.data);
  return std::nullopt;
}

}  // namespace

Result<BulkRequest> parse_bulk(json::object body, Dialect& dialect) {
  DOORWARD_CHECK(check_schemas(body, dialect));
  BulkRequest request;
  DOORWARD_TRY(request.fail_on_errors, read_fail_on_errors(body));
  json::value* found = find_member(body, "Operations");
  json::array* list = found != nullptr ? found->if_array() : nullptr;
  if (list == nullptr) return refuse("\"Operations\" must be a list.");
  if (list->size() > limits::kBulkOperations) {
    return failure(Reason::kPayloadTooLarge,
                   fmt::format("A bulk request may hold at most {} operations; this one holds {}.",
                               limits::kBulkOperations, list->size()));
  }
  request.operations.reserve(list->size());
  std::set<std::string> bulk_ids;
  for (std::size_t i = 0; i < list->size(); ++i) {
    json::object* sent = (*list)[i].if_object();
    if (sent == nullptr) return refuse(fmt::format("Operation {}: an operation must be an object.", i));
    BulkOperation operation;
    operation.fault = read_operation(*sent, operation);
    if (operation.fault) operation.fault->message = fmt::format("Operation {}: {}", i, operation.fault->message);
    if (!operation.bulk_id.empty() && !bulk_ids.insert(operation.bulk_id).second) {
      return failure(Reason::kScimInvalidValue,
                     fmt::format("Operation {}: the bulkId \"{}\" is used twice.", i, operation.bulk_id));
    }
    request.operations.push_back(std::move(operation));
  }
  return request;
}

std::string bulk_entry(const BulkOperation& operation, const BulkAnswer& answer) {
  json::object entry;
  if (!answer.location.empty()) entry["location"] = answer.location;
  entry["method"] = operation.method;
  if (!operation.bulk_id.empty()) entry["bulkId"] = operation.bulk_id;
  if (!answer.version.empty()) entry["version"] = answer.version;
  entry["status"] = std::to_string(answer.status);
  std::string text = json::serialize(entry);
  if (answer.error.empty()) return text;
  text.pop_back();
  return text + ",\"response\":" + answer.error + "}";
}

std::string bulk_body(const std::vector<std::string>& entries) {
  std::string body = fmt::format(R"({{"schemas":["{}"],"Operations":[)", kResponseUrn);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) body += ',';
    body += entries[i];
  }
  return body + "]}";
}

}  // namespace doorward::scim
