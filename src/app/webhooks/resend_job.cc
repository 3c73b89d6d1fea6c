#include "app/webhooks/resend_job.h"

#include <boost/json/object.hpp>
#include <utility>

#include "app/jobs/job_state.h"

namespace doorward {
namespace {

namespace json = boost::json;

DeliveryFilter filter_of(const json::object& state) {
  DeliveryFilter filter{.statuses = {DeliveryStatus::kFailed},
                        .event_type = job_text(state, "event_type"),
                        .since = from_micros(job_number(state, "since")),
                        .until = from_micros(job_number(state, "until"))};
  if (job_number(state, "only_failed") == 0) {
    filter.statuses = {DeliveryStatus::kDelivered, DeliveryStatus::kFailed, DeliveryStatus::kCancelled,
                       DeliveryStatus::kParked};
  }
  if (const auto organization = job_text(state, "organization_id"); !organization.empty()) {
    filter.organization_id = OrganizationId(organization);
  }
  return filter;
}

}  // namespace

Job resend_job(JobId id, TransactionId txn, const EnvironmentId& environment, const WebhookEndpointId& endpoint,
               const ResendRange& range, Timestamp now) {
  Job job;
  job.environment_id = environment;
  job.id = std::move(id);
  job.owner_id = endpoint.str();
  job.kind = kResendJob;
  job.txn = std::move(txn);
  job.run_after = now;
  job.create_time = now;
  job.state = {{"since", to_micros(range.since)},
               {"until", to_micros(range.until)},
               {"event_type", range.event_type},
               {"organization_id", range.organization_id ? range.organization_id->str() : ""},
               {"only_failed", static_cast<std::int64_t>(range.only_failed)},
               {"after_time", to_micros(range.since) - 1},
               {"after_event", ""}};
  return job;
}

Result<bool> is_event_there(const ChangeRepository& changes, const Delivery& delivery) {
  if (delivery.owner_id == kTestOwner) return true;
  DOORWARD_TRY(const auto record, changes.find(delivery.environment_id, delivery.owner_id, delivery.owner_seq));
  return record && (record->before || record->after);
}

Result<bool> run_resend(WriteTx& tx, Job& job, Timestamp now) {
  const WebhookEndpointId id(job.owner_id);
  DOORWARD_TRY(const auto endpoint, tx.webhook_endpoints().find(job.environment_id, id));
  if (!endpoint || !endpoint->enabled) return true;
  // Backward from the end of a list that has the newest first.
  const PageRequest request{
      .limit = static_cast<std::uint32_t>(kResendBatch),
      .after = Keyset{from_micros(job_number(job.state, "after_time")), job_text(job.state, "after_event")},
      .backward = true};
  DOORWARD_TRY(const auto page, tx.deliveries().list(job.environment_id, id, filter_of(job.state), request));
  std::vector<Delivery> again;
  for (auto delivery = page.items.rbegin(); delivery != page.items.rend(); ++delivery) {
    if (delivery->owner_id == kTestOwner) continue;
    DOORWARD_TRY(const bool there, is_event_there(tx.changes(), *delivery));
    if (there) again.push_back(*delivery);
  }
  if (!again.empty()) DOORWARD_CHECK(tx.deliveries().resend(again, now));
  if (!page.has_previous) return true;
  const Delivery& last = page.items.front();
  job.state["after_time"] = to_micros(last.create_time);
  job.state["after_event"] = last.event_id.str();
  return false;
}

void handle_resend_jobs(JobRunner& runner, Clock& clock) {
  runner.handle(kResendJob, [&clock](WriteTx& tx, Job& job) { return run_resend(tx, job, clock.now()); });
}

}  // namespace doorward
