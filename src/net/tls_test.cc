#include <gmock/gmock.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "net/development_tls.h"
#include "net/server_fixture.h"
#include "net/tls_context.h"
#include "net/tls_watch.h"

namespace doorward::net {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Certificates are checked by OpenSSL against the real time.
Timestamp now() { return std::chrono::floor<Duration>(std::chrono::system_clock::now()); }

Result<void> write_plainly(const std::string& path, std::string_view content, unsigned mode) {
  const std::string beside = path + ".new";
  std::ofstream(beside, std::ios::binary) << content;
  chmod(beside.c_str(), mode);
  std::filesystem::rename(beside, path);
  return {};
}

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class TempFolder {
 public:
  TempFolder() {
    char name[] = "/tmp/doorward-tls-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~TempFolder() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_ + "/tls"; }

 private:
  std::string path_;
};

struct ClientOptions {
  std::string ca_file;
  std::string alpn;  // as on the wire: length-prefixed names
  int most = TLS1_3_VERSION;
  int security_level = 1;
  std::string host = "localhost";
};

// A TLS client that verifies the server for localhost.
class TlsClient {
 public:
  TlsClient(std::uint16_t port, const ClientOptions& options)
      : socket_(port), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_load_verify_locations(context_, options.ca_file.c_str(), nullptr);
    SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_max_proto_version(context_, options.most);
    SSL_CTX_set_security_level(context_, options.security_level);
    if (!options.alpn.empty()) {
      SSL_CTX_set_alpn_protos(context_, reinterpret_cast<const unsigned char*>(options.alpn.data()),
                              static_cast<unsigned>(options.alpn.size()));
    }
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, socket_.descriptor());
    const bool ip = options.host != "localhost";
    ip ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), options.host.c_str())
       : SSL_set1_host(ssl_, options.host.c_str());
    connected_ = SSL_connect(ssl_) == 1;
  }
  ~TlsClient() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  bool connected() const { return connected_; }
  std::string alpn() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  int version() const { return SSL_version(ssl_); }
  std::string serial() const {
    const std::unique_ptr<X509, decltype(&X509_free)> peer(SSL_get1_peer_certificate(ssl_), X509_free);
    const auto* number = X509_get0_serialNumber(peer.get());
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(number)),
            static_cast<std::size_t>(ASN1_STRING_length(number))};
  }
  // Why the client gave up its wish for a new handshake; 0: it has had one.
  int renegotiate() {
    ERR_clear_error();
    EXPECT_EQ(SSL_renegotiate(ssl_), 1) << "asked in vain already here";
    return SSL_do_handshake(ssl_) == 1 ? 0 : ERR_GET_REASON(ERR_get_error());
  }
  void send(std::string_view bytes) { SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())); }
  std::string read_to_end() {
    std::string all;
    char buffer[4096];
    for (int size; (size = SSL_read(ssl_, buffer, sizeof buffer)) > 0;)
      all.append(buffer, static_cast<std::size_t>(size));
    clean_end_ = SSL_get_error(ssl_, 0) == SSL_ERROR_ZERO_RETURN;
    return all;
  }
  bool clean_end() const { return clean_end_; }

 private:
  doorward::testing::SocketClient socket_;
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  bool connected_ = false;
  bool clean_end_ = false;
};

class Tls : public ServerFixture {
 protected:
  void SetUp() override {
    files = ensure_development_tls(folder.path(), now(), write_plainly).value();
    context = TlsContext::load(files.certificate_file, files.key_file).value();
    client.ca_file = files.ca_file;
  }

  TempFolder folder;
  DevelopmentTls files;
  std::shared_ptr<TlsContext> context;
  ClientOptions client;
};

constexpr std::string_view kGet = "GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

