#include "app/scim_requests/recorded_request.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "base/encoding.h"

namespace doorward {
namespace {

namespace json = boost::json;

constexpr std::size_t kRowBytes = 512;  // what a row takes beside its sealed texts, about
constexpr std::size_t kLongestMethod = 16;

SealedPlace details_of(const ScimRequestId& id) {
  return {.table = "scim_requests", .row_id = id.str(), .column = "sealed_details"};
}
SealedPlace bodies_of(const ScimRequestId& id) {
  return {.table = "scim_requests", .row_id = id.str(), .column = "sealed_bodies"};
}

// Ids of ours are lower-case letters, '_' and digits. Anything else in their place is the client's own text.
bool is_own_id(std::string_view id) {
  const std::size_t mark = id.rfind('_');
  if (mark == std::string_view::npos || mark == 0 || mark + 1 == id.size() || id.size() > 64) return false;
  return std::ranges::all_of(id.substr(0, mark), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }) &&
         std::ranges::all_of(id.substr(mark + 1), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_word(std::string_view text) {
  return text.size() <= 32 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.'; });
}

std::string filtered_path(const SeenScimRequest& seen) {
  if (!seen.is_own_type && !is_word(seen.collection)) return "/";
  std::string path = "/" + seen.collection;
  if (is_own_id(seen.id)) path += "/" + seen.id;
  return path;
}

std::string resource_id_of(const SeenScimRequest& seen) {
  if (is_own_id(seen.id)) return seen.id;
  const std::size_t slash = seen.location.rfind('/');
  if (slash == std::string::npos) return {};
  const std::string_view id = std::string_view(seen.location).substr(slash + 1);
  return is_own_id(id) ? std::string(id) : std::string();
}

ScimEffect effect_of(const CausedChanges& caused) {
  if (caused.total() == 0) return ScimEffect::kNone;
  const auto any = [&](ChangeOp op) {
    return std::ranges::any_of(caused.named(), [&](const CausedChanges::Change& change) { return change.op == op; });
  };
  const bool created = any(ChangeOp::kCreate);
  const bool removed = any(ChangeOp::kDelete);
  if (created && removed) return ScimEffect::kSeveral;
  if (created) return ScimEffect::kCreate;
  return removed ? ScimEffect::kDelete : ScimEffect::kUpdate;
}

std::string quirk_names(const scim::QuirkSet& quirks) {
  std::string names;
  for (std::size_t i = 0; i < scim::kQuirkCount; ++i) {
    const auto quirk = static_cast<scim::Quirk>(i);
    if (!quirks.contains(quirk)) continue;
    if (!names.empty()) names += ',';
    names += scim::quirk_name(quirk);
  }
  return names;
}

// Text for a JSON document: what is no UTF-8 is not shown at all.
std::string readable(std::string_view text, std::size_t most) {
  const std::string_view start = text.substr(0, most);
  return is_valid_utf8(start) ? std::string(start) : std::string(scim::kRedacted);
}

json::object body_of(scim::KeptBody kept, std::size_t bytes) {
  return {{"text", std::move(kept.text)}, {"bytes", bytes}, {"cut", kept.cut}, {"omitted", kept.omitted}};
}

// PATCH and Bulk may tell what a value is after they gave it.
bool patches(const SeenScimRequest& seen) { return seen.method == "PATCH" || ascii_lower(seen.collection) == "bulk"; }

json::array changes_of(const CausedChanges& caused) {
  json::array out;
  for (const CausedChanges::Change& change : caused.named()) {
    out.push_back({{"id", change.id.str()},
                   {"object", static_cast<int>(change.object)},
                   {"object_id", change.object_id},
                   {"op", static_cast<int>(change.op)}});
  }
  return out;
}

// The members of a SCIM error, as far as the body is one.
struct ToldError {
  std::string scim_type;
  std::string detail;
};
ToldError told_error(const scim::KeptBody& response) {
  json::error_code error;
  const json::value parsed = json::parse(response.text, error);
  ToldError told;
  if (error || !parsed.is_object()) return told;
  const auto text = [&](const char* name) {
    const json::value* value = parsed.get_object().if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  told.scim_type = text("scimType");
  told.detail = text("detail");
  return told;
}

std::string text_at(const json::object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

RecordedBody read_body(const json::object& object) {
  return {.text = text_at(object, "text"),
          .bytes = object.at("bytes").to_number<std::int64_t>(),
          .cut = object.at("cut").as_bool(),
          .omitted = text_at(object, "omitted")};
}

}  // namespace

std::size_t SeenScimRequest::size() const {
  std::size_t names = 0;
  for (const std::string& name : secret_names) names += sizeof(std::string) + name.size();
  return sizeof(*this) + names + method.size() + path.size() + collection.size() + id.size() + query.size() +
         user_agent.size() + location.size() + request_body.size() + response_body.size() +
         caused.named().size() * sizeof(CausedChanges::Change);
}

ScimRequest record_of(SeenScimRequest&& seen, ScimRequestId id, const EnvironmentId& environment,
                      std::size_t body_bytes, SecretBox& box) {
  if (seen.status >= 400) seen.caused = {};  // what a transaction began to change when it failed did not happen
  scim::Redactor redactor(seen.secret_names);
  scim::KeptBody request = redactor.request_body(seen.request_body, seen.request_bytes <= seen.request_body.size(),
                                                 patches(seen), body_bytes);
  std::string query = redactor.query(seen.query, kMostRecordedQuery);
  scim::KeptBody response =
      redactor.response_body(seen.response_body, seen.response_bytes <= seen.response_body.size(), body_bytes);
  const bool has_nothing = seen.refused() || !seen.knows_types;
  if (has_nothing && seen.request_bytes > 0) request = {.text = {}, .cut = false, .omitted = scim::kOmittedNotKept};
  if (seen.is_streamed) response = {.text = {}, .cut = false, .omitted = scim::kOmittedStreamed};
  ToldError told;
  if (seen.status >= 400) told = told_error(response);

  ScimRequest record;
  record.environment_id = environment;
  record.organization_id = std::move(seen.organization);
  record.directory_id = std::move(seen.directory);
  record.id = std::move(id);
  record.refused = record.organization_id.empty();
  record.create_time = seen.began;
  record.duration = seen.took;
  record.method = is_word(seen.method) && seen.method.size() <= kLongestMethod ? seen.method : std::string();
  record.path = filtered_path(seen);
  record.resource_id = resource_id_of(seen);
  record.status = seen.status;
  record.request_id = std::move(seen.request_id);
  record.profile = scim::profile_name(seen.profile);
  record.quirks = quirk_names(seen.quirks);
  record.effect = effect_of(seen.caused);
  if (record.effect != ScimEffect::kNone) record.txn = seen.caused.txn();
  record.reason = seen.reason;
  record.scim_type = std::move(told.scim_type);
  const json::object details{{"path", redactor.label(readable(seen.path, kMostRecordedPath))},
                             {"query", readable(query, kMostRecordedQuery)},
                             {"user_agent", redactor.label(readable(seen.user_agent, kMostRecordedUserAgent))},
                             {"source", std::move(seen.source)},
                             {"credential", std::move(seen.credential)},
                             {"detail", redactor.message(told.detail)},
                             {"changes", changes_of(seen.caused)},
                             {"changes_total", seen.caused.total()}};
  record.sealed_details = box.seal(details_of(record.id), Secret<std::string>(json::serialize(details)));
  const json::object bodies{{"request", body_of(std::move(request), seen.request_bytes)},
                            {"response", body_of(std::move(response), seen.response_bytes)}};
  record.sealed_bodies = box.seal(bodies_of(record.id), Secret<std::string>(json::serialize(bodies)));
  record.bytes = static_cast<std::int64_t>(kRowBytes + record.sealed_details.size() + record.sealed_bodies.size());
  return record;
}

Result<ScimRequestDetails> open_details(const ScimRequest& request, const SecretBox& box) {
  DOORWARD_TRY(const auto opened, box.open(details_of(request.id), request.sealed_details));
  const json::value document = json::parse(opened.reveal());
  const json::object& object = document.as_object();
  ScimRequestDetails details{.path = text_at(object, "path"),
                             .query = text_at(object, "query"),
                             .user_agent = text_at(object, "user_agent"),
                             .source = text_at(object, "source"),
                             .credential = text_at(object, "credential"),
                             .detail = text_at(object, "detail"),
                             .changes_total = object.at("changes_total").to_number<std::int64_t>()};
  for (const json::value& one : object.at("changes").as_array()) {
    const json::object& change = one.as_object();
    details.changes.push_back({.id = EventId(text_at(change, "id")),
                               .object = static_cast<ObjectKind>(change.at("object").to_number<int>()),
                               .object_id = text_at(change, "object_id"),
                               .op = static_cast<ChangeOp>(change.at("op").to_number<int>())});
  }
  return details;
}

Result<ScimRequestBodies> open_bodies(const ScimRequest& request, const SecretBox& box) {
  DOORWARD_TRY(const auto opened, box.open(bodies_of(request.id), request.sealed_bodies));
  const json::value document = json::parse(opened.reveal());
  return ScimRequestBodies{.request = read_body(document.as_object().at("request").as_object()),
                           .response = read_body(document.as_object().at("response").as_object())};
}

}  // namespace doorward
