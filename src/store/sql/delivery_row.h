// The row of a delivery, shared by the files of the outbox.
#pragma once

#include "domain/webhook.h"
#include "store/sql/read_row.h"

// In the order that read_delivery() expects.
#define DOORWARD_DELIVERY_COLUMNS                                                                           \
  "environment_id, endpoint_id, owner_id, owner_seq, event_id, status, attempts, create_time, event_type, " \
  "organization_id, round_begins, failing_since, out_of_order"
#define DOORWARD_OF_QUEUE "WHERE environment_id = $1 AND endpoint_id = $2 AND owner_id = $3 "
// DeliveryStatus of what still waits; see is_waiting().
#define DOORWARD_WAITING "status IN (0, 4, 5) "

namespace doorward::store {

inline Delivery read_delivery(const Row& row) {
  return Delivery{.environment_id = id_at<EnvironmentId>(row, 0),
                  .endpoint_id = id_at<WebhookEndpointId>(row, 1),
                  .owner_id = text_at(row, 2),
                  .owner_seq = row.integer(3),
                  .event_id = id_at<EventId>(row, 4),
                  .event_type = text_at(row, 8),
                  .organization_id = id_at<OrganizationId>(row, 9),
                  .status = enum_at<DeliveryStatus>(row, 5),
                  .attempts = static_cast<std::int32_t>(row.integer(6)),
                  .round_begins = static_cast<std::int32_t>(row.integer(10)),
                  .failing_since = optional_time_at(row, 11),
                  .out_of_order = bool_at(row, 12),
                  .create_time = time_at(row, 7)};
}

}  // namespace doorward::store
