// The work that nobody waits for: deliveries, jobs, logout tokens, looks at domains and identity providers, records of
// requests, retention, signing keys, house-keeping.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "app/connections/saml_providers.h"
#include "app/domains/domain_checks.h"
#include "app/jobs/job_runner.h"
#include "app/jobs/request_worker.h"
#include "app/keys/key_rotation.h"
#include "app/keys/signing_keys.h"
#include "app/logout_tokens/logout_sender.h"
#include "app/retention/retention.h"
#include "app/scim_requests/request_recorder.h"
#include "app/webhooks/delivery_worker.h"
#include "net/outbound/curl_http_client.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/secret_box.h"
#include "ports/store.h"
#include "server/claimant.h"
#include "server/metrics.h"
#include "server/worker.h"

namespace doorward::server {

// Begins with its construction; everything borrowed must outlive it.
class Background {
 public:
  static constexpr std::chrono::milliseconds kJobGap{200};
  static constexpr std::chrono::milliseconds kRecorderGap{1000};
  static constexpr std::chrono::hours kRetentionInterval{1};
  // So that what one node did to the signing keys holds on every other within a second.
  static constexpr std::chrono::milliseconds kFollowKeysInterval{900};
  static constexpr std::chrono::minutes kRotateKeysInterval{1};
  static constexpr std::chrono::seconds kHousekeepingInterval{5};

  struct Parts {
    Store& store;
    Clock& clock;
    Ids& ids;
    SecretBox& secrets;
    Offload& offload;
    SigningKeys& signing_keys;
    EnvironmentId environment;
    std::string base_url;
    std::shared_ptr<Metrics> metrics;
    net::OutboundOptions outbound;           // with a resolver
    Duration disable_after = kDisableAfter;  // of webhook endpoints
    RetentionSettings retention;
    RecorderSettings recorder;
    Duration rotate_keys_after{0};  // 0: by command only
    Claimant claimant;
  };

  explicit Background(Parts parts);
  ~Background();

  // The one way out; use cases judge URLs by it.
  net::CurlHttpClient& http() { return *http_; }

  // Looks for the records of domains, also when somebody asks.
  DomainChecks& domain_checks() { return domain_checks_; }

  // Looks at the providers of SAML connections, also when somebody asks.
  SamlProviders& saml_providers() { return saml_providers_; }

  // Takes what the SCIM edge saw.
  RequestRecorder& recorder() { return recorder_; }

  // Ends the attempts under way (they are given back and sent again after the next start) and the rounds in progress,
  // and writes the records that wait.
  void stop();

 private:
  // What the store's commit listener holds: the store may commit after this object is gone.
  struct Wakes {
    std::mutex mutex;
    Background* background = nullptr;  // null before the start and from stop() on
  };

  void wake();
  task<std::optional<Timestamp>> recorder_round();
  task<std::optional<Timestamp>> retention_round();
  task<std::optional<Timestamp>> follow_keys_round();
  task<std::optional<Timestamp>> rotate_keys_round();
  task<std::optional<Timestamp>> housekeeping_round();

  Parts parts_;
  std::shared_ptr<Wakes> wakes_ = std::make_shared<Wakes>();
  std::unique_ptr<net::CurlHttpClient> http_;
  DeliveryWorker deliveries_;
  JobRunner jobs_;
  LogoutSender logout_sender_;
  RequestWorker requests_;
  DomainChecks domain_checks_;
  SamlProviders saml_providers_;
  Retention retention_;
  RequestRecorder recorder_;
  KeyRotation key_rotation_;
  std::uint64_t requests_at_last_look_ = 0;
  bool trimmed_ = false;
  bool following_failed_ = false;  // of the last round that followed the signing keys
  // Last: their rounds use all of the above.
  std::unique_ptr<Worker> job_worker_;
  std::unique_ptr<Worker> recorder_worker_;
  std::unique_ptr<Worker> domain_worker_;
  std::unique_ptr<Worker> provider_worker_;
  std::unique_ptr<Worker> retention_worker_;
  std::unique_ptr<Worker> key_follower_;
  std::unique_ptr<Worker> key_rotator_;
  std::unique_ptr<Worker> housekeeper_;
};

}  // namespace doorward::server
