#include "app/webhooks/webhook_endpoints.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/webhooks/message.h"
#include "app/webhooks/sequencer.h"
#include "base/encoding.h"
#include "protocol/webhook/event.h"
#include "protocol/webhook/signature.h"

namespace doorward {
namespace {

Result<WebhookEndpoint> find_endpoint(const WebhookEndpointRepository& endpoints, const EnvironmentId& environment,
                                      const WebhookEndpointId& id) {
  DOORWARD_TRY(auto endpoint, endpoints.find(environment, id));
  if (!endpoint) return failure(Reason::kWebhookEndpointNotFound, "webhook endpoint not found");
  return std::move(*endpoint);
}

Result<void> check_description(std::string_view description) {
  if (description.size() > kMaxWebhookDescriptionBytes) {
    return failure(invalid_field("description", fmt::format("Write {} bytes at most.", kMaxWebhookDescriptionBytes),
                                 "string.max_bytes"));
  }
  if (!is_valid_utf8(description) || description.contains('\0')) {
    return failure(invalid_field("description", "Write UTF-8 text.", "string.utf8"));
  }
  return {};
}

// Known types only, each once.
Result<void> check_event_types(std::vector<std::string>& types) {
  for (const auto& type : types) {
    if (!webhook::is_event_type(type)) {
      return failure(invalid_field("event_types", "There is no such event type.", "string.in"));
    }
  }
  std::ranges::sort(types);
  const auto repeated = std::ranges::unique(types);
  types.erase(repeated.begin(), repeated.end());
  return {};
}

// The filter may only name an organization that the caller could see.
Result<void> check_organization(const OrganizationRepository& organizations, const WebhookEndpoint& endpoint) {
  if (!endpoint.organization_id) return {};
  DOORWARD_TRY(const auto organization, organizations.find(endpoint.environment_id, *endpoint.organization_id));
  if (!organization) return failure(Reason::kOrganizationNotFound, "organization not found");
  return {};
}

// Tries at most to insert an endpoint while nothing waits for the sequencer.
constexpr int kInsertAttempts = 32;

// An endpoint is owed what is committed after it, not what merely waits to be sequenced: so it goes in when nothing
// waits, or `regardless`. False when something still waits; then this transaction has brought the feed forward.
Result<bool> insert_behind_feed(WriteTx& tx, const WebhookEndpoint& endpoint, const WebhookSecret& secret,
                                Timestamp now, bool regardless) {
  DOORWARD_TRY(const std::int64_t existing, tx.webhook_endpoints().count(endpoint.environment_id));
  if (existing >= kMaxWebhookEndpoints) {
    return failure(Reason::kWebhookEndpointLimit,
                   fmt::format("There are {} webhook endpoints already, which is the limit.", existing));
  }
  DOORWARD_CHECK(check_organization(tx.organizations(), endpoint));
  DOORWARD_TRY(const SequenceState feed, sequence_batch(tx, now));
  if (feed != SequenceState::kUpToDate && !regardless) return false;
  DOORWARD_CHECK(tx.webhook_endpoints().insert(endpoint));
  DOORWARD_CHECK(tx.webhook_endpoints().insert_secret(secret));
  return true;
}

std::string list_scope(const Caller& by) { return page_scope({"webhook_endpoints", by.environment_id.str(), by.id}); }

Keyset position(const WebhookEndpoint& endpoint) { return {endpoint.create_time, endpoint.id.str()}; }

}  // namespace

Result<void> WebhookEndpoints::check_url(std::string_view url) const {
  Result<void> sendable = url.size() > kMaxWebhookUrlBytes ? failure(Reason::kInvalidArgument, "The URL is too long.")
                                                           : http_.check_url(url);
  if (sendable) return {};
  Error error = std::move(sendable).error();
  if (error.reason == Reason::kInvalidArgument) error.reason = Reason::kWebhookUrlNotAllowed;
  error.violations = {{.field = "url", .description = error.message, .constraint = "string.uri"}};
  return failure(std::move(error));
}

task<Result<CreatedWebhookEndpoint>> WebhookEndpoints::create(const Caller& by, NewWebhookEndpoint input) {
  DOORWARD_CO_CHECK(check_url(input.url));
  DOORWARD_CO_CHECK(check_description(input.description));
  DOORWARD_CO_CHECK(check_event_types(input.event_types));
  const Timestamp now = clock_.now();
  const WebhookEndpoint endpoint{.environment_id = by.environment_id,
                                 .id = ids_.next<WebhookEndpointId>(),
                                 .url = std::move(input.url),
                                 .description = std::move(input.description),
                                 .event_types = std::move(input.event_types),
                                 .organization_id = std::move(input.organization_id),
                                 .enabled = input.enabled,
                                 .create_time = now,
                                 .update_time = now};
  const Secret<std::string> secret = webhook::format_secret(Secret<std::string>(random_.bytes(webhook::kKeyBytes)));
  WebhookSecret sealed{.environment_id = endpoint.environment_id,
                       .endpoint_id = endpoint.id,
                       .id = ids_.next<WebhookSecretId>(),
                       .create_time = now};
  sealed.sealed_secret = secrets_.seal(place_of(sealed.id), secret);

  bool inserted = false;
  for (int attempt = 1; !inserted; ++attempt) {
    const bool regardless = attempt == kInsertAttempts;
    DOORWARD_CO_TRY(inserted,
                    co_await store_.write("webhook_endpoint.create", {.deadline = by.deadline}, [&](WriteTx& tx) {
                      return insert_behind_feed(tx, endpoint, sealed, now, regardless);
                    }));
  }
  co_return CreatedWebhookEndpoint{.endpoint = endpoint, .secret = secret};
}

task<Result<WebhookEndpoint>> WebhookEndpoints::get(const Caller& by, WebhookEndpointId id) {
  co_return co_await store_.read("webhook_endpoint.get", {.deadline = by.deadline}, [&](const ReadTx& tx) {
    return find_endpoint(tx.webhook_endpoints(), by.environment_id, id);
  });
}

task<Result<WebhookEndpointList>> WebhookEndpoints::list(const Caller& by, std::uint32_t page_size,
                                                         std::string page_token) {
  const std::string scope = list_scope(by);
  DOORWARD_CO_TRY(const PageRequest request, page_tokens_.parse(scope, page_size, page_token));
  co_return co_await store_.read(
      "webhook_endpoint.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<WebhookEndpointList> {
        DOORWARD_TRY(auto page, tx.webhook_endpoints().list(by.environment_id, request));
        DOORWARD_TRY(const std::int64_t total, tx.webhook_endpoints().count(by.environment_id));
        WebhookEndpointList list{.total_size = total,
                                 .next_page_token = page_tokens_.next(scope, page, position),
                                 .prev_page_token = page_tokens_.previous(scope, page, position)};
        list.endpoints = std::move(page.items);
        return list;
      });
}

