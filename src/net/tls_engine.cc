#include "net/tls_engine.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <new>

namespace doorward::net {
namespace {

int descriptor(BIO* bio) { return *static_cast<const int*>(BIO_get_data(bio)); }

int to_int(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max())); }

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int bio_read(BIO* bio, char* to, int room) {
  BIO_clear_retry_flags(bio);
  const auto size = ::recv(descriptor(bio), to, static_cast<std::size_t>(room), 0);
  if (size == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (size < 0 && would_block()) BIO_set_retry_read(bio);
  return static_cast<int>(size);
}

// OpenSSL's own socket BIO calls write(), which raises SIGPIPE when the peer is gone.
int bio_write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(descriptor(bio), from, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && would_block()) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

long bio_control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "doorward socket");
    if (made == nullptr) throw std::bad_alloc();
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  return method;
}

}  // namespace

TlsEngine::TlsEngine(SSL_CTX* context, int socket) : socket_(socket), ssl_(SSL_new(context)) {
  BIO* bio = ssl_ ? BIO_new(socket_method()) : nullptr;
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &socket_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
  SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_set_read_ahead(ssl_.get(), 1);  // a record's header and its body in one system call
}

TlsEngine::Step TlsEngine::outcome(int result) {
  if (result > 0) return {State::kDone, static_cast<std::size_t>(result)};
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {State::kWantRead};
    case SSL_ERROR_WANT_WRITE:
      return {State::kWantWrite};
    case SSL_ERROR_ZERO_RETURN:
      return {State::kEnd};
    default:
      return {State::kFailed};
  }
}

TlsEngine::Step TlsEngine::handshake() {
  ERR_clear_error();
  return outcome(SSL_do_handshake(ssl_.get()));
}

TlsEngine::Step TlsEngine::read(void* to, std::size_t room) {
  ERR_clear_error();
  return outcome(SSL_read(ssl_.get(), to, to_int(room)));
}

TlsEngine::Step TlsEngine::write(std::string_view data) {
  ERR_clear_error();
  return outcome(SSL_write(ssl_.get(), data.data(), to_int(data.size())));
}

TlsEngine::Step TlsEngine::shutdown() {
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_.get());
  return result >= 0 ? Step{State::kDone, 1} : outcome(result);
}

std::string_view TlsEngine::alpn() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

}  // namespace doorward::net
