#include "net/tls_context.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/ssl/context.hpp>
#include <optional>
#include <utility>

namespace doorward::net {
namespace {

namespace ssl = boost::asio::ssl;

// Forward secrecy and AEAD only (RFC 9325 section 4.2); TLS 1.3 suites are all of that kind.
constexpr const char* kTls12Suites =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// Our order of preference; the first that the peer offers too is taken.
constexpr std::array<std::string_view, 2> kAlpn = {"h2", "http/1.1"};

int select_alpn(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                unsigned int offered_size, void*) {
  const std::string_view offers(reinterpret_cast<const char*>(offered), offered_size);
  for (const std::string_view wanted : kAlpn) {
    for (std::size_t at = 0; at < offers.size(); at += static_cast<unsigned char>(offers[at]) + 1U) {
      const std::string_view name = offers.substr(at + 1, static_cast<unsigned char>(offers[at]));
      if (name != wanted) continue;
      *chosen = reinterpret_cast<const unsigned char*>(name.data());
      *size = static_cast<unsigned char>(name.size());
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;  // RFC 7301 section 3.2: no_application_protocol
}

// Which versions of the files are on disk.
std::string stamp_of(const std::string& certificate_file, const std::string& key_file) {
  std::string stamp;
  for (const std::string& file : {certificate_file, key_file}) {
    struct stat found{};
    if (stat(file.c_str(), &found) != 0) continue;
    stamp += fmt::format("{}:{}:{}.{}:{};", found.st_dev, found.st_ino, found.st_mtim.tv_sec, found.st_mtim.tv_nsec,
                         found.st_size);
  }
  return stamp;
}

Result<std::shared_ptr<ssl::context>> make_context(const std::string& certificate_file, const std::string& key_file) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* raw = context->native_handle();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(raw, SSL_MODE_RELEASE_BUFFERS);          // idle connections keep no record buffers
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);  // peers resume by tickets, which they keep themselves
  SSL_CTX_set_cipher_list(raw, kTls12Suites);
  SSL_CTX_set_alpn_select_cb(raw, select_alpn, nullptr);
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate_file, error);
  if (error) {
    return failure(Reason::kInvalidArgument,
                   fmt::format("cannot use the TLS certificate {}: {}", certificate_file, error.message()));
  }
  context->use_private_key_file(key_file, ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(raw) != 1) {
    return failure(Reason::kInvalidArgument, fmt::format("cannot use the TLS key {} with its certificate: {}", key_file,
                                                         error ? error.message() : "they do not belong together"));
  }
  return context;
}

}  // namespace

TlsContext::TlsContext(std::string certificate_file, std::string key_file)
    : certificate_file_(std::move(certificate_file)), key_file_(std::move(key_file)) {}

Result<std::shared_ptr<TlsContext>> TlsContext::load(std::string certificate_file, std::string key_file) {
  std::shared_ptr<TlsContext> made(new TlsContext(std::move(certificate_file), std::move(key_file)));
  DOORWARD_CHECK(made->reload());
  return made;
}

Result<void> TlsContext::reload() {
  // The stamp first: a change while loading is then seen by the next check.
  std::string stamp = stamp_of(certificate_file_, key_file_);
  auto fresh = make_context(certificate_file_, key_file_);
  std::lock_guard lock(mutex_);
  stamp_ = std::move(stamp);
  if (!fresh) return tl::unexpected(std::move(fresh).error());
  context_ = *std::move(fresh);
  return {};
}

Result<bool> TlsContext::reload_if_changed() {
  {
    std::lock_guard lock(mutex_);
    if (stamp_ == stamp_of(certificate_file_, key_file_)) return false;
  }
  DOORWARD_CHECK(reload());
  return true;
}

std::shared_ptr<ssl::context> TlsContext::current() const {
  std::lock_guard lock(mutex_);
  return context_;
}

}  // namespace doorward::net
