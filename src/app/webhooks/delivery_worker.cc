#include "app/webhooks/delivery_worker.h"

#include <algorithm>
#include <map>
#include <utility>

#include "app/webhooks/message.h"
#include "base/log.h"
#include "protocol/webhook/signature.h"

namespace doorward {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Outcomes written down in one transaction at most.
constexpr std::size_t kFinishPage = 128;

// Transactions of the sequencer before the next look at what is due.
constexpr int kBatchesAtOnce = 16;

void log_store_error(std::string_view what, const Error& error) {
  log::warning("webhook.store_error",
               {{"during", what}, {"reason", reason_name(error.reason)}, {"detail", error.detail}});
}

}  // namespace

// A claimed delivery with what it takes to send it.
struct DeliveryWorker::Item {
  Delivery delivery;
  std::optional<ChangeRecord> change;
  std::optional<WebhookEndpoint> endpoint;
  std::vector<WebhookSecret> secrets;
};

DeliveryWorker::DeliveryWorker(Store& store, Clock& clock, const SecretBox& secrets, HttpClient& http,
                               DeliverySettings settings)
    : store_(store),
      clock_(clock),
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
  return in_flight_ < settings_.max_in_flight && in_flight_bytes_ < settings_.max_in_flight_bytes;
}

void DeliveryWorker::start_what_is_due() {
  const auto now = SteadyClock::now();
  if (!writing_ && !finished_.empty() && now >= next_write_) {
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
  if (!writing_ && !finished_.empty()) next = std::min(next, next_write_);
  if (!looking_ && !stop_requested_ && has_room()) {
    next = std::min(next, look_time());
  }
  return next;
}

task<void> DeliveryWorker::look_for_work() {
  Result<std::optional<Timestamp>> next_due = std::nullopt;
  if (Result<void> sequenced = co_await sequence_all(); sequenced) {
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

// When to look again by itself; nullopt: on a notification, or when polling. A head may be due and yet not to be had
// (its endpoint's share is used up, or another node holds it): then an attempt's end, here or there, leads to it.
task<Result<std::optional<Timestamp>>> DeliveryWorker::claim_and_send() {
  DOORWARD_CO_TRY(const std::optional<Timestamp> due,
                  co_await store_.read("delivery.next_due", store_options(),
                                       [](const ReadTx& tx) { return tx.deliveries().next_due(); }));
  const Timestamp now = clock_.now();
  if (!due || *due > now) co_return due;
  DOORWARD_CO_TRY(std::vector<Delivery> claimed, co_await claim(now));
  if (claimed.empty()) co_return std::nullopt;
  in_flight_ += claimed.size();
  counters_.in_flight = static_cast<std::int64_t>(in_flight_);
  look_again_ = true;
  Result<std::vector<Item>> items = co_await load(claimed);
  if (!items) {
    for (auto& delivery : claimed) give_back(std::move(delivery));
    co_return tl::unexpected(std::move(items).error());
  }
  for (auto& item : *items) start_delivery(std::move(item));
  co_return std::nullopt;
}

task<Result<std::vector<Delivery>>> DeliveryWorker::claim(Timestamp now) {
  const auto room = static_cast<std::int64_t>(settings_.max_in_flight - in_flight_);
  const std::int64_t limit = std::min(room, settings_.claim_page);
  co_return co_await store_.write("delivery.claim", store_options(), [&](WriteTx& tx) {
    return tx.deliveries().claim_due(now, now + settings_.claim_time, limit, settings_.max_per_endpoint);
  });
}

task<Result<std::vector<DeliveryWorker::Item>>> DeliveryWorker::load(const std::vector<Delivery>& claimed) {
  co_return co_await store_.read("delivery.load", store_options(), [&](const ReadTx& tx) -> Result<std::vector<Item>> {
    std::vector<Item> items;
    for (const auto& delivery : claimed) {
      Item item{.delivery = delivery};
      DOORWARD_TRY(item.change, tx.changes().find(delivery.environment_id, delivery.owner_id, delivery.owner_seq));
      DOORWARD_TRY(item.endpoint, tx.webhook_endpoints().find(delivery.environment_id, delivery.endpoint_id));
      DOORWARD_TRY(item.secrets,
                   tx.webhook_endpoints().secrets(delivery.environment_id, delivery.endpoint_id, clock_.now()));
      items.push_back(std::move(item));
    }
    return items;
  });
}

void DeliveryWorker::start_delivery(Item item) {
  start_task(deliver(std::move(item)), [](std::exception_ptr error) {
    if (error) std::rethrow_exception(error);
  });
}

task<void> DeliveryWorker::deliver(Item item) {
  DeliveryAttempt made{.number = item.delivery.attempts + 1, .started_at = clock_.now()};
  Result<HttpRequest> request = request_for(item, made.started_at);
  Delivery delivery = std::move(item.delivery);
  item = Item{};  // the request is a fraction of the record that it was made of
  const std::size_t bytes = request ? request->body.size() : 0;
  in_flight_bytes_ += bytes;
  const AttemptResult result = co_await attempt(std::move(request), made);
  in_flight_bytes_ -= bytes;
  if (result.failure == Reason::kCancelled) {
    give_back(std::move(delivery));
    co_return;
  }
  const DeliveryOutcome outcome = outcome_of(settings_.schedule, result, made.number, clock_.now());
  finished_.push_back({.delivery = std::move(delivery), .attempt = std::move(made), .outcome = outcome});
}

task<AttemptResult> DeliveryWorker::attempt(Result<HttpRequest> request, DeliveryAttempt& made) {
  const auto began = SteadyClock::now();
  Result<HttpResponse> response = co_await send(std::move(request));
  made.latency_micros = std::chrono::duration_cast<Duration>(SteadyClock::now() - began).count();
  if (!response) {
    made.error = reason_name(response.error().reason);
    co_return AttemptResult{.failure = response.error().reason};
  }
  made.http_status = response->status;
  made.response_excerpt = answer_excerpt(response->body);
  co_return AttemptResult{.http_status = response->status};
}

task<Result<HttpResponse>> DeliveryWorker::send(Result<HttpRequest> request) {
  DOORWARD_CO_TRY(HttpRequest ready, std::move(request));
  co_return co_await http_.send(std::move(ready));
}

Result<HttpRequest> DeliveryWorker::request_for(const Item& item, Timestamp sent_at) const {
  if (!item.endpoint) return failure(Reason::kWebhookEndpointNotFound, "webhook endpoint not found");
  if (!item.endpoint->enabled) return failure(Reason::kWebhookEndpointDisabled, "the webhook endpoint is disabled");
  if (!item.change || (!item.change->before && !item.change->after)) {
    return failure(Reason::kEventErased, "the event was erased");
  }
  std::vector<Secret<std::string>> keys;
  for (const auto& secret : item.secrets) {
    DOORWARD_TRY(const auto text, secrets_.open(place_of(secret.id), secret.sealed_secret));
    auto key = webhook::parse_secret(text);
    if (!key) return failure(Reason::kSecretUnreadable, "the webhook's secret is unreadable");
    keys.push_back(std::move(*key));
  }
  if (keys.empty()) return failure(Reason::kSecretUnreadable, "the webhook has no secret");
  return webhook_request(*item.endpoint, *item.change, keys, sent_at);
}

void DeliveryWorker::give_back(Delivery delivery) { finished_.push_back({.delivery = std::move(delivery)}); }

task<void> DeliveryWorker::write_down() {
  std::vector<Finished> page;
  const std::size_t size = std::min(finished_.size(), kFinishPage);
  page.assign(std::make_move_iterator(finished_.begin()),
              std::make_move_iterator(finished_.begin() + static_cast<std::ptrdiff_t>(size)));
  finished_.erase(finished_.begin(), finished_.begin() + static_cast<std::ptrdiff_t>(size));

  const Result<void> written =
      co_await store_.write("delivery.finish", store_options(), [&](WriteTx& tx) -> Result<void> {
        for (const auto& finished : page) {
          DOORWARD_CHECK(finished.attempt
                             ? tx.deliveries().finish(finished.delivery, *finished.attempt, finished.outcome)
                             : tx.deliveries().release(finished.delivery));
        }
        return {};
      });
  if (!written && !stop_requested_) {
    log_store_error("writing outcomes down", written.error());
    std::ranges::move(page, std::back_inserter(finished_));
    next_write_ = SteadyClock::now() + settings_.store_retry;
    co_return;
  }
  // At a stop the outcomes are given up when the store refuses: the claims run out and the heads are sent again.
  if (written) {
    for (const auto& finished : page) count(finished);
  }
  in_flight_ -= page.size();
  counters_.in_flight = static_cast<std::int64_t>(in_flight_);
  look_again_ = true;
}

void DeliveryWorker::count(const Finished& finished) {
  if (!finished.attempt) return;
  const auto& attempt = *finished.attempt;
  const auto& delivery = finished.delivery;
  if (finished.outcome.status == DeliveryStatus::kDelivered) {
    ++counters_.delivered;
    return;
  }
  ++counters_.failed_attempts;
  const bool given_up = finished.outcome.status != DeliveryStatus::kPending;
  if (given_up) ++counters_.given_up;
  log::write(given_up ? log::Level::kWarning : log::Level::kInfo,
             given_up ? "webhook.given_up" : "webhook.attempt_failed",
             {{"endpoint_id", delivery.endpoint_id.str()},
              {"event_id", delivery.event_id.str()},
              {"attempt", attempt.number},
              {"http_status", attempt.http_status},
              {"reason", attempt.error}});
}

}  // namespace doorward
