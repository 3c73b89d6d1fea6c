#include "server/background.h"

#include <malloc.h>

#include "app/jobs/purge.h"
#include "app/logout_tokens/ended_logins.h"
#include "app/provisioning/provisioning_jobs.h"
#include "app/webhooks/deliveries.h"
#include "app/webhooks/removal_job.h"
#include "base/completion.h"
#include "base/log.h"

namespace doorward::server {

Background::Background(Parts parts)
    : parts_(std::move(parts)),
      http_(std::make_unique<net::CurlHttpClient>(parts_.outbound)),
      deliveries_(parts_.store, parts_.clock, parts_.ids, parts_.secrets, *http_,
                  {.disable_after = parts_.disable_after,
                   .claimant = parts_.claimant.name,
                   .dead_claimant = parts_.claimant.before}),
      jobs_(parts_.store, parts_.clock),
      logout_sender_({parts_.store, parts_.clock, *http_},
                     LogoutTokens(parts_.ids, parts_.signing_keys, parts_.base_url),
                     [metrics = parts_.metrics](LogoutResult result) { metrics->logout_token(result); }),
      requests_(parts_.store, parts_.clock),
      domain_checks_(parts_.store, parts_.clock, parts_.ids, *parts_.outbound.resolver),
      saml_providers_({parts_.store, parts_.clock, parts_.ids, *http_, parts_.offload}),
      retention_(parts_.store, parts_.clock, parts_.retention),
      recorder_(
          {parts_.store, parts_.clock, parts_.ids, parts_.secrets}, parts_.environment, parts_.recorder,
          [this] { recorder_worker_->wake(); },
          [metrics = parts_.metrics](std::size_t requests) { metrics->requests_not_recorded(requests); }),
      key_rotation_({parts_.store, parts_.clock, parts_.ids, parts_.secrets}, parts_.environment) {
  parts_.store.set_commit_listener([wakes = wakes_] {
    const std::scoped_lock lock(wakes->mutex);
    if (wakes->background != nullptr) wakes->background->wake();
  });
  jobs_.handle(kPurgeOrganizationJob, run_purge_organization);
  jobs_.handle(kPurgeDirectoryJob, run_purge_directory);
  handle_provisioning_jobs(jobs_, parts_.ids, parts_.clock);
  handle_resend_jobs(jobs_, parts_.clock);
  jobs_.handle(kRemovalJob, run_removal);
  handle_ended_logins(jobs_, parts_.ids, parts_.clock);
  logout_sender_.handle_jobs(requests_);
  deliveries_.start();
  requests_.start();
  job_worker_ = std::make_unique<Worker>("jobs", kJobGap, [this] { return jobs_.run_due(); });
  recorder_worker_ = std::make_unique<Worker>("recorder", kRecorderGap, [this] { return recorder_round(); });
  domain_worker_ = std::make_unique<Worker>("domains", kJobGap, [this] { return domain_checks_.run_due(); });
  provider_worker_ = std::make_unique<Worker>("saml-providers", kJobGap, [this] { return saml_providers_.run_due(); });
  retention_worker_ =
      std::make_unique<Worker>("retention", std::chrono::milliseconds(0), [this] { return retention_round(); });
  key_follower_ =
      std::make_unique<Worker>("key-follower", std::chrono::milliseconds(0), [this] { return follow_keys_round(); });
  key_rotator_ =
      std::make_unique<Worker>("key-rotator", std::chrono::milliseconds(0), [this] { return rotate_keys_round(); });
  housekeeper_ =
      std::make_unique<Worker>("housekeeping", std::chrono::milliseconds(0), [this] { return housekeeping_round(); });
  const std::scoped_lock lock(wakes_->mutex);
  wakes_->background = this;
  wake();  // for a commit between the first rounds and now
}

Background::~Background() { stop(); }

void Background::wake() {
  deliveries_.wake();
  job_worker_->wake();
  requests_.wake();
}

void Background::stop() {
  {
    const std::scoped_lock lock(wakes_->mutex);
    wakes_->background = nullptr;
  }
  deliveries_.request_stop();
  requests_.request_stop();
  jobs_.stop();
  domain_checks_.stop();
  saml_providers_.stop();
  retention_.stop();
  http_->stop();
  deliveries_.join();
  requests_.join();
  job_worker_->stop();
  recorder_worker_->stop();
  sync_wait(recorder_.flush());
  domain_worker_->stop();
  provider_worker_->stop();
  retention_worker_->stop();
  key_rotator_->stop();
  key_follower_->stop();
  housekeeper_->stop();
}

task<std::optional<Timestamp>> Background::recorder_round() {
  co_await recorder_.flush();
  co_return std::nullopt;
}

task<std::optional<Timestamp>> Background::retention_round() {
  const auto run = co_await retention_.run();
  if (!run) {
    log::warning("retention.failed", {{"reason", reason_name(run.error().reason)}, {"detail", run.error().detail}});
  } else if (run->events + run->deliveries + run->bodies + run->scim_requests + run->auth_messages +
                 run->auth_requests >
             0) {
    log::info("retention.done", {{"events", run->events},
                                 {"deliveries", run->deliveries},
                                 {"bodies", run->bodies},
                                 {"scim_requests", run->scim_requests},
                                 {"auth_messages", run->auth_messages},
                                 {"auth_requests", run->auth_requests}});
  }
  co_return parts_.clock.now() + kRetentionInterval;
}

task<std::optional<Timestamp>> Background::follow_keys_round() {
  const auto followed =
      co_await follow_stored_keys(parts_.store, parts_.environment, parts_.signing_keys, parts_.secrets);
  // Of a database that is away the first line is enough.
  if (!followed && !following_failed_) {
    log::warning("signing_keys.not_followed",
                 {{"reason", reason_name(followed.error().reason)}, {"detail", followed.error().detail}});
  }
  following_failed_ = !followed;
  if (followed && *followed) log::info("signing_keys.changed");
  co_return parts_.clock.now() + kFollowKeysInterval;
}

task<std::optional<Timestamp>> Background::rotate_keys_round() {
  const auto done = co_await key_rotation_.run_due(parts_.rotate_keys_after);
  if (!done) {
    log::warning("signing_keys.not_rotated",
                 {{"reason", reason_name(done.error().reason)}, {"detail", done.error().detail}});
  }
  co_return parts_.clock.now() + kRotateKeysInterval;
}

task<std::optional<Timestamp>> Background::housekeeping_round() {
  // What a burst allocated goes back to the system once a whole interval passed without a request.
  const std::uint64_t requests = parts_.metrics->requests();
  if (requests != requests_at_last_look_) {
    requests_at_last_look_ = requests;
    trimmed_ = false;
  } else if (!trimmed_) {
    malloc_trim(0);
    trimmed_ = true;
  }
  co_return parts_.clock.now() + kHousekeepingInterval;
}

}  // namespace doorward::server
