#include "app/webhooks/endpoint_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/encoding.h"
#include "protocol/webhook/event.h"

namespace doorward {
namespace {

Result<WebhookEndpoint> found(Result<std::optional<WebhookEndpoint>> row) {
  if (!row) return tl::unexpected(std::move(row).error());
  if (!*row) return failure(Reason::kWebhookEndpointNotFound, "webhook endpoint not found");
  return std::move(**row);
}

}  // namespace

Result<void> check_webhook_url(const HttpClient& http, std::string_view url) {
  Result<void> sendable =
      url.size() > kMaxWebhookUrlBytes
          ? failure(Reason::kInvalidArgument,
                    fmt::format("The URL is too long: write {} bytes at most.", kMaxWebhookUrlBytes))
          : http.check_url(url);
  if (sendable) return {};
  Error error = std::move(sendable).error();
  if (error.reason == Reason::kInvalidArgument) error.reason = Reason::kWebhookUrlNotAllowed;
  error.violations = {{.field = "url", .description = error.message, .constraint = "string.uri"}};
  return failure(std::move(error));
}

Result<void> check_webhook_description(std::string_view description) {
  if (description.size() > kMaxWebhookDescriptionBytes) {
    return failure(invalid_field("description", fmt::format("Write {} bytes at most.", kMaxWebhookDescriptionBytes),
                                 "string.max_bytes"));
  }
  if (!is_valid_utf8(description) || description.contains('\0')) {
    return failure(invalid_field("description", "Write UTF-8 text.", "string.utf8"));
  }
  return {};
}

Result<void> check_event_types(std::vector<std::string>& filters) {
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (webhook::is_event_type_filter(filters[i])) continue;
    return failure(invalid_field(fmt::format("event_types[{}]", i),
                                 "There is no such event type. Name one that ListEventTypes shows, or a prefix of some "
                                 "followed by \".*\", as in \"organization.directory.*\".",
                                 "string.in"));
  }
  std::ranges::sort(filters);
  const auto repeated = std::ranges::unique(filters);
  filters.erase(repeated.begin(), repeated.end());
  return {};
}

Result<void> check_organization_filter(const OrganizationRepository& organizations, const WebhookEndpoint& endpoint) {
  if (!endpoint.organization_id) return {};
  DOORWARD_TRY(const auto organization, organizations.find(endpoint.environment_id, *endpoint.organization_id));
  if (!organization) return failure(Reason::kOrganizationNotFound, "organization not found");
  return {};
}

Result<WebhookEndpoint> find_webhook_endpoint(const WebhookEndpointRepository& endpoints,
                                              const EnvironmentId& environment, const WebhookEndpointId& id) {
  return found(endpoints.find(environment, id));
}

Result<WebhookEndpoint> lock_webhook_endpoint(WebhookEndpointRepository& endpoints, const EnvironmentId& environment,
                                              const WebhookEndpointId& id) {
  return found(endpoints.lock(environment, id));
}

ChangeSubject subject_of(const WebhookEndpoint& endpoint) {
  return {.object = ObjectKind::kWebhookEndpoint,
          .object_id = endpoint.id.str(),
          .display_name = endpoint.description.empty() ? endpoint.url : endpoint.description};
}

ChangeSubject subject_of(const WebhookSecret& secret) {
  return {.object = ObjectKind::kWebhookSecret, .object_id = secret.id.str(), .display_name = secret.endpoint_id.str()};
}

}  // namespace doorward
