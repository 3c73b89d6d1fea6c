#include "edge/ops/ops.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "base/completion.h"

namespace doorward::edge {
namespace {

// A store that is only asked whether it is ready.
class FakeStore final : public Store {
 public:
  Result<void> ready;

  void set_commit_listener(CommitListener) override {}
  task<Result<void>> check_ready() override { co_return ready; }

 protected:
  task<Result<void>> run_write(std::string_view, StoreOptions, WriteBody) override {
    co_return failure(Reason::kInternal, "not asked");
  }
  task<Result<void>> run_read(std::string_view, StoreOptions, ReadBody) override {
    co_return failure(Reason::kInternal, "not asked");
  }
};

class OpsTest : public ::testing::Test {
 protected:
  OpsTest() { ops_.add_to(router_); }

  net::Response call(std::string method, std::string path) {
    net::Request request;
    request.method = std::move(method);
    request.path = std::move(path);
    return sync_wait(router_(request));
  }

  FakeStore store_;
  Ops ops_{store_, [] { return std::string("doorward_up 1\n"); }};
  net::Router router_;
};

TEST_F(OpsTest, HealthzLivesWhateverTheStoreSays) {
  store_.ready = failure(Reason::kStoreUnavailable, "away");
  EXPECT_EQ(call("GET", "/healthz").status, 200);
}

TEST_F(OpsTest, ReadyzSaysWhyItCannotServe) {
  EXPECT_EQ(call("GET", "/readyz").status, 200);
  store_.ready =
      tl::unexpected(make_error(Reason::kStoreUnavailable, "The database cannot be reached.", "host=secret"));
  const net::Response response = call("GET", "/readyz");
  EXPECT_EQ(response.status, 503);
  const auto body = boost::json::parse(response.body).as_object();
  EXPECT_EQ(body.at("reason").as_string(), "store_unavailable");
  EXPECT_EQ(body.at("message").as_string(), "The database cannot be reached.");
  EXPECT_EQ(response.body.find("secret"), std::string::npos);
}

TEST_F(OpsTest, MetricsAreTextForPrometheus) {
  const net::Response response = call("GET", "/metrics");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "doorward_up 1\n");
  EXPECT_EQ(*net::find_header(response.headers, "content-type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(OpsTest, OtherMethodsAreRefused) {
  for (const char* path : {"/healthz", "/readyz", "/metrics"}) {
    const net::Response response = call("POST", path);
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(*net::find_header(response.headers, "allow"), "GET, HEAD");
    EXPECT_EQ(call("HEAD", path).status, 200);
  }
}

}  // namespace
}  // namespace doorward::edge
