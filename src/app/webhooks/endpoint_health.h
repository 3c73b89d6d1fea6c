// What deliveries tell of their endpoint: since when nothing has succeeded there, and when that is the end of it.
#pragma once

#include <chrono>
#include <optional>

#include "base/result.h"
#include "ports/ids.h"
#include "ports/store.h"

namespace doorward {

// An endpoint at which every attempt failed for so long is disabled.
inline constexpr Duration kDisableAfter = std::chrono::days(5);

// Collected from the outcomes that are written down together. Test events tell nothing.
class EndpointHealth {
 public:
  // `failing_since`: as it was known when the attempts began; of a success the row decides.
  EndpointHealth(EnvironmentId environment, WebhookEndpointId endpoint, std::optional<Timestamp> failing_since)
      : environment_(std::move(environment)), endpoint_(std::move(endpoint)), failing_since_(failing_since) {}

  void add(const FinishedDelivery& finished);

  // Inside a write, before the outcomes are recorded: keeps failing_since, or disables the endpoint, with a change
  // record, when it answered 410 Gone, or when the store too knows of no success for `disable_after`. True when it was
  // disabled now.
  Result<bool> write_down(WriteTx& tx, Ids& ids, Timestamp now, Duration disable_after) const;

  const WebhookEndpointId& endpoint() const { return endpoint_; }

 private:
  Result<bool> disable(WriteTx& tx, Ids& ids, std::string_view reason, Timestamp now, Duration disable_after) const;

  EnvironmentId environment_;
  WebhookEndpointId endpoint_;
  std::optional<Timestamp> failing_since_;
  bool succeeded_ = false;
  bool gone_ = false;
  std::optional<Timestamp> failed_at_;
};

}  // namespace doorward
