#include "suite.h"

#include "app/keys/key_encryption_key.h"

namespace doorward::store {
// The fixture alone is used here; its own tests are another program.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);
}  // namespace doorward::store

namespace doorward {

void WebhookSuite::SetUp() {
  StoreSuite::SetUp();
  environment_ = environment();
  organization_ = organization(environment_);
  const auto kek = KeyEncryptionKey::generate(random_);
  keys_ = KeyRing::open(kek, make_protected_keys(kek, environment_.id, ids(), random_, now()), random_).value();
  http_ = std::make_unique<net::CurlHttpClient>(net::OutboundOptions{.policy = net::EgressPolicy::development()});
  tell_of_commits();
}

void WebhookSuite::tell_of_commits() {
  store().set_commit_listener([this] {
    std::lock_guard lock(told_mutex_);
    if (told_ != nullptr) told_->wake();
  });
}

void WebhookSuite::restart() {
  reopen();
  tell_of_commits();
}

void WebhookSuite::StopTelling::operator()(DeliveryWorker* worker) const {
  {
    std::lock_guard lock(suite->told_mutex_);
    suite->told_ = nullptr;
  }
  delete worker;
}

WebhookEndpoints WebhookSuite::endpoints() {
  return WebhookEndpoints(store(), clock_, ids(), random_, *keys_, *http_, *keys_);
}

CreatedWebhookEndpoint WebhookSuite::subscribe(const std::string& url, std::vector<std::string> event_types,
                                               std::optional<OrganizationId> organization) {
  auto use_cases = endpoints();
  auto created = sync_wait(use_cases.create(
      caller(), {.url = url, .event_types = std::move(event_types), .organization_id = std::move(organization)}));
  if (!created) throw std::runtime_error(created.error().message + " | " + created.error().detail);
  return std::move(*created);
}

EventId WebhookSuite::append(const Directory& directory, std::string_view event_type) {
  const ChangeRecord change = new_change(directory, "diruser_1", std::string(event_type));
  must([&](WriteTx& tx) { return tx.changes().append(change); });
  return change.id;
}

std::vector<EventId> WebhookSuite::append(const Directory& directory, int count) {
  std::vector<EventId> appended;
  for (int i = 0; i < count; ++i) appended.push_back(append(directory));
  return appended;
}

WebhookSuite::Worker WebhookSuite::start_worker(DeliverySettings settings) {
  settings.jitter = 0;
  Worker worker(new DeliveryWorker(store(), clock_, ids(), *keys_, *http_, std::move(settings)), StopTelling{this});
  {
    std::lock_guard lock(told_mutex_);
    told_ = worker.get();
  }
  worker->start();
  return worker;
}

void WebhookSuite::wait_until(const std::function<bool()>& holds) {
  while (!holds()) std::this_thread::yield();
}

std::vector<Delivery> WebhookSuite::deliveries_of(const EventId& event) {
  return must_read([&](const ReadTx& tx) { return tx.deliveries().of_event(environment_.id, event); });
}

std::vector<DeliveryAttempt> WebhookSuite::attempts_of(const EventId& event, const WebhookEndpointId& endpoint) {
  return must_read([&](const ReadTx& tx) { return tx.deliveries().attempts(environment_.id, endpoint, event); });
}

void WebhookSuite::wait_for_status(const EventId& event, DeliveryStatus status) {
  wait_until([&] {
    const auto deliveries = deliveries_of(event);
    return !deliveries.empty() && deliveries[0].status == status;
  });
}

std::int64_t WebhookSuite::pending() {
  return must_read([](const ReadTx& tx) { return tx.deliveries().pending_count(); });
}

void WebhookSuite::advance(Duration by, DeliveryWorker& worker) {
  clock_.advance(by);
  worker.wake();
}

void WebhookSuite::set_schedule(const WebhookEndpointId& endpoint, std::string_view schedule) {
  must([&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(auto row, tx.webhook_endpoints().lock(environment_.id, endpoint));
    DOORWARD_TRY(row->retry_schedule, RetrySchedule::parse(schedule));
    return tx.webhook_endpoints().update(*row);
  });
}

WebhookEndpoint WebhookSuite::endpoint_row(const WebhookEndpointId& endpoint) {
  return *must_read([&](const ReadTx& tx) { return tx.webhook_endpoints().find(environment_.id, endpoint); });
}

std::vector<std::string> texts(const std::vector<EventId>& ids) {
  std::vector<std::string> texts;
  for (const auto& id : ids) texts.push_back(id.str());
  return texts;
}

std::vector<std::string> ids_of(const std::vector<ReceivedRequest>& requests) {
  std::vector<std::string> ids;
  for (const auto& request : requests) ids.push_back(request.headers.at("webhook-id"));
  return ids;
}

}  // namespace doorward