TEST_F(Tls, ServesHttp11ToAVerifyingClient) {
  start({}, context);
  for (const std::string host : {"localhost", "127.0.0.1", "::1"}) {
    client.host = host;
    TlsClient tls(port, client);
    ASSERT_TRUE(tls.connected()) << host;
    EXPECT_EQ(tls.version(), TLS1_3_VERSION);
    tls.send(kGet);
    EXPECT_THAT(tls.read_to_end(), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(tls.clean_end()) << "close_notify says that nothing was cut off";
  }
  client.host = "192.0.2.1";
  EXPECT_FALSE(TlsClient(port, client).connected());
}

TEST_F(Tls, ChoosesTheProtocolByAlpn) {
  start({}, context);
  client.alpn = "\x08http/1.1\x02h2";
  EXPECT_EQ(TlsClient(port, client).alpn(), "h2");
  client.alpn = "\x08http/1.1";
  EXPECT_EQ(TlsClient(port, client).alpn(), "http/1.1");
  client.alpn = "\3ftp";
  EXPECT_FALSE(TlsClient(port, client).connected());

  client.alpn = "\x02h2";
  TlsClient h2(port, client);
  h2.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  h2.send(std::string("\0\0\0\4\0\0\0\0\0", 9));
  // GET / on stream 1, then GOAWAY: the server answers and closes.
  h2.send(std::string("\0\0\x06\1\5\0\0\0\1\x82\x87\x84\x41\x01x", 15));
  h2.send(std::string("\0\0\x08\7\0\0\0\0\0\0\0\0\0\0\0\0\0", 17));
  EXPECT_THAT(h2.read_to_end(), HasSubstr("nothing\n"));
}

TEST_F(Tls, K11_RefusesVersionsBelow12) {
  start({}, context);
  client.most = TLS1_2_VERSION;
  TlsClient tls12(port, client);
  EXPECT_TRUE(tls12.connected());
  EXPECT_EQ(tls12.version(), TLS1_2_VERSION);
  client.most = TLS1_1_VERSION;
  client.security_level = 0;
  EXPECT_FALSE(TlsClient(port, client).connected());
  observer->wait_for_refusal(Refusal::kTlsHandshake);
}

// A handshake costs the server far more than who asks for it. Later versions know no second one.
TEST_F(Tls, K11_RefusesRenegotiation) {
  start({}, context);
  client.most = TLS1_2_VERSION;
  TlsClient tls(port, client);
  ASSERT_TRUE(tls.connected());
  observer->wait_for([](RecordingObserver& seen) { return seen.open == 1; });
  EXPECT_EQ(tls.renegotiate(), SSL_R_NO_RENEGOTIATION);
  observer->wait_for([](RecordingObserver& seen) { return seen.open == 0; });  // OpenSSL's client takes no for an end
  EXPECT_EQ(tls.read_to_end(), "");
  TlsClient other(port, client);
  other.send(kGet);
  EXPECT_THAT(other.read_to_end(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(Tls, CutsOffAHandshakeThatDoesNotCome) {
  start({.tls_handshake = milliseconds(50)}, context);
  SocketClient silent(port);
  EXPECT_EQ(silent.read_to_end(), "");
  observer->wait_for_refusal(Refusal::kTlsHandshake);
}

TEST_F(Tls, PlaintextOnATlsPortIsCutOff) {
  start({}, context);
  SocketClient plain(port);
  plain.send(kGet);
  plain.read_to_end();
  observer->wait_for_refusal(Refusal::kTlsHandshake);
}

TEST_F(Tls, K11_ReloadsWithoutRestart) {
  start({}, context);
  TlsClient before(port, client);
  EXPECT_FALSE(context->reload_if_changed().value());

  ASSERT_TRUE(ensure_development_tls(folder.path(), now() + days(380), write_plainly));
  EXPECT_TRUE(context->reload_if_changed().value());
  ASSERT_TRUE(ensure_development_tls(folder.path(), now() + days(380), write_plainly));
  EXPECT_FALSE(context->reload_if_changed().value());
  // That certificate is for later; what a client sees now is the question.
  std::filesystem::remove(files.certificate_file);
  ASSERT_TRUE(ensure_development_tls(folder.path(), now(), write_plainly));
  ASSERT_TRUE(context->reload());
  TlsClient after(port, client);
  ASSERT_TRUE(after.connected());
  EXPECT_NE(after.serial(), before.serial());
  before.send(kGet);
  EXPECT_THAT(before.read_to_end(), StartsWith("HTTP/1.1 200 ")) << "connections that are open stay";
}

TEST_F(Tls, AFailedReloadKeepsTheOldCertificate) {
  start({}, context);
  std::ofstream(files.certificate_file) << "not PEM";
  const auto failed = context->reload_if_changed();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().reason, Reason::kInvalidArgument);
  EXPECT_THAT(failed.error().message, HasSubstr("cannot use the TLS certificate"));
  EXPECT_FALSE(context->reload_if_changed().value()) << "said once for each change";
  EXPECT_TRUE(TlsClient(port, client).connected());
}

TEST_F(Tls, RefusesAKeyOfAnotherCertificate) {
  TempFolder other;
  const auto others = ensure_development_tls(other.path(), now(), write_plainly).value();
  const auto loaded = TlsContext::load(files.certificate_file, others.key_file);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().reason, Reason::kInvalidArgument);
  EXPECT_THAT(loaded.error().message, HasSubstr("with its certificate"));
}

TEST_F(Tls, TheWatchLoadsChangedFiles) {
  start({}, context);
  const std::string before = TlsClient(port, client).serial();
  async::OffloadPool pool(1);
  std::binary_semaphore looked{0};
  TlsWatch watch(threads, pool, context, [&] { looked.release(); }, milliseconds(1));
  std::filesystem::remove(files.certificate_file);
  ASSERT_TRUE(ensure_development_tls(folder.path(), now(), write_plainly));
  std::string after = before;
  while (after == before) {
    looked.acquire();
    after = TlsClient(port, client).serial();
  }
}

// -- the development files

TEST_F(Tls, KeepsWhatIsGoodAndPrivateWhatIsSecret) {
  const auto mode = [](const std::string& path) {
    struct stat found{};
    stat(path.c_str(), &found);
    return found.st_mode & 0777;
  };
  EXPECT_EQ(mode(files.key_file), 0600U);
  EXPECT_EQ(mode(folder.path() + "/ca.key"), 0600U);
  EXPECT_EQ(mode(files.ca_file), 0644U);
  EXPECT_EQ(mode(folder.path()), 0700U);
  const std::string ca = read_file(files.ca_file), certificate = read_file(files.certificate_file);
  ASSERT_TRUE(ensure_development_tls(folder.path(), now(), write_plainly));
  EXPECT_EQ(read_file(files.ca_file), ca);
  EXPECT_EQ(read_file(files.certificate_file), certificate);
}

TEST_F(Tls, RenewsNearTheEndUnderTheSameCaAndKey) {
  const std::string ca = read_file(files.ca_file), key = read_file(files.key_file);
  const std::string certificate = read_file(files.certificate_file);
  const auto later = now() + kDevelopmentCertificateLifetime - kDevelopmentRenewBefore + days(1);
  ASSERT_TRUE(ensure_development_tls(folder.path(), later, write_plainly));
  EXPECT_EQ(read_file(files.ca_file), ca);
  EXPECT_EQ(read_file(files.key_file), key);
  EXPECT_NE(read_file(files.certificate_file), certificate);
  ASSERT_TRUE(ensure_development_tls(folder.path(), now() + kDevelopmentCaLifetime, write_plainly));
  EXPECT_NE(read_file(files.ca_file), ca);
}

TEST_F(Tls, RepairsWhatACrashLeft) {
  for (const char* lost : {"/ca.key", "/ca.pem", "/key.pem", "/cert.pem"}) {
    SCOPED_TRACE(lost);
    std::filesystem::remove(folder.path() + lost);
    ASSERT_TRUE(ensure_development_tls(folder.path(), now(), write_plainly));
    EXPECT_TRUE(TlsContext::load(files.certificate_file, files.key_file));
  }
  ASSERT_TRUE(context->reload());
  start({}, context);
  EXPECT_TRUE(TlsClient(port, client).connected());

  // A crash at each write of a first start.
  for (int allowed = 0; allowed < 4; ++allowed) {
    SCOPED_TRACE(allowed);
    TempFolder fresh;
    int written = 0;
    const WriteFile crashing = [&](const std::string& path, std::string_view content, unsigned mode) -> Result<void> {
      if (written++ == allowed) return failure(Reason::kInternal, "crash");
      return write_plainly(path, content, mode);
    };
    EXPECT_FALSE(ensure_development_tls(fresh.path(), now(), crashing));
    const auto repaired = ensure_development_tls(fresh.path(), now(), write_plainly);
    ASSERT_TRUE(repaired);
    EXPECT_TRUE(TlsContext::load(repaired->certificate_file, repaired->key_file));
  }
}

}  // namespace
}  // namespace doorward::net
