// Use cases of webhook endpoints: where the application wants to be told of events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/paging/page_token.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/webhook.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/ids.h"
#include "ports/random.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

inline constexpr Duration kHealthPeriod = std::chrono::hours(24);
inline constexpr std::int64_t kMaxWebhookEndpoints = 2000;  // of one environment

struct NewWebhookEndpoint {
  std::string url;
  std::string description;
  std::vector<std::string> event_types;           // filters (protocol/webhook/event.h); empty: all
  std::optional<OrganizationId> organization_id;  // absent: events of every organization
  std::string retry_schedule;                     // as RetrySchedule::parse() reads it
  bool enabled = true;
  std::optional<Secret<std::string>> secret;  // the caller's own, "whsec_…"; absent: one is made
};

// Absent fields keep their value.
struct WebhookEndpointPatch {
  std::optional<std::string> url;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> event_types;
  std::optional<OrganizationId> organization_id;  // an empty id clears the filter
  std::optional<std::string> retry_schedule;
  std::optional<bool> enabled;
};

struct CreatedWebhookEndpoint {
  WebhookEndpoint endpoint;
  Secret<std::string> secret;  // "whsec_…", never shown again
};

struct WebhookEndpointList {
  std::vector<WebhookEndpoint> endpoints;  // newest first
  std::int64_t total_size = 0;
  std::string next_page_token;
  std::string prev_page_token;
};

// All methods: the caller's environment bounds what can be seen; kWebhookEndpointNotFound for anything else.
//
// create() and update() refuse: kWebhookUrlNotAllowed (no URL that could be sent to), kEgressForbidden (an address,
// port or scheme that the egress policy forbids), kInvalidArgument at `description`, `event_types[n]`, `retry_schedule`
// or `secret` (too long, a type that does not exist, out of bounds, no secret), kOrganizationNotFound for the filter.
// Every change leaves a record in the environment's history, unless nothing differs: then nothing happens.
class WebhookEndpoints {
 public:
  WebhookEndpoints(Store& store, Clock& clock, Ids& ids, Random& random, SecretBox& secrets, const HttpClient& http,
                   const Mac& mac)
      : store_(store), clock_(clock), ids_(ids), random_(random), secrets_(secrets), http_(http), page_tokens_(mac) {}

  // Also kWebhookEndpointLimit.
  task<Result<CreatedWebhookEndpoint>> create(const Caller& by, NewWebhookEndpoint input);
  task<Result<WebhookEndpoint>> get(const Caller& by, WebhookEndpointId id);
  task<Result<WebhookEndpointList>> list(const Caller& by, std::uint32_t page_size, std::string page_token);
  // How it did with what became owed in the last kHealthPeriod.
  task<Result<WebhookHealth>> health(const Caller& by, WebhookEndpointId id);
  // What waits for an endpoint that is disabled waits on. Enabling one forgets why Doorward
  // disabled it and since when it fails. A new schedule counts from a delivery's next attempt on.
  task<Result<WebhookEndpoint>> update(const Caller& by, WebhookEndpointId id, WebhookEndpointPatch patch);
  // update() of that field alone.
  task<Result<WebhookEndpoint>> set_enabled(const Caller& by, WebhookEndpointId id, bool enabled);
  // Cancels what waits for it.
  task<Result<void>> remove(const Caller& by, WebhookEndpointId id);

 private:
  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Random& random_;
  SecretBox& secrets_;
  const HttpClient& http_;
  PageTokens page_tokens_;
};

}  // namespace doorward
