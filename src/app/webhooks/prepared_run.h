// A claimed run of deliveries with what it takes to send them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "domain/webhook.h"
#include "ports/http_client.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

// What is kept in memory of one run's bodies; a body that passes it is the last of its run.
inline constexpr std::size_t kMaxRunBytes = 256 * 1024;

struct PreparedDelivery {
  Delivery delivery;
  std::optional<std::string> body;  // nullopt: the event was erased
};

struct PreparedRun {
  QueueClaim claim;
  bool failing = false;                     // as in DeliveryRun
  std::optional<WebhookEndpoint> endpoint;  // nullopt: it was removed
  std::vector<WebhookSecret> secrets;       // in force when the run was prepared
  std::vector<PreparedDelivery> deliveries;

  std::size_t body_bytes() const;
  // Nothing may be sent now, but once the endpoint is enabled again. Test events go out all the same.
  bool must_wait() const;
  // The endpoint's; a test event is tried once.
  RetrySchedule schedule() const;
};

// Reads what `runs` need. A run comes back with fewer deliveries when their bodies pass kMaxRunBytes, never with none.
Result<std::vector<PreparedRun>> prepare_runs(const ReadTx& tx, const std::vector<DeliveryRun>& runs, Timestamp now);

// Opens the secrets of a run. kSecretUnreadable when one is not a secret or there is none.
Result<std::vector<Secret<std::string>>> open_secrets(const PreparedRun& run, const SecretBox& secrets);

// The request that makes delivery `index` of `run`; takes its body. Errors: what makes an attempt needless
// (kWebhookEndpointNotFound, kEventErased), and the error in `keys`.
Result<HttpRequest> take_request(PreparedRun& run, std::size_t index,
                                 const Result<std::vector<Secret<std::string>>>& keys, Timestamp sent_at);

}  // namespace doorward
