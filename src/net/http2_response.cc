// HTTP/2 responses: from the handler's answer to frames.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/completion.h"
#include "base/log.h"
#include "net/http1_response.h"
#include "net/http2_session.h"

namespace doorward::net {
namespace {

nghttp2_nv field(std::string_view name, std::string_view value, std::uint8_t flags = NGHTTP2_NV_FLAG_NONE) {
  // nghttp2 copies both.
  return {const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(name.data())),
          const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(value.data())), name.size(), value.size(),
          flags};
}

}  // namespace

void Http2Session::respond(std::int32_t id) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  // The request is of no more use: its place is free for others, however slowly the peer takes the answer.
  unread_ -= std::exchange(stream->unread, 0);
  stream->exchange->drop_request();
  stream->exchange->record(stream->exchange->response.status);
  submit_head(id, *stream);
}

void Http2Session::submit_head(std::int32_t id, Stream& stream) {
  const Exchange& exchange = *stream.exchange;
  const Response& response = exchange.response;
  const bool no_content = exchange.request.method == "HEAD" || has_no_content(response.status);
  const bool known_length = !response.stream && response.trailers.empty() && !has_no_content(response.status);

  std::array<char, 24> status, length;
  const auto status_end = fmt::format_to(status.data(), "{}", response.status);
  const auto length_end = fmt::format_to(length.data(), "{}", response.body.size());

  thread_local std::vector<nghttp2_nv> fields;
  fields.clear();
  fields.push_back(field(":status", {status.data(), status_end}));
  for (const Header& header : response.headers) {
    if (!is_owned_by_net(header.name)) fields.push_back(field(header.name, header.value));
  }
  // What each answer says anew would push out of the header table what they all say, and keep it full.
  fields.push_back(field("date", connection_.date(), NGHTTP2_NV_FLAG_NO_INDEX));
  fields.push_back(field("x-request-id", exchange.request.request_id, NGHTTP2_NV_FLAG_NO_INDEX));
  if (known_length) fields.push_back(field("content-length", {length.data(), length_end}));

  const bool has_body = !no_content && (response.stream || !response.body.empty() || !response.trailers.empty());
  nghttp2_data_provider source{};
  source.read_callback = [](nghttp2_session*, std::int32_t stream_id, std::uint8_t*, std::size_t room,
                            std::uint32_t* flags, nghttp2_data_source*, void* self) -> ssize_t {
    return static_cast<Http2Session*>(self)->produce(stream_id, room, *flags);
  };
  stream.step_left = Limits::kWriteStep;
  stream.deadline = Clock::now() + limits_.write;
  nghttp2_submit_response(nghttp2_, id, fields.data(), fields.size(), has_body ? &source : nullptr);
}

// Called by nghttp2 when it may send DATA: how much of at most `room` bytes there is. put_data() follows at once.
std::ptrdiff_t Http2Session::produce(std::int32_t id, std::size_t room, std::uint32_t& flags) {
  Stream* stream = find(id);
  if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  const Response& response = stream->exchange->response;
  const std::string& from = response.stream ? stream->piece : response.body;
  const std::size_t size = std::min(room, from.size() - stream->sent);
  if (size == 0 && response.stream && !stream->stream_ended) {
    stream->deadline = Clock::time_point::max();  // the producer's turn
    if (!std::exchange(stream->pulling, true)) hungry_.push_back(id);
    return NGHTTP2_ERR_DEFERRED;
  }
  flags |= NGHTTP2_DATA_FLAG_NO_COPY;
  stream->sent += size;
  if (size >= stream->step_left) {
    stream->step_left = Limits::kWriteStep;
    stream->deadline = Clock::now() + limits_.write;
  } else {
    stream->step_left -= size;
  }
  const bool last = stream->sent == from.size() && (!response.stream || stream->stream_ended);
  if (last) {
    flags |= NGHTTP2_DATA_FLAG_EOF;
    if (!response.trailers.empty()) {
      flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      std::vector<nghttp2_nv> trailers;
      for (const Header& trailer : response.trailers) trailers.push_back(field(trailer.name, trailer.value));
      nghttp2_submit_trailer(nghttp2_, id, trailers.data(), trailers.size());
    }
  }
  return static_cast<std::ptrdiff_t>(size);
}

// The frame of what produce() has counted, past nghttp2's own buffer.
bool Http2Session::put_data(std::int32_t id, std::string_view head, std::size_t size) {
  const Stream* stream = find(id);
  if (stream == nullptr || stream->sent < size) return false;
  const Response& response = stream->exchange->response;
  const std::string& from = response.stream ? stream->piece : response.body;
  output_.append(head).append(from, stream->sent - size, size);
  return true;
}

// Asks the body stream for its next piece.
void Http2Session::pull(std::int32_t id) {
  Stream* stream = find(id);
  if (stream == nullptr) return;
  start_task(Exchange::next_piece(stream->exchange),
             [id, exchange = stream->exchange, alive = std::weak_ptr(alive_)](
                 const std::exception_ptr& error, std::optional<std::optional<std::string>> piece) {
               if (error) log::error("http.body_stream_failed", {{"request_id", exchange->request.request_id}});
               const auto session = alive.lock();
               if (!session) return;
               Http2Session& self = **session;
               Stream* found = self.find(id);
               if (found == nullptr || found->exchange != exchange) return;
               found->pulling = false;
               if (error) {
                 nghttp2_submit_rst_stream(self.nghttp2_, NGHTTP2_FLAG_NONE, id, NGHTTP2_INTERNAL_ERROR);
               } else {
                 found->stream_ended = !piece->has_value();
                 found->piece = found->stream_ended ? std::string() : std::move(**piece);
                 found->sent = 0;
                 found->deadline = Clock::now() + self.limits_.write;
                 nghttp2_session_resume_data(self.nghttp2_, id);
               }
               self.flush();
             });
}

}  // namespace doorward::net
