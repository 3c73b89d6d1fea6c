#include "app/webhooks/delivery_worker.h"

#include <algorithm>
#include <map>
#include <utility>

#include "app/webhooks/attempt.h"
#include "app/webhooks/message.h"
#include "base/log.h"
#include "protocol/webhook/signature.h"

namespace doorward {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Outcomes written down in one transaction at most.
constexpr std::size_t kRecordPage = 128;

// Outcomes that wait to be written down; when there are more, nothing is begun until the store catches up.
constexpr std::size_t kMaxUnrecorded = 4096;

// How much the clocks of two nodes may differ before both could have a head under way.
constexpr Duration kClockMargin = std::chrono::seconds(2);

// How long a disabled endpoint is left alone before it is looked at again; enabling it ends that.
constexpr Duration kDisabledPause = std::chrono::minutes(1);

// Before the next look when something seemed due and could not be had: another transaction holds it.
constexpr Duration kClaimPause = std::chrono::milliseconds(50);

// Transactions of the sequencer before the next look at what is due.
constexpr int kBatchesAtOnce = 16;

void log_store_error(std::string_view what, const Error& error) {
  log::warning("webhook.store_error",
               {{"during", what}, {"reason", reason_name(error.reason)}, {"detail", error.detail}});
}

}  // namespace

DeliveryWorker::DeliveryWorker(Store& store, Clock& clock, Ids& ids, const SecretBox& secrets, HttpClient& http,
                               DeliverySettings settings)
    : store_(store),
      clock_(clock),
      ids_(ids),
      secrets_(secrets),
      http_(http),
      settings_(std::move(settings)),
      sequencer_(store, clock) {}

DeliveryWorker::~DeliveryWorker() {
  request_stop();
  join();
}

void DeliveryWorker::start() {
  thread_ = std::thread([this] { run(); });
}

void DeliveryWorker::request_stop() {
  stop_requested_ = true;
  loop_.wake();
}

void DeliveryWorker::join() {
  if (thread_.joinable()) thread_.join();
}

StoreOptions DeliveryWorker::store_options() const {
  return {.deadline = SteadyClock::now() + settings_.store_timeout};
}

void DeliveryWorker::run() {
  Executor::Scope scope(&loop_);
  while (!is_done()) {
    start_what_is_due();
    if (loop_.wait_and_run(next_wait())) news_ = true;
  }
}

bool DeliveryWorker::is_done() const { return stop_requested_ && !looking_ && !writing_ && in_flight_ == 0; }

bool DeliveryWorker::has_room() const {
  return in_flight_ < settings_.max_in_flight && in_flight_bytes_ < settings_.max_in_flight_bytes &&
         outcomes_.size() < kMaxUnrecorded;
}

void DeliveryWorker::start_what_is_due() {
  const auto now = SteadyClock::now();
  if (!writing_ && !outcomes_.empty() && now >= next_write_) {
    writing_ = true;
    start_task(write_down(), [this](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
      writing_ = false;
    });
  }
  if (!looking_ && !stop_requested_ && has_room() && now >= look_time()) {
    looking_ = true;
    look_again_ = false;
    start_task(look_for_work(), [this](std::exception_ptr error) {
      if (error) std::rethrow_exception(error);
      looking_ = false;
    });
  }
}

RunLoop::SteadyTime DeliveryWorker::look_time() const {
  if (look_again_) return {};
  return news_ ? std::min(next_look_, next_sequence_) : next_look_;
}

// Nothing is due by itself while a transaction is under way: its end is posted to the loop.
RunLoop::SteadyTime DeliveryWorker::next_wait() const {
  auto next = RunLoop::SteadyTime::max();
  if (!writing_ && !outcomes_.empty()) next = std::min(next, next_write_);
  if (!looking_ && !stop_requested_ && has_room()) {
    next = std::min(next, look_time());
  }
  return next;
}

task<void> DeliveryWorker::look_for_work() {
  Result<std::optional<Timestamp>> next_due = std::nullopt;
  Result<void> sequenced = co_await release_dead();
  if (sequenced) sequenced = co_await sequence_all();
  if (sequenced) {
    next_due = co_await claim_and_send();
  } else {
    next_due = tl::unexpected(std::move(sequenced).error());
  }
  const auto now = SteadyClock::now();
  if (!next_due) {
    log_store_error("looking for work", next_due.error());
    look_again_ = news_ = false;  // a notification in the meantime must not make us hammer a database that is away
    next_look_ = now + settings_.store_retry;
    co_return;
  }
  next_look_ = now + settings_.poll;
  if (*next_due) next_look_ = std::min(next_look_, now + std::max(Duration::zero(), **next_due - clock_.now()));
}

