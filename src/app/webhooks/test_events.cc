#include "app/webhooks/test_events.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "base/completion.h"
#include "protocol/webhook/event.h"
#include "protocol/webhook/sample.h"

namespace doorward {
namespace {

constexpr std::uint32_t kPage = 100;

bool wants(const WebhookEndpoint& endpoint, std::string_view event_type) {
  const auto& filters = endpoint.event_types;
  return endpoint.enabled && (filters.empty() || std::ranges::any_of(filters, [&](const std::string& filter) {
                                return webhook::filter_matches(filter, event_type);
                              }));
}

// The newest kMaxTestTargets endpoints that want the type.
Result<std::vector<WebhookEndpointId>> targets_of(const WebhookEndpointRepository& endpoints,
                                                  const EnvironmentId& environment, std::string_view event_type) {
  std::vector<WebhookEndpointId> targets;
  PageRequest request{.limit = kPage};
  while (true) {
    DOORWARD_TRY(const auto page, endpoints.list(environment, request));
    for (const WebhookEndpoint& endpoint : page.items) {
      if (!wants(endpoint, event_type)) continue;
      targets.push_back(endpoint.id);
      if (targets.size() == kMaxTestTargets) return targets;
    }
    if (!page.has_next) return targets;
    request.after = Keyset{page.items.back().create_time, page.items.back().id.str()};
  }
}

using Results = std::vector<Result<TestDelivery>>;

// What the sends side by side share, and nobody else: the last one to end resumes the coroutine that started them.
struct Sending {
  std::vector<WebhookEndpointId> endpoints;
  std::string event_type;
  Results results;
  std::atomic<std::size_t> left = 0;
  Completion<Results>::Deliver done;
};

}  // namespace

task<std::vector<Result<TestDelivery>>> TestEvents::send_to_each(const Caller& by,
                                                                 std::vector<WebhookEndpointId> endpoints,
                                                                 const std::string& event_type) {
  if (endpoints.empty()) co_return Results();
  co_return co_await Completion<Results>([&](Completion<Results>::Deliver deliver) {
    const auto sending = std::make_shared<Sending>();
    sending->endpoints = std::move(endpoints);
    sending->event_type = event_type;
    sending->results.resize(sending->endpoints.size(), failure(internal_error("a test event did not end")));
    sending->left = sending->endpoints.size();
    sending->done = std::move(deliver);
    for (std::size_t i = 0; i < sending->endpoints.size(); ++i) {
      start_task(deliveries_.send_test(by, sending->endpoints[i], sending->event_type),
                 [sending, i](const std::exception_ptr&, std::optional<Result<TestDelivery>> result) {
                   if (result) sending->results[i] = *std::move(result);
                   if (--sending->left == 0) sending->done(std::move(sending->results));
                 });
    }
  });
}

task<Result<std::string>> TestEvents::send_to_all(const Caller& by, std::string event_type) {
  if (!webhook::is_event_type(event_type)) {
    co_return failure(
        invalid_field("event_type", "There is no such event type. ListEventTypes shows them.", "string.in"));
  }
  DOORWARD_CO_TRY(
      const auto targets,
      co_await store_.read("webhook_endpoint.test_targets", {.deadline = by.deadline}, [&](const ReadTx& tx) {
        return targets_of(tx.webhook_endpoints(), by.environment_id, event_type);
      }));
  auto results = co_await send_to_each(by, targets, event_type);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i]) continue;
    DOORWARD_CO_TRY(auto detail, co_await deliveries_.get(by, targets[i], results[i]->event_id));
    if (detail.body) co_return *std::move(detail.body);
  }
  if (!results.empty() && !results.front()) co_return tl::unexpected(std::move(results.front()).error());
  co_return webhook::render_event(
      webhook::sample_change(event_type, by.environment_id, ids_.next<EventId>(), clock_.now()));
}

}  // namespace doorward
