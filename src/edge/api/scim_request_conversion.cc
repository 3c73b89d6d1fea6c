#include "edge/api/scim_request_conversion.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "edge/api/conversion.h"
#include "protocol/scim/clause.h"

namespace doorward::api {
namespace {

struct EffectPair {
  ScimEffect effect;
  requests_v1::ScimRequestEffect wire;
};
constexpr std::array kEffects{EffectPair{ScimEffect::kNone, requests_v1::SCIM_NO_CHANGE},
                              EffectPair{ScimEffect::kCreate, requests_v1::SCIM_CREATED},
                              EffectPair{ScimEffect::kUpdate, requests_v1::SCIM_UPDATED},
                              EffectPair{ScimEffect::kDelete, requests_v1::SCIM_DELETED},
                              EffectPair{ScimEffect::kSeveral, requests_v1::SCIM_CREATED_AND_DELETED}};

void set_error(const ListedScimRequest& listed, requests_v1::ScimRequestError& out) {
  out.set_reason(listed.request.reason);
  out.set_scim_type(listed.request.scim_type);
  out.set_detail(listed.details.detail);
  // By the reason that was stored; one that only another version knows has no clause here.
  if (const auto reason = find_reason(listed.request.reason)) out.set_clause(std::string(scim::clause_of(*reason)));
}

}  // namespace

void to_proto(const ListedScimRequest& listed, requests_v1::ScimRequest& out) {
  const ScimRequest& request = listed.request;
  const ScimRequestDetails& details = listed.details;
  out.set_id(request.id.str());
  to_proto(request.create_time, *out.mutable_create_time());
  out.mutable_duration()->set_seconds(request.duration.count() / 1'000'000);
  out.mutable_duration()->set_nanos(static_cast<std::int32_t>(request.duration.count() % 1'000'000) * 1000);
  out.set_method(request.method);
  out.set_path(details.path);
  out.set_query(details.query);
  out.set_status(wire_count(request.status));
  out.set_resource_id(request.resource_id);
  out.set_user_agent(details.user_agent);
  out.set_source(details.source);
  out.set_request_id(request.request_id);
  out.set_credential_id(details.credential);
  out.set_profile(request.profile);
  for (std::string_view rest = request.quirks; !rest.empty();) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    out.add_quirks(std::string(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  for (const EffectPair& pair : kEffects) {
    if (pair.effect == request.effect) out.set_effect(pair.wire);
  }
  out.set_transaction_id(request.txn.str());
  for (const CausedChanges::Change& change : details.changes) {
    auto& one = *out.add_changes();
    one.set_id(change.id.str());
    one.set_object(std::string(object_kind_name(change.object)));
    one.set_object_id(change.object_id);
    one.set_operation(std::string(change_op_name(change.op)));
  }
  out.set_change_count(wire_count(details.changes_total));
  if (!request.reason.empty()) set_error(listed, *out.mutable_error());
}

void to_proto(const RecordedBody& body, requests_v1::ScimRequestBody& out) {
  out.set_text(body.text);
  out.set_size_bytes(wire_count(body.bytes));
  out.set_cut(body.cut);
  out.set_omitted(body.omitted);
}

Result<ScimRequestFilter> from_proto(const requests_v1::ListScimRequestsRequest& request) {
  ScimRequestFilter out{.status_class = request.status_class(),
                        .method = request.method(),
                        .path_prefix = request.path_prefix(),
                        .resource_id = request.resource_id(),
                        .profile = request.profile()};
  if (request.has_since()) {
    DOORWARD_TRY(out.since, from_proto(request.since(), "since"));
  }
  if (request.has_until()) {
    DOORWARD_TRY(out.until, from_proto(request.until(), "until"));
  }
  return out;
}

}  // namespace doorward::api
