#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "net/development_tls.h"
#include "net/outbound/curl_http_client.h"
#include "net/server.h"
#include "net/tls_context.h"
#include "ports/test_doubles.h"

namespace doorward::net {
namespace {

using test::FixedResolver;

// A server that speaks TLS 1.1 at most, to one client.
class OldTlsServer {
 public:
  explicit OldTlsServer(const DevelopmentTls& files) : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX_set_security_level(context_, 0);
    SSL_CTX_set_max_proto_version(context_, TLS1_1_VERSION);
    SSL_CTX_use_certificate_file(context_, files.certificate_file.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_use_PrivateKey_file(context_, files.key_file.c_str(), SSL_FILETYPE_PEM);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, length) != 0 || listen(listener_, 1) != 0) throw std::runtime_error("cannot listen");
    getsockname(listener_, generic, &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { shake_hands(); });
  }
  ~OldTlsServer() {
    thread_.join();
    close(listener_);
    SSL_CTX_free(context_);
  }
  std::uint16_t port() const { return port_; }

 private:
  void shake_hands() {
    const int accepted = accept(listener_, nullptr, nullptr);
    SSL* ssl = SSL_new(context_);
    SSL_set_fd(ssl, accepted);
    SSL_accept(ssl);
    SSL_free(ssl);
    close(accepted);
  }

  SSL_CTX* context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// A receiver with a certificate for localhost and 127.0.0.1 from an authority of its own.
class OutboundTls : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/doorward-outbound-tls-XXXXXX";
    folder_ = mkdtemp(pattern);
    files_ = certificate_of(now_);
    serve(files_);
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(folder_);
  }

  static Result<void> write_file(const std::string& path, std::string_view content, unsigned mode) {
    std::ofstream(path, std::ios::binary) << content;
    chmod(path.c_str(), mode);
    return {};
  }

  DevelopmentTls certificate_of(Timestamp made) {
    return ensure_development_tls((folder_ / std::to_string(to_unix_seconds(made))).string(), made, write_file).value();
  }

  // For 127.0.0.1, by nobody but itself.
  DevelopmentTls self_signed() {
    DevelopmentTls files{.certificate_file = folder_ / "self.pem", .key_file = folder_ / "self.key"};
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    const std::string common = "127.0.0.1";
    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
    FILE* out = fopen(files.certificate_file.c_str(), "w");
    PEM_write_X509(out, certificate);
    fclose(out);
    out = fopen(files.key_file.c_str(), "w");
    PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    fclose(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return files;
  }

  void serve(const DevelopmentTls& files) {
    ServerOptions options;
    options.handler = [this](const Request& request) -> task<Response> {
      protocol_ = request.protocol;
      if (const auto* host = find_header(request.headers, "host")) host_ = *host;
      ++requests_;
      co_return Response{.status = 204};
    };
    options.next_request_id = [] { return "req_1"; };
    options.now = [this] { return now_; };
    server_ = std::make_unique<Server>(threads_, std::move(options));
    const auto tls = TlsContext::load(files.certificate_file, files.key_file).value();
    port_ = server_->listen({{{"127.0.0.1"}, 0}}, tls).value().front().port;
  }

  Result<HttpResponse> post(OutboundOptions options, const std::string& host) {
    options.policy = EgressPolicy::development();
    CurlHttpClient client(std::move(options));
    return sync_wait(client.send({.method = "POST", .url = "https://" + host + ":" + std::to_string(port_) + "/"}));
  }

  Reason refusal(OutboundOptions options, const std::string& host) {
    const auto answer = post(std::move(options), host);
    if (answer) ADD_FAILURE() << "answered " << answer->status;
    return answer ? Reason::kInternal : answer.error().reason;
  }

  // Certificates are checked against the real time.
  const Timestamp now_ = std::chrono::floor<Duration>(std::chrono::system_clock::now());
  std::filesystem::path folder_;
  DevelopmentTls files_;
  async::IoThreads threads_{1};
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::atomic<Protocol> protocol_{Protocol::kHttp11};
  std::string host_;  // of the last request
  std::atomic<int> requests_{0};
};

TEST_F(OutboundTls, SpeaksHttp2ToWhomItTrusts) {
  for (const char* host : {"127.0.0.1", "localhost"}) {
    const auto answer = post({.ca_file = files_.ca_file}, host);
    ASSERT_TRUE(answer) << answer.error().detail;
    EXPECT_EQ(answer->status, 204);
    EXPECT_EQ(protocol_, Protocol::kHttp2);
  }
}

TEST_F(OutboundTls, W03NamesTheHostOfTheUrlToTheAddressThatWasJudged) {
  const auto answer =
      post({.ca_file = files_.ca_file, .resolver = std::make_shared<FixedResolver>("127.0.0.1")}, "LOCALHOST.");
  ASSERT_TRUE(answer) << answer.error().detail;
  EXPECT_EQ(host_, "LOCALHOST.:" + std::to_string(port_));
}

TEST_F(OutboundTls, W17SendsNothingToWhomNobodyVouchesFor) {
  EXPECT_EQ(refusal({}, "127.0.0.1"), Reason::kTargetCertificateUntrusted);
  EXPECT_EQ(requests_, 0);
}

TEST_F(OutboundTls, W17SendsNothingToASelfSignedCertificate) {
  serve(self_signed());
  EXPECT_EQ(refusal({.ca_file = files_.ca_file}, "127.0.0.1"), Reason::kTargetCertificateUntrusted);
  EXPECT_EQ(requests_, 0);
}

TEST_F(OutboundTls, W17SendsNothingToACertificateForAnotherName) {
  const OutboundOptions options{.ca_file = files_.ca_file, .resolver = std::make_shared<FixedResolver>("127.0.0.1")};
  EXPECT_EQ(refusal(options, "hook.example.com"), Reason::kTargetCertificateWrongHost);
  EXPECT_EQ(requests_, 0);
}

TEST_F(OutboundTls, W17SendsNothingToAnExpiredCertificate) {
  const auto old = certificate_of(now_ - 2 * kDevelopmentCertificateLifetime);
  serve(old);
  EXPECT_EQ(refusal({.ca_file = old.ca_file}, "127.0.0.1"), Reason::kTargetCertificateExpired);
  EXPECT_EQ(requests_, 0);
}

TEST_F(OutboundTls, W17SpeaksNothingOlderThanTls12) {
  OldTlsServer old(files_);
  port_ = old.port();
  EXPECT_EQ(refusal({.ca_file = files_.ca_file}, "127.0.0.1"), Reason::kTargetTlsFailed);
}

TEST_F(OutboundTls, NamesAFileOfAuthoritiesThatCannotBeRead) {
  EXPECT_THROW(CurlHttpClient({.ca_file = "/nowhere/ca.pem"}), std::runtime_error);
  const auto empty = folder_ / "empty.pem";
  std::ofstream(empty) << "no certificate";
  const auto refused = TrustStore::load(empty);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("outbound-ca-file: " + empty.string()));
}

}  // namespace
}  // namespace doorward::net