task<Result<void>> DeliveryWorker::release_dead() {
  if (dead_released_ || settings_.dead_claimant.empty()) co_return Result<void>();
  DOORWARD_CO_CHECK(co_await store_.write("delivery.release_dead", store_options(), [&](WriteTx& tx) {
    return tx.deliveries().release_claims(settings_.dead_claimant);
  }));
  dead_released_ = true;
  co_return Result<void>();
}

task<Result<void>> DeliveryWorker::sequence_all() {
  // Under steady writing a commit comes every few milliseconds: what they appended is numbered together. What comes
  // after a pause does not wait.
  const auto now = SteadyClock::now();
  if (now < next_sequence_) co_return Result<void>();
  next_sequence_ = now + settings_.sequence_gap;
  news_ = false;
  // Bounded, so that writers that never pause do not keep us from sending.
  auto state = SequenceState::kMoreLeft;
  for (int batch = 0; state == SequenceState::kMoreLeft && batch < kBatchesAtOnce && !stop_requested_; ++batch) {
    DOORWARD_CO_TRY(state, co_await sequencer_.run_batch(store_options()));
  }
  if (state == SequenceState::kMoreLeft) {
    look_again_ = true;
    next_sequence_ = now;
  }
  co_return Result<void>();
}

// When to look again by itself; nullopt: on a notification, or when polling.
task<Result<std::optional<Timestamp>>> DeliveryWorker::claim_and_send() {
  const bool failing_too = failing_room() > 0;  // what closures see of us is read before they run on other threads
  DOORWARD_CO_TRY(const std::optional<Timestamp> due,
                  co_await store_.read("delivery.next_due", store_options(),
                                       [&](const ReadTx& tx) { return tx.deliveries().next_due(failing_too); }));
  if (!due || *due > clock_.now()) co_return due;
  DOORWARD_CO_TRY(const std::vector<DeliveryRun> claimed, co_await claim());
  if (claimed.empty()) co_return clock_.now() + kClaimPause;
  in_flight_ += claimed.size();
  failing_in_flight_ += static_cast<std::size_t>(std::ranges::count(claimed, true, &DeliveryRun::failing));
  counters_.in_flight = static_cast<std::int64_t>(in_flight_);
  look_again_ = true;
  auto runs = co_await store_.read("delivery.load", store_options(),
                                   [&](const ReadTx& tx) { return prepare_runs(tx, claimed, clock_.now()); });
  if (!runs) {
    for (const auto& run : claimed) give_back(run.claim, run.failing);
    co_return tl::unexpected(std::move(runs).error());
  }
  for (auto& run : *runs) start_run(std::move(run));
  co_return std::nullopt;
}

std::int64_t DeliveryWorker::failing_room() const {
  const std::size_t most = settings_.max_failing_in_flight;
  return static_cast<std::int64_t>(most - std::min(most, failing_in_flight_));
}

task<Result<std::vector<DeliveryRun>>> DeliveryWorker::claim() {
  const auto room = static_cast<std::int64_t>(settings_.max_in_flight - in_flight_);
  const std::int64_t queues = std::min(room, settings_.claim_page);
  const std::int64_t failing_queues = failing_room();
  co_return co_await store_.write("delivery.claim", store_options(), [&](WriteTx& tx) {
    const Timestamp now = clock_.now();  // of the transaction: it may have waited
    return tx.deliveries().claim_due(now, {.claimant = settings_.claimant,
                                           .until = now + settings_.claim_time,
                                           .queues = queues,
                                           .failing_queues = failing_queues,
                                           .queues_per_endpoint = settings_.max_per_endpoint,
                                           .deliveries_per_queue = settings_.max_run,
                                           .deliveries = settings_.load_page});
  });
}

