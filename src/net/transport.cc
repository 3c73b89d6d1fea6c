#include "net/transport.h"

#include <boost/asio/write.hpp>

namespace doorward::net {

namespace asio = boost::asio;

Transport::Transport(Socket socket, std::shared_ptr<asio::ssl::context> context)
    : socket_(std::move(socket)), context_(std::move(context)) {
  ErrorCode ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  if (context_) tls_.emplace(socket_, *context_);
}

Transport::Handshake Transport::handshake() { return Handshake(*this); }
Transport::Read Transport::read_some(asio::mutable_buffer buffer) { return {*this, buffer, !tls_}; }
Transport::Read Transport::discard_some(asio::mutable_buffer buffer) { return {*this, buffer, true}; }
Transport::Write Transport::write(std::string_view data) { return {*this, data}; }
Transport::Shutdown Transport::shutdown() { return Shutdown(*this); }

std::string_view Transport::alpn() const {
  if (!tls_) return {};
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(const_cast<Tls&>(*tls_).native_handle(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

void Transport::cancel() {
  ErrorCode ignored;
  socket_.cancel(ignored);
}

void Transport::close() {
  ErrorCode ignored;
  socket_.close(ignored);
}

void Transport::Handshake::await_suspend(std::coroutine_handle<> awaiter) {
  transport_.tls_->async_handshake(asio::ssl::stream_base::server, resumes(awaiter));
}

void Transport::Read::await_suspend(std::coroutine_handle<> awaiter) {
  if (raw_) {
    transport_.socket_.async_read_some(buffer_, resumes(awaiter));
  } else {
    transport_.tls_->async_read_some(buffer_, resumes(awaiter));
  }
}

bool Transport::Write::await_ready() {
  if (transport_.tls_) return false;
  // The send buffer nearly always has room: this saves the way through the event loop.
  outcome_.size = transport_.socket_.write_some(asio::buffer(data_.data(), data_.size()), outcome_.error);
  if (outcome_.error == asio::error::would_block) outcome_.error.clear();
  return outcome_.error || outcome_.size == data_.size();
}

void Transport::Write::await_suspend(std::coroutine_handle<> awaiter) {
  const asio::const_buffer rest(data_.data() + outcome_.size, data_.size() - outcome_.size);
  if (transport_.tls_) {
    asio::async_write(*transport_.tls_, rest, resumes(awaiter));
  } else {
    asio::async_write(transport_.socket_, rest, resumes(awaiter));
  }
}

bool Transport::Shutdown::await_ready() {
  if (transport_.tls_) return false;
  transport_.socket_.shutdown(Socket::shutdown_send, outcome_.error);
  return true;
}

void Transport::Shutdown::await_suspend(std::coroutine_handle<> awaiter) {
  transport_.tls_->async_shutdown(resumes(awaiter));
}

}  // namespace doorward::net
