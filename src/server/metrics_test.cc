#include "server/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

namespace doorward::server {
namespace {

using ::testing::HasSubstr;

TEST(Metrics, CountsWhatTheNetworkEdgeTells) {
  Metrics metrics;
  metrics.connection_opened(true);
  metrics.connection_opened(false);
  metrics.connection_closed(false);
  metrics.request_started(net::Protocol::kHttp2);
  metrics.request_started(net::Protocol::kHttp11);
  metrics.request_finished(net::Protocol::kHttp2, 404, std::chrono::microseconds(300));
  metrics.refused(net::Refusal::kResetFlood);
  metrics.handler_failed();
  metrics.logout_token(LogoutResult::kGivenUp);
  EXPECT_EQ(metrics.requests(), 2U);
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("doorward_connections{tls=\"yes\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("doorward_connections{tls=\"no\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("doorward_connections_total{tls=\"no\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("doorward_requests_in_flight{protocol=\"http/1.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("doorward_requests_total{protocol=\"h2\",status=\"4xx\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("doorward_request_seconds_bucket{protocol=\"h2\",le=\"0.0005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("doorward_refused_total{reason=\"reset_flood\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("doorward_handler_exceptions_total 1\n"));
  EXPECT_THAT(text, HasSubstr("doorward_logout_tokens_total{outcome=\"given_up\"} 1\n"));
}

TEST(Metrics, AnImpossibleStatusIsCountedAsOther) {
  Metrics metrics;
  metrics.request_started(net::Protocol::kHttp11);
  metrics.request_finished(net::Protocol::kHttp11, 0, std::chrono::microseconds(1));
  EXPECT_THAT(metrics.render(), HasSubstr("status=\"other\"} 1\n"));
}

TEST(Metrics, CountsWhatTheStoreTells) {
  Metrics metrics;
  store::Observer& store = metrics.store_observer();
  store.on_transaction("user.create", true, std::chrono::microseconds(20), std::chrono::microseconds(200));
  store.on_transaction("user.create", false, std::chrono::microseconds(20), std::chrono::microseconds(200));
  store.on_query("users.insert", true, std::chrono::milliseconds(500));
  store.on_commit(7, std::chrono::milliseconds(1));
  store.on_queue_depth(3);
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("doorward_store_transaction_seconds_count{name=\"user.create\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("doorward_store_transactions_failed_total{name=\"user.create\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("doorward_store_query_seconds_total{query=\"users.insert\"} 0.5\n"));
  EXPECT_THAT(text, HasSubstr("doorward_store_commit_shared_by_sum 7\n"));
  EXPECT_THAT(text, HasSubstr("doorward_store_queue_depth 3\n"));
}

TEST(Metrics, ShowsTheMemoryThatIsInUse) {
  Metrics metrics;
  const auto heap = [&metrics] {
    const std::string text = metrics.render(), name = "\nprocess_heap_bytes ";
    return std::stod(text.substr(text.find(name) + name.size()));
  };
  const double before = heap();
  constexpr std::size_t kMore = 20'000'000;
  const std::vector<char> more(kMore, 'x');
  EXPECT_GT(heap(), before + 0.9 * kMore);
}

// Names and help are what dashboards are built on: a change must show in the golden file.
TEST(Metrics, NamesAreThoseOfTheGoldenFile) {
  Metrics metrics;
  metrics.store_observer().on_transaction("n", true, {}, {});
  metrics.store_observer().on_query("n", true, {});
  std::istringstream text(metrics.render());
  std::string golden;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("# ")) golden += line + "\n";
  }
  const std::string path = DOORWARD_SOURCE_DIR "/tests/golden/metrics.txt";
  if (std::getenv("DOORWARD_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << golden;
  std::ifstream in(path);
  std::stringstream kept;
  kept << in.rdbuf();
  EXPECT_EQ(kept.str(), golden) << "a metric changed; tools/update-golden writes the file anew";
}

}  // namespace
}  // namespace doorward::server
