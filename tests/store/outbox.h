// Deliveries to be claimed, and what the tests of the outbox say of them.
#pragma once

#include "suite.h"

namespace doorward::store {

class Outbox {
 public:
  Outbox(const Environment& environment, Ids& ids, Timestamp made)
      : environment_(environment), ids_(ids), made_(made) {}
  Delivery delivery(const std::string& endpoint, const std::string& owner, std::int64_t seq) {
    return {.environment_id = environment_.id,
            .endpoint_id = WebhookEndpointId(endpoint),
            .owner_id = owner,
            .owner_seq = seq,
            .event_id = ids_.next<EventId>(),
            .create_time = made_};
  }

 private:
  Environment environment_;
  Ids& ids_;
  Timestamp made_;
};

inline std::string place(const Delivery& d) {
  return d.endpoint_id.str() + "/" + d.owner_id + "/" + std::to_string(d.owner_seq);
}

// Of the heads.
inline std::vector<std::string> places(const std::vector<DeliveryRun>& runs) {
  std::vector<std::string> found;
  for (const DeliveryRun& run : runs) found.push_back(place(run.deliveries.at(0)));
  return found;
}

inline std::vector<std::string> places_of(const DeliveryRun& run) {
  std::vector<std::string> found;
  for (const Delivery& delivery : run.deliveries) found.push_back(place(delivery));
  return found;
}

inline FinishedDelivery finished(const Delivery& delivery, Timestamp at, DeliveryOutcome outcome) {
  return {.delivery = delivery,
          .attempt = {.number = delivery.attempts + 1, .started_at = at, .http_status = 200, .response_excerpt = "ok"},
          .outcome = outcome};
}

}  // namespace doorward::store
