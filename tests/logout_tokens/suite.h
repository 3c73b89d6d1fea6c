// What every test here stands on: a store with one environment, its keys, people who signed in, the outbound client,
// and a worker on demand.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/clients/clients.h"
#include "app/grants/grants.h"
#include "app/keys/key_ring.h"
#include "app/keys/signing_keys.h"
#include "app/logout_tokens/ended_logins.h"
#include "app/logout_tokens/logout_sender.h"
#include "net/outbound/curl_http_client.h"
#include "ports/test_doubles.h"
#include "store/suite.h"
#include "support/loopback_receiver.h"

namespace doorward {

using testing::LoopbackReceiver;
using testing::ReceivedRequest;

inline constexpr store::DatabaseKind kDatabases[] = {store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres};
inline constexpr const char* kIssuer = "https://auth.example.test";

class LogoutSuite : public store::StoreSuite {
 protected:
  void SetUp() override;
  void TearDown() override;

  // A client with these back-channel logout URIs, stored.
  ApiClient add_client(std::vector<std::string> uris, std::string algorithm = "RS256");
  // Somebody signs in to it.
  Session sign_in(const ApiClient& client) { return sign_in(client, connection_); }
  Session sign_in(const ApiClient& client, const ConnectionId& connection);
  // Another grant of the same session.
  void add_grant(const Session& session, const ApiClient& client);
  void end(const Session& session, SessionEnd why = SessionEnd::kLogout);
  SessionStatus status_of(const Session& session);

  Clients clients() { return Clients(store(), clock_, ids(), *keys_, *states_, EnvironmentKind::kDevelopment); }
  Caller caller() const { return {.kind = CallerKind::kApiClient, .environment_id = environment_.id, .id = "skc_1"}; }

  // Runs the jobs that make jobs.
  void run_jobs();
  // Tokens that are owed.
  std::int64_t owed() { return database_->read_number("SELECT count(*) FROM jobs WHERE kind = 'logout_token.send'"); }

  void start_worker(RequestWorkerSettings settings = {});
  // What was under way is cut off.
  void stop_worker();
  // Moves the clock and tells the worker.
  void advance(Duration by);
  void wait_until(const std::function<bool()>& holds);
  int count(LogoutResult result) { return counts_.at(static_cast<std::size_t>(result)).load(); }

  // The claims of what came, after its signature and type were checked.
  boost::json::object claims_of(const ReceivedRequest& request, jose::Algorithm algorithm = jose::Algorithm::kRs256);

  Environment environment_;
  Organization organization_;
  ConnectionId connection_{"conn_1"};
  test::SystemRandom random_;
  std::unique_ptr<KeyRing> keys_;
  std::unique_ptr<ClientStates> states_;
  std::optional<SigningKeys> signing_keys_;
  std::optional<Grants> grants_;
  std::unique_ptr<net::CurlHttpClient> http_;

 private:
  std::array<std::atomic<int>, 5> counts_{};
  std::optional<LogoutSender> sender_;
  std::mutex told_mutex_;
  std::unique_ptr<RequestWorker> worker_;
};

}  // namespace doorward
