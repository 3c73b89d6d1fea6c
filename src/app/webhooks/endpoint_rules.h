// What every use case of webhook endpoints shares: which values an endpoint takes, how one is found, and what its
// change records are about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/changes/record.h"
#include "base/result.h"
#include "domain/webhook.h"
#include "ports/http_client.h"
#include "ports/store/organizations.h"
#include "ports/store/webhook_endpoints.h"

namespace doorward {

inline constexpr std::size_t kMaxWebhookUrlBytes = 2048;
inline constexpr std::size_t kMaxWebhookDescriptionBytes = 1024;

// Errors name the field and what to write there instead.
// kWebhookUrlNotAllowed for no URL that could be sent to, kEgressForbidden for one that the egress policy forbids.
Result<void> check_webhook_url(const HttpClient& http, std::string_view url);
Result<void> check_webhook_description(std::string_view description);
// Sorts the filters and keeps each once. kInvalidArgument at `event_types[n]` for one that no type passes.
Result<void> check_event_types(std::vector<std::string>& filters);
// kOrganizationNotFound for a filter that names what the endpoint's environment does not have.
Result<void> check_organization_filter(const OrganizationRepository& organizations, const WebhookEndpoint& endpoint);

// kWebhookEndpointNotFound for what the environment does not have.
Result<WebhookEndpoint> find_webhook_endpoint(const WebhookEndpointRepository& endpoints,
                                              const EnvironmentId& environment, const WebhookEndpointId& id);
// Inside a write: holds the endpoint against other writes until the end of the transaction.
Result<WebhookEndpoint> lock_webhook_endpoint(WebhookEndpointRepository& endpoints, const EnvironmentId& environment,
                                              const WebhookEndpointId& id);

ChangeSubject subject_of(const WebhookEndpoint& endpoint);
ChangeSubject subject_of(const WebhookSecret& secret);

}  // namespace doorward
