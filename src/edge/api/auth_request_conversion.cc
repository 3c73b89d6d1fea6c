#include "edge/api/auth_request_conversion.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "domain/client_snapshot.h"
#include "domain/connection_snapshot.h"
#include "edge/api/conversion.h"

namespace doorward::api {
namespace {

namespace log_v1 = ::scalekit::v1::auditlogs;

struct StatusName {
  std::string_view name;  // of the public interface
  AuthRequestStatus status;
};
// The first name of a status is the one that is sent.
constexpr std::array kStatusNames{
    StatusName{"INITIATED", AuthRequestStatus::kInitiated}, StatusName{"PENDING", AuthRequestStatus::kPending},
    StatusName{"SUCCESS", AuthRequestStatus::kSuccess}, StatusName{"FAILURE", AuthRequestStatus::kFailure},
    StatusName{"FAILED", AuthRequestStatus::kFailure}};

std::string_view status_name(AuthRequestStatus status) {
  for (const StatusName& row : kStatusNames) {
    if (row.status == status) return row.name;
  }
  return {};
}

Result<AuthRequestStatus> status_of(std::string_view name) {
  const std::string wanted = ascii_lower(name);
  for (const StatusName& row : kStatusNames) {
    if (ascii_lower(row.name) == wanted) return row.status;
  }
  return failure(invalid_field("status", "Name INITIATED, PENDING, SUCCESS or FAILURE.", "string.in"));
}

std::string_view workflow_name(LoginWorkflow workflow) {
  switch (workflow) {
    case LoginWorkflow::kServiceProviderInitiated:
      return "SP_INITIATED";
    case LoginWorkflow::kIdpInitiated:
      return "IDP_INITIATED";
    case LoginWorkflow::kConnectionTest:
      return "CONNECTION_TEST";
  }
  return {};
}

template <class IdType>
std::optional<IdType> wanted(const std::string& id) {
  if (id.empty()) return std::nullopt;
  return IdType(id);
}

template <class Request>
Result<AuthRequestFilter> common_filter(const Request& request) {
  AuthRequestFilter filter;
  filter.client = wanted<ApiClientId>(request.client_id());
  filter.email = request.email();
  if (request.has_start_time()) {
    DOORWARD_TRY(filter.start_time, from_proto(request.start_time(), "start_time"));
  }
  if (request.has_end_time()) {
    DOORWARD_TRY(filter.end_time, from_proto(request.end_time(), "end_time"));
  }
  return filter;
}

}  // namespace

// The numbers of statuses, workflows and sides are those of the domain.
void to_proto(const AuthRequest& request, ::doorward::v1::AuthRequest& out) {
  out.set_id(request.id.str());
  out.set_organization_id(request.organization_id.str());
  out.set_connection_id(request.connection_id.str());
  out.set_client_id(request.client_id.str());
  out.set_email(request.email);
  out.set_workflow(static_cast<::doorward::v1::LoginWorkflow>(request.workflow));
  out.set_status(static_cast<::doorward::v1::AuthRequestStatus>(request.status));
  out.set_reason(request.reason);
  out.set_responsible_side(static_cast<::doorward::v1::ResponsibleSide>(request.side));
  for (const AuthRequestStep& step : request.steps) {
    auto& one = *out.add_steps();
    one.set_name(step.name);
    to_proto(step.at, *one.mutable_time());
    one.set_ok(step.ok);
    one.set_reason(step.reason);
    one.set_expected(step.expected);
    one.set_received(step.received);
  }
  out.set_request_id(request.request_id);
  to_proto(request.create_time, *out.mutable_create_time());
  to_proto(request.update_time, *out.mutable_update_time());
}

void to_proto(const AuthRequestBundle& bundle, ::doorward::v1::GetAuthRequestBundleResponse& out) {
  to_proto(bundle.request, *out.mutable_auth_request());
  if (bundle.connection) to_proto(*bundle.connection, *out.mutable_connection());
  for (const AuthRequestBundle::Message& message : bundle.messages) {
    auto& one = *out.add_messages();
    one.set_name(message.name);
    one.set_text(message.text);
    to_proto(message.create_time, *one.mutable_create_time());
    to_proto(message.expire_time, *one.mutable_expire_time());
  }
  to_proto(bundle.create_time, *out.mutable_create_time());
}

void to_proto(const AuthRequest& request, const AuthRequestNames& names, log_v1::AuthLogRequest& out) {
  out.set_organization_id(request.organization_id.str());
  out.set_environment_id(request.environment_id.str());
  out.set_connection_id(request.connection_id.str());
  out.set_auth_request_id(request.id.str());
  out.set_email(request.email);
  out.set_status(std::string(status_name(request.status)));
  to_proto(request.create_time, *out.mutable_timestamp());
  out.set_workflow(std::string(workflow_name(request.workflow)));
  out.set_client_id(request.client_id.str());
  if (const Connection* connection = names.connection_of(request)) {
    const std::string type(connection_type_name(connection->type));
    const std::string provider(connection_provider_name(connection->provider));
    out.set_connection_type(type);
    out.set_connection_provider(provider);
    auto& details = *out.add_connection_details();
    details.set_connection_id(connection->id.str());
    details.set_organization_id(connection->organization_id.str());
    details.set_connection_type(type);
    details.set_connection_provider(provider);
  }
  if (const ApiClient* client = names.client_of(request)) {
    out.set_client_name(client->name);
    out.set_client_type(std::string(client_type_name(client->type)));
  }
}

Result<AuthRequestFilter> from_proto(const ::doorward::v1::ListAuthRequestsRequest& request) {
  DOORWARD_TRY(auto filter, common_filter(request));
  filter.organization = wanted<OrganizationId>(request.organization_id());
  filter.connection = wanted<ConnectionId>(request.connection_id());
  for (const int status : request.statuses()) filter.statuses.push_back(static_cast<AuthRequestStatus>(status));
  return filter;
}

Result<AuthRequestFilter> from_proto(const log_v1::ListAuthLogRequest& request) {
  DOORWARD_TRY(auto filter, common_filter(request));
  for (const std::string& name : request.status()) {
    DOORWARD_TRY(const AuthRequestStatus status, status_of(name));
    if (std::ranges::find(filter.statuses, status) == filter.statuses.end()) filter.statuses.push_back(status);
  }
  return filter;
}

}  // namespace doorward::api
