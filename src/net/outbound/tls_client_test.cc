#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "net/development_tls.h"
#include "net/outbound/curl_http_client.h"
#include "net/server.h"
#include "net/tls_context.h"

namespace doorward::net {
namespace {

// A receiver with a certificate for localhost and 127.0.0.1 from an authority of its own.
class OutboundTls : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/doorward-outbound-tls-XXXXXX";
    folder_ = mkdtemp(pattern);
    // Certificates are checked against the real time.
    const auto now = std::chrono::floor<Duration>(std::chrono::system_clock::now());
    const auto files = ensure_development_tls((folder_ / "tls").string(), now, write_file).value();
    ca_file_ = files.ca_file;
    ServerOptions options;
    options.handler = [this](const Request& request) -> task<Response> {
      protocol_ = request.protocol;
      ++requests_;
      co_return Response{.status = 204};
    };
    options.next_request_id = [] { return "req_1"; };
    options.now = [now] { return now; };
    server_ = std::make_unique<Server>(threads_, std::move(options));
    const auto tls = TlsContext::load(files.certificate_file, files.key_file).value();
    port_ = server_->listen({{{"127.0.0.1"}, 0}}, tls).value().front().port;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static Result<void> write_file(const std::string& path, std::string_view content, unsigned mode) {
    std::ofstream(path, std::ios::binary) << content;
    chmod(path.c_str(), mode);
    return {};
  }

  Result<HttpResponse> post(OutboundOptions options, const std::string& host) {
    options.policy = EgressPolicy::development();
    CurlHttpClient client(std::move(options));
    return sync_wait(client.send({.method = "POST", .url = "https://" + host + ":" + std::to_string(port_) + "/"}));
  }

  std::filesystem::path folder_;
  std::string ca_file_;
  async::IoThreads threads_{1};
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::atomic<Protocol> protocol_{Protocol::kHttp11};
  std::atomic<int> requests_{0};
};

TEST_F(OutboundTls, SpeaksHttp2ToWhomItTrusts) {
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const auto answer = post({.ca_file = ca_file_}, host);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status, 204);
    EXPECT_EQ(protocol_, Protocol::kHttp2);
  }
}

TEST_F(OutboundTls, SendsNothingToWhomNobodyVouchesFor) {
  const auto answer = post({}, "127.0.0.1");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, Reason::kTargetTlsFailed);
  EXPECT_EQ(requests_, 0);
}

TEST_F(OutboundTls, SendsNothingToACertificateForAnotherName) {
  const std::string address = "127.0.0.1";
  const auto answer =
      post({.ca_file = ca_file_, .fixed_addresses = {"hook.example.com:" + std::to_string(port_) + ":" + address}},
           "hook.example.com");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, Reason::kTargetTlsFailed);
  EXPECT_EQ(requests_, 0);
}

}  // namespace
}  // namespace doorward::net
