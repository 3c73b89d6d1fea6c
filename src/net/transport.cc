#include "net/transport.h"

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/write.hpp>

namespace doorward::net {

namespace asio = boost::asio;
using boost::system::errc::make_error_code;
using boost::system::errc::protocol_error;

Transport::Transport(Socket socket, std::shared_ptr<asio::ssl::context> context)
    : socket_(std::move(socket)), context_(std::move(context)) {
  ErrorCode ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  if (context_) tls_.emplace(context_->native_handle(), socket_.native_handle());
}

Transport::Handshake Transport::handshake() { return Handshake(*this); }
Transport::Read Transport::read_some(asio::mutable_buffer buffer) { return {*this, buffer, !tls_}; }
Transport::Read Transport::discard_some(asio::mutable_buffer buffer) { return {*this, buffer, true}; }
Transport::Readable Transport::readable() { return Readable(*this); }
Transport::Write Transport::write(std::string_view data) { return {*this, data}; }
Transport::Shutdown Transport::shutdown() { return Shutdown(*this); }

Transport::Outcome Transport::try_read(asio::mutable_buffer buffer) {
  Outcome outcome;
  if (!tls_) {
    outcome.size = socket_.read_some(buffer, outcome.error);
    return outcome;
  }
  const auto step = tls_->read(buffer.data(), buffer.size());
  read_wants_.reset();
  switch (step.state) {
    case TlsEngine::State::kDone:
      outcome.size = step.size;
      break;
    case TlsEngine::State::kWantRead:
      read_wants_ = Socket::wait_read;
      break;
    case TlsEngine::State::kWantWrite:
      read_wants_ = Socket::wait_write;
      break;
    case TlsEngine::State::kEnd:
      outcome.error = asio::error::eof;
      break;
    case TlsEngine::State::kFailed:
      outcome.error = make_error_code(protocol_error);
      break;
  }
  if (read_wants_) outcome.error = asio::error::would_block;
  return outcome;
}

void Transport::cancel() {
  ErrorCode ignored;
  ++cancels_;
  socket_.cancel(ignored);
}

void Transport::close() {
  ErrorCode ignored;
  if (tls_) tls_->detach();
  socket_.close(ignored);
}

bool TransportAwaiter::ended_by(const TlsEngine::Step& step) {
  switch (step.state) {
    case TlsEngine::State::kDone:
      outcome_.size += step.size;
      return true;
    case TlsEngine::State::kWantRead:
      wanted_ = Transport::Socket::wait_read;
      return false;
    case TlsEngine::State::kWantWrite:
      wanted_ = Transport::Socket::wait_write;
      return false;
    case TlsEngine::State::kEnd:
      outcome_.error = asio::error::eof;
      return true;
    case TlsEngine::State::kFailed:
      outcome_.error = make_error_code(protocol_error);
      return true;
  }
  return true;
}

template <class Attempt>
void TransportAwaiter::drive(std::coroutine_handle<> awaiter, Attempt attempt) {
  transport_.socket_.async_wait(wanted_, [this, awaiter, attempt](Transport::ErrorCode error) {
    if (!error && transport_.cancels_ != cancels_) error = asio::error::operation_aborted;
    if (!error && !attempt()) return drive(awaiter, attempt);
    if (error) outcome_.error = error;
    awaiter.resume();
  });
}

void Transport::Handshake::await_suspend(std::coroutine_handle<> awaiter) {
  drive(awaiter, [this] { return ended_by(transport_.tls_->handshake()); });
}

bool Transport::Read::attempt() { return ended_by(transport_.tls_->read(buffer_.data(), buffer_.size())); }

bool Transport::Read::await_ready() { return !raw_ && transport_.tls_->has_pending() && attempt(); }

void Transport::Read::await_suspend(std::coroutine_handle<> awaiter) {
  if (raw_) {
    transport_.socket_.async_read_some(buffer_, resumes(awaiter));
  } else {
    drive(awaiter, [this] { return attempt(); });
  }
}

void Transport::Readable::await_suspend(std::coroutine_handle<> awaiter) {
  const auto wanted = std::exchange(transport_.read_wants_, std::nullopt).value_or(Socket::wait_read);
  transport_.socket_.async_wait(wanted, resumes(awaiter));
}

// As much as the socket takes, in records of TLS.
bool Transport::Write::attempt() {
  while (outcome_.size < data_.size()) {
    const std::size_t before = outcome_.size;
    if (!ended_by(transport_.tls_->write(data_.substr(before)))) return false;
    if (outcome_.error) return true;
  }
  return true;
}

bool Transport::Write::await_ready() {
  // The send buffer nearly always has room: this saves the way through the event loop.
  if (transport_.tls_) return attempt();
  outcome_.size = transport_.socket_.write_some(asio::buffer(data_.data(), data_.size()), outcome_.error);
  if (outcome_.error == asio::error::would_block) outcome_.error.clear();
  return outcome_.error || outcome_.size == data_.size();
}

void Transport::Write::await_suspend(std::coroutine_handle<> awaiter) {
  if (transport_.tls_) return drive(awaiter, [this] { return attempt(); });
  const asio::const_buffer rest(data_.data() + outcome_.size, data_.size() - outcome_.size);
  asio::async_write(transport_.socket_, rest, resumes(awaiter));
}

bool Transport::Shutdown::attempt() {
  if (!ended_by(transport_.tls_->shutdown())) return false;
  ErrorCode ignored;
  transport_.socket_.shutdown(Socket::shutdown_send, ignored);
  return true;
}

bool Transport::Shutdown::await_ready() {
  if (transport_.tls_) return attempt();
  transport_.socket_.shutdown(Socket::shutdown_send, outcome_.error);
  return true;
}

void Transport::Shutdown::await_suspend(std::coroutine_handle<> awaiter) {
  drive(awaiter, [this] { return attempt(); });
}

}  // namespace doorward::net
