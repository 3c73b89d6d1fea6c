// Test events for every endpoint that wants a type: the public interface's way, which names no endpoint.
#pragma once

#include <cstddef>
#include <string>

#include "app/webhooks/deliveries.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::size_t kMaxTestTargets = 20;

class TestEvents {
 public:
  // All must outlive this.
  TestEvents(Store& store, Clock& clock, Ids& ids, WebhookDeliveries& deliveries)
      : store_(store), clock_(clock), ids_(ids), deliveries_(deliveries) {}

  // Sends a sample of the type to the caller's enabled endpoints whose event types let it pass, the newest
  // kMaxTestTargets of them, side by side, and waits for their answers, whatever they are. The body as one of them was
  // sent it; one made up alike when there is none. Errors: kInvalidArgument at `event_type`; kRateLimited when every
  // endpoint had its share of tests.
  task<Result<std::string>> send_to_all(const Caller& by, std::string event_type);

 private:
  task<std::vector<Result<TestDelivery>>> send_to_each(const Caller& by, std::vector<WebhookEndpointId> endpoints,
                                                       const std::string& event_type);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  WebhookDeliveries& deliveries_;
};

}  // namespace doorward