task<Result<WebhookEndpoint>> WebhookEndpoints::update(const Caller& by, WebhookEndpointId id,
                                                       WebhookEndpointPatch patch) {
  if (patch.url) DOORWARD_CO_CHECK(check_url(*patch.url));
  if (patch.description) DOORWARD_CO_CHECK(check_description(*patch.description));
  if (patch.event_types) DOORWARD_CO_CHECK(check_event_types(*patch.event_types));
  const Timestamp now = clock_.now();
  co_return co_await store_.write(
      "webhook_endpoint.update", {.deadline = by.deadline, .serial_key = id.str()},
      [&](WriteTx& tx) -> Result<WebhookEndpoint> {
        DOORWARD_TRY(WebhookEndpoint endpoint, find_endpoint(tx.webhook_endpoints(), by.environment_id, id));
        if (patch.url) endpoint.url = *patch.url;
        if (patch.description) endpoint.description = *patch.description;
        if (patch.event_types) endpoint.event_types = *patch.event_types;
        if (patch.enabled) endpoint.enabled = *patch.enabled;
        if (patch.organization_id) {
          endpoint.organization_id = patch.organization_id->empty() ? std::nullopt : patch.organization_id;
          DOORWARD_CHECK(check_organization(tx.organizations(), endpoint));
        }
        endpoint.update_time = now;
        DOORWARD_CHECK(tx.webhook_endpoints().update(endpoint));
        return endpoint;
      });
}

task<Result<void>> WebhookEndpoints::remove(const Caller& by, WebhookEndpointId id) {
  co_return co_await store_.write("webhook_endpoint.remove", {.deadline = by.deadline, .serial_key = id.str()},
                                  [&](WriteTx& tx) -> Result<void> {
                                    DOORWARD_CHECK(find_endpoint(tx.webhook_endpoints(), by.environment_id, id));
                                    return tx.webhook_endpoints().remove(by.environment_id, id);
                                  });
}

}  // namespace doorward
