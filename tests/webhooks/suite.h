// What every test here stands on: a store with one environment, its keys, the outbound client, and a worker on demand.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "app/keys/key_ring.h"
#include "app/webhooks/delivery_worker.h"
#include "app/webhooks/webhook_endpoints.h"
#include "net/outbound/curl_http_client.h"
#include "ports/test_doubles.h"
#include "store/suite.h"
#include "support/loopback_receiver.h"

namespace doorward {

using testing::LoopbackReceiver;
using testing::ReceivedRequest;

inline constexpr store::DatabaseKind kDatabases[] = {store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres};

class WebhookSuite : public store::StoreSuite {
 protected:
  void SetUp() override;
  // The client's thread may still be on its way out of a write that it began.
  void TearDown() override {
    http_.reset();
    store_.reset();
  }
  // The store again, as after a restart; no worker may live.
  void restart();

  Caller caller() const { return {.kind = CallerKind::kApiClient, .environment_id = environment_.id, .id = "skc_1"}; }
  WebhookEndpoints endpoints();
  CreatedWebhookEndpoint subscribe(const std::string& url, std::vector<std::string> event_types = {},
                                   std::optional<OrganizationId> organization = std::nullopt);

  Directory new_stored_directory() { return directory(organization_); }
  // Commits one change in the directory's history; its event id.
  EventId append(const Directory& directory, std::string_view event_type = "organization.directory.user_created");
  std::vector<EventId> append(const Directory& directory, int count);

  // Tells the worker of commits while it lives.
  struct StopTelling {
    WebhookSuite* suite;
    void operator()(DeliveryWorker* worker) const;
  };
  using Worker = std::unique_ptr<DeliveryWorker, StopTelling>;
  // Without jitter.
  Worker start_worker(DeliverySettings settings = {});
  void set_schedule(const WebhookEndpointId& endpoint, std::string_view schedule);
  WebhookEndpoint endpoint_row(const WebhookEndpointId& endpoint);
  // Until the worker has written down what it did.
  void wait_until(const std::function<bool()>& holds);
  std::vector<Delivery> deliveries_of(const EventId& event);
  std::vector<DeliveryAttempt> attempts_of(const EventId& event, const WebhookEndpointId& endpoint);
  DeliveryStatus status_of(const EventId& event) { return deliveries_of(event).at(0).status; }
  void wait_for_status(const EventId& event, DeliveryStatus status);
  std::int64_t pending();

  // Moves the clock and tells the worker.
  void advance(Duration by, DeliveryWorker& worker);

  Environment environment_;
  Organization organization_;
  test::SystemRandom random_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<net::CurlHttpClient> http_;

 private:
  void tell_of_commits();

  std::mutex told_mutex_;
  DeliveryWorker* told_ = nullptr;
};

// Answers some attempts at an event with another status than 204.
class FlakyReceiver {
 public:
  void fail(const EventId& event, int attempts, int status = 500, std::string headers = "") {
    std::lock_guard lock(mutex_);
    plans_[event.str()] = {attempts, status, std::move(headers)};
  }

  LoopbackReceiver::Handler handler() {
    return [this](const ReceivedRequest& request) -> std::optional<std::string> {
      std::lock_guard lock(mutex_);
      Plan& plan = plans_[request.headers.at("webhook-id")];
      return plan.attempts-- > 0 ? LoopbackReceiver::answer(plan.status, "no", plan.headers)
                                 : LoopbackReceiver::answer(204);
    };
  }

 private:
  struct Plan {
    int attempts = 0;
    int status = 500;
    std::string headers;
  };
  std::mutex mutex_;
  std::map<std::string, Plan> plans_;
};

std::vector<std::string> texts(const std::vector<EventId>& ids);
std::vector<std::string> ids_of(const std::vector<ReceivedRequest>& requests);

}  // namespace doorward