void DeliveryWorker::start_run(PreparedRun run) {
  start_task(deliver(std::move(run)), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
}

// An attempt has to end while the claim lasts, or another worker would send the same head beside us.
bool DeliveryWorker::may_begin(const QueueClaim& claim) const {
  return !stop_requested_ && outcomes_.size() < kMaxUnrecorded &&
         clock_.now() + kWebhookTimeout + kClockMargin < claim.until;
}

task<void> DeliveryWorker::deliver(PreparedRun run) {
  if (run.must_wait()) {
    give_back(std::move(run.claim), run.failing, clock_.now() + kDisabledPause);
    co_return;
  }
  std::size_t bytes = run.body_bytes();
  in_flight_bytes_ += bytes;
  const auto keys = open_secrets(run, secrets_);
  const RetrySchedule schedule = run.schedule();
  const auto failing_since = run.endpoint ? run.endpoint->failing_since : std::nullopt;
  bool ended = false;
  for (std::size_t i = 0; !ended && may_begin(run.claim); ++i) {
    Result<HttpRequest> request = take_request(run, i, keys, clock_.now());
    const std::size_t sent_bytes = request ? request->body.size() : 0;
    auto finished = co_await make_attempt(http_, clock_, std::move(request), std::move(run.deliveries[i].delivery),
                                          schedule, settings_.jitter);
    in_flight_bytes_ -= sent_bytes;
    bytes -= sent_bytes;
    if (!finished) break;
    const DeliveryStatus status = finished->outcome.status;
    const bool done_with = status == DeliveryStatus::kDelivered || status == DeliveryStatus::kCancelled;
    ended = !done_with || i + 1 == run.deliveries.size();
    outcomes_.push_back({.claim = run.claim,
                         .failing = run.failing,
                         .endpoint_failing_since = failing_since,
                         .finished = std::move(finished),
                         .ended = ended});
  }
  in_flight_bytes_ -= bytes;
  if (!ended) give_back(std::move(run.claim), run.failing);
}

void DeliveryWorker::give_back(QueueClaim claim, bool failing, std::optional<Timestamp> held_until) {
  outcomes_.push_back(
      {.claim = std::move(claim), .failing = failing, .ended = true, .endpoint_held_until = held_until});
}

task<void> DeliveryWorker::write_down() {
  const auto end = outcomes_.begin() + static_cast<std::ptrdiff_t>(std::min(outcomes_.size(), kRecordPage));
  std::vector<Outcome> page(std::make_move_iterator(outcomes_.begin()), std::make_move_iterator(end));
  outcomes_.erase(outcomes_.begin(), end);
  const Result<void> written =
      co_await store_.write("delivery.record", store_options(), [&](WriteTx& tx) { return write_page(tx, page); });
  if (!written && !stop_requested_) {
    log_store_error("writing outcomes down", written.error());
    outcomes_.insert(outcomes_.begin(), std::make_move_iterator(page.begin()), std::make_move_iterator(page.end()));
    next_write_ = SteadyClock::now() + settings_.store_retry;
    co_return;
  }
  // At a stop the outcomes are given up when the store refuses: the claims run out and the heads are sent again.
  bool any_ended = false;
  for (const auto& outcome : page) {
    if (written && outcome.finished) count(*outcome.finished);
    if (!outcome.ended) continue;
    any_ended = true;
    --in_flight_;
    if (outcome.failing) --failing_in_flight_;
  }
  counters_.in_flight = static_cast<std::int64_t>(in_flight_);
  if (any_ended) look_again_ = true;
}

Result<void> DeliveryWorker::write_page(WriteTx& tx, const std::vector<Outcome>& page) {
  // Both in the order in which everyone takes these rows.
  std::map<std::pair<EnvironmentId, WebhookEndpointId>, EndpointHealth> endpoints;
  std::map<QueueClaim, RunProgress> runs;
  for (const Outcome& outcome : page) {
    const auto& [environment, endpoint, owner, solo, claimant, until] = outcome.claim;
    RunProgress& progress = runs[outcome.claim];
    progress.claim = outcome.claim;
    progress.ended = outcome.ended;
    progress.endpoint_held_until = outcome.endpoint_held_until;
    if (!outcome.finished) continue;
    progress.finished.push_back(*outcome.finished);
    endpoints.try_emplace({environment, endpoint}, environment, endpoint, outcome.endpoint_failing_since)
        .first->second.add(*outcome.finished);
  }
  for (const auto& [key, health] : endpoints) {
    DOORWARD_TRY(const bool disabled, health.write_down(tx, ids_, clock_.now(), settings_.disable_after));
    if (disabled) log::warning("webhook.endpoint_disabled", {{"endpoint_id", health.endpoint().str()}});
  }
  std::vector<RunProgress> progress;
  progress.reserve(runs.size());
  for (auto& [claim, run] : runs) progress.push_back(std::move(run));
  return tx.deliveries().record(progress);
}

void DeliveryWorker::count(const FinishedDelivery& finished) {
  const auto& [delivery, attempt, outcome] = finished;
  if (outcome.status == DeliveryStatus::kDelivered) {
    ++counters_.delivered;
    return;
  }
  ++counters_.failed_attempts;
  const bool given_up = !is_waiting(outcome.status);
  if (given_up) ++counters_.given_up;
  log::write(given_up ? log::Level::kWarning : log::Level::kInfo,
             given_up                                    ? "webhook.given_up"
             : outcome.status == DeliveryStatus::kParked ? "webhook.parked"
                                                         : "webhook.attempt_failed",
             {{"endpoint_id", delivery.endpoint_id.str()},
              {"event_id", delivery.event_id.str()},
              {"attempt", attempt.number},
              {"http_status", attempt.http_status},
              {"reason", attempt.error}});
}

}  // namespace doorward
