#include "suite.h"

#include <boost/json/parse.hpp>
#include <thread>

#include "app/jobs/job_runner.h"
#include "app/keys/key_encryption_key.h"
#include "protocol/jose/jws.h"

namespace doorward::store {
// The fixture alone is used here; its own tests are another program.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);
}  // namespace doorward::store

namespace doorward {

void LogoutSuite::SetUp() {
  StoreSuite::SetUp();
  environment_ = environment();
  organization_ = organization(environment_);
  const auto kek = KeyEncryptionKey::generate(random_);
  keys_ = KeyRing::open(kek, make_protected_keys(kek, environment_.id, ids(), random_, now()), random_).value();
  states_ = std::make_unique<ClientStates>(store(), clock_);
  std::vector<SigningKey> signing;
  for (const jose::Algorithm algorithm : kSigningAlgorithms) {
    signing.push_back(make_signing_key(environment_.id, ids(), *keys_, now(), algorithm));
    signing.back().state = SigningKeyState::kCurrent;
  }
  signing_keys_.emplace(SigningKeys::load(signing, *keys_).value());
  grants_.emplace(Grants::Ports{ids(), random_, *keys_, *keys_});
  http_ = std::make_unique<net::CurlHttpClient>(net::OutboundOptions{.policy = net::EgressPolicy::development()});
  store().set_commit_listener([this] {
    const std::lock_guard lock(told_mutex_);
    if (worker_) worker_->wake();
  });
}

void LogoutSuite::TearDown() {
  stop_worker();
  http_.reset();
  store_.reset();
}

ApiClient LogoutSuite::add_client(std::vector<std::string> uris, std::string algorithm) {
  ApiClient client{.environment_id = environment_.id,
                   .id = ids().next<ApiClientId>(),
                   .name = "App",
                   .back_channel_logout_uris = std::move(uris),
                   .id_token_signed_response_alg = std::move(algorithm),
                   .create_time = now(),
                   .update_time = now()};
  must([&](WriteTx& tx) { return tx.clients().insert(client); });
  return client;
}

Session LogoutSuite::sign_in(const ApiClient& client, const ConnectionId& connection) {
  const CodeOrder order{.environment_id = environment_.id,
                        .auth_request_id = ids().next<AuthRequestId>(),
                        .request = {.client_id = client.id, .redirect_uri = "https://app.test/cb", .scope = "openid"},
                        .user = {.organization_id = organization_.id,
                                 .connection_id = connection,
                                 .subject = connection.str() + ";ann",
                                 .provider_subject = "ann",
                                 .auth_time = now()}};
  auto issued = write([&](WriteTx& tx) { return grants_->issue_code(tx, order, now()); });
  return *must_read([&](const ReadTx& tx) { return tx.sign_in().find_session(environment_.id, issued->session_id); });
}

void LogoutSuite::add_grant(const Session& session, const ApiClient& client) {
  must([&](WriteTx& tx) {
    return tx.sign_in().insert(Grant{.environment_id = environment_.id,
                                     .id = ids().next<GrantId>(),
                                     .client_id = client.id,
                                     .session_id = session.id,
                                     .user = {.organization_id = organization_.id,
                                              .connection_id = session.connection_id,
                                              .subject = session.subject},
                                     .create_time = now()});
  });
}

void LogoutSuite::end(const Session& session, SessionEnd why) {
  must([&](WriteTx& tx) { return grants_->end_session(tx, session, why, now()); });
}

SessionStatus LogoutSuite::status_of(const Session& session) {
  return must_read([&](const ReadTx& tx) { return tx.sign_in().find_session(environment_.id, session.id); })->status;
}

void LogoutSuite::run_jobs() {
  JobRunner runner(store(), clock_);
  handle_ended_logins(runner, ids(), clock_);
  sync_wait(runner.run_due());
}

void LogoutSuite::start_worker(RequestWorkerSettings settings) {
  sender_.emplace(LogoutSender::Ports{store(), clock_, *http_}, LogoutTokens(ids(), *signing_keys_, kIssuer),
                  [this](LogoutResult result) { ++counts_.at(static_cast<std::size_t>(result)); });
  const std::lock_guard lock(told_mutex_);
  worker_ = std::make_unique<RequestWorker>(store(), clock_, settings);
  sender_->handle_jobs(*worker_);
  worker_->start();
}

void LogoutSuite::stop_worker() {
  std::unique_ptr<RequestWorker> stopped;
  {
    const std::lock_guard lock(told_mutex_);
    stopped = std::move(worker_);
  }
  if (!stopped) return;
  stopped->request_stop();
  http_->stop();
}

void LogoutSuite::advance(Duration by) {
  clock_.advance(by);
  const std::lock_guard lock(told_mutex_);
  if (worker_) worker_->wake();
}

void LogoutSuite::wait_until(const std::function<bool()>& holds) {
  while (!holds()) std::this_thread::yield();
}

boost::json::object LogoutSuite::claims_of(const ReceivedRequest& request, jose::Algorithm algorithm) {
  constexpr std::string_view kField = "logout_token=";
  if (!request.body.starts_with(kField)) throw std::runtime_error("no logout token: " + request.body);
  const auto verified = jose::verify_compact(
      std::string_view(request.body).substr(kField.size()),
      [&](std::string_view key) { return signing_keys_->find(key, now()); }, "logout+jwt");
  if (!verified) throw std::runtime_error("the signature does not verify: " + verified.error().detail);
  EXPECT_EQ(verified->header().algorithm, algorithm);
  return boost::json::parse(verified->payload()).as_object();
}

}  // namespace doorward
