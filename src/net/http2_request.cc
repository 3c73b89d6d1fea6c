// HTTP/2 requests: from header fields and data to the handler.
#include <algorithm>
#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "net/http2_session.h"
#include "net/request_target.h"

namespace doorward::net {
namespace {

constexpr std::size_t kFieldOverhead = 32;  // RFC 9113 section 6.5.2, as SETTINGS_MAX_HEADER_LIST_SIZE counts
constexpr std::size_t kHopelessHeader = 4;  // times the limit: not a large request but an HPACK bomb
constexpr std::size_t kSpareExchanges = 16;
constexpr std::size_t kMostComplete = 100;
constexpr std::size_t kMostSkipped = 16;  // gaps in the ids of a peer: remembered to tell it of a fault, no protection

}  // namespace

// RFC 9113 section 5.1.1: ids grow, and those passed over are closed. nghttp2 takes a header for one of them for a late
// frame of a stream that was closed and ignores it.
void Http2Session::see_stream(std::int32_t id) {
  if (id > last_id_) {
    if (id > last_id_ + 2 && skipped_.size() < kMostSkipped) skipped_.emplace_back(last_id_ + 2, id - 2);
    last_id_ = id;
    return;
  }
  for (const auto& [first, last] : skipped_) {
    if (id >= first && id <= last) fault_ = NGHTTP2_PROTOCOL_ERROR;
  }
}

// Looks at the heads of frames before nghttp2, which says nothing of those that it ignores. How many of `bytes` it may
// have now: after RST_STREAM its word on the stream is needed before the next head is seen.
std::size_t Http2Session::see_frames(std::string_view bytes) {
  std::size_t size = 0;
  while (size < bytes.size()) {
    if (frame_left_ == 0) {
      const std::string_view some = bytes.substr(size, kFrameHeadBytes - frame_head_size_);
      std::ranges::copy(some, frame_head_.begin() + static_cast<std::ptrdiff_t>(frame_head_size_));
      frame_head_size_ = (frame_head_size_ + some.size()) % kFrameHeadBytes;
      size += some.size();
      if (frame_head_size_ != 0) break;
      const auto& head = frame_head_;
      frame_left_ = static_cast<std::size_t>(head[0]) << 16 | static_cast<std::size_t>(head[1]) << 8 | head[2];
      see_frame(head[3], frame_left_, (head[5] & 0x7f) << 24 | head[6] << 16 | head[7] << 8 | head[8]);
    }
    const std::size_t more = std::min(frame_left_, bytes.size() - size);
    frame_left_ -= more;
    size += more;
    if (frame_left_ == 0 && frame_head_[3] == NGHTTP2_RST_STREAM) break;
  }
  return size;
}

// RFC 9113 section 5.1: nothing more comes on a stream after END_STREAM or RST_STREAM. nghttp2 sees it only on those
// that it is made to retain, at 250 bytes each. A stream that we have reset is not meant: what was under way may still
// arrive.
void Http2Session::see_frame(std::uint8_t type, std::size_t size, std::int32_t id) {
  if ((type != NGHTTP2_HEADERS && type != NGHTTP2_DATA) || id > last_id_ || find(id) != nullptr) return;
  if (std::ranges::find(complete_, id) != complete_.end()) fault_ = NGHTTP2_STREAM_CLOSED;
  if (type == NGHTTP2_DATA && size == 0 && !controls_.spend(now_)) flood(Refusal::kControlFlood);
}

void Http2Session::closed(std::int32_t id, const Stream& stream) {
  if (!stream.request_complete) return;
  if (complete_.size() < kMostComplete) return complete_.push_back(id);
  complete_[oldest_complete_] = id;
  oldest_complete_ = (oldest_complete_ + 1) % kMostComplete;
}

void Http2Session::begin_request(std::int32_t id) {
  Stream& stream = streams_[id];
  if (spare_.empty()) {
    stream.exchange = connection_.new_exchange(Protocol::kHttp2);
  } else {
    stream.exchange = std::move(spare_.back());
    spare_.pop_back();
  }
}

void Http2Session::recycle(std::shared_ptr<Exchange> exchange) {
  if (exchange.use_count() != 1 || spare_.size() == kSpareExchanges) return;
  exchange->recycle();
  spare_.push_back(std::move(exchange));
}

void Http2Session::refuse(std::int32_t id, Stream& stream, int status, Refusal refusal, std::string_view text) {
  if (stream.refused_status != 0 || stream.dispatched) return;
  connection_.site()->refused(refusal);
  stream.refused_status = status;
  stream.refused_text = text;
  if (stream.header_complete) ready_.push_back(id);
}

void Http2Session::add_field(std::int32_t id, Stream& stream, std::string_view name, std::string_view value) {
  constexpr std::string_view kTooMuch = "The request has too many or too long header fields.";
  stream.header_bytes += name.size() + value.size() + kFieldOverhead;
  if (stream.header_bytes > kHopelessHeader * limits_.header_bytes) return flood(Refusal::kHeaderBytes);
  if (stream.refused_status != 0 || !keep(id, stream, name.size() + value.size() + kFieldOverhead)) return;
  Request& request = stream.exchange->request;
  if (name == ":path") {
    // Of a URL that is too long the path decides in which form it is refused.
    stream.path = value.size() > limits_.url_bytes ? without_query(value) : value;
    if (value.size() > limits_.url_bytes) refuse(0, stream, 414, Refusal::kUrlBytes, "The URL is too long.");
  } else if (name == ":method") {
    request.method = value;
  } else if (name == ":authority") {
    stream.authority = value;
  } else if (name.starts_with(':')) {
    return;
  } else if (name.size() + value.size() > limits_.header_field_bytes || stream.header_bytes > limits_.header_bytes ||
             request.headers.size() == limits_.header_count) {
    refuse(0, stream, 431, Refusal::kHeaderBytes, kTooMuch);
  } else if (name == "cookie") {
    // RFC 9113 section 8.2.3: crumbs become one field.
    for (Header& header : request.headers) {
      if (header.name != name) continue;
      header.value.append("; ").append(value);
      return;
    }
    request.headers.push_back({std::string(name), std::string(value)});
  } else {
    request.headers.push_back({std::string(name), std::string(value)});
  }
}

void Http2Session::header_complete(std::int32_t id, Stream& stream, bool end_stream) {
  stream.header_complete = true;
  Request& request = stream.exchange->request;
  if (const std::string* host = find_header(request.headers, "host"); host == nullptr) {
    if (!stream.authority.empty())
      request.headers.insert(request.headers.begin(), {"host", std::move(stream.authority)});
  } else if (!stream.authority.empty() && ascii_lower(*host) != ascii_lower(stream.authority)) {
    refuse(id, stream, 400, Refusal::kMalformed, "Host and :authority disagree.");
  }
  if (!read_origin_form(stream.path, request)) {
    refuse(id, stream, 400, Refusal::kMalformed, "The request target must be a path without fragment.");
  }
  if (const std::string* length = find_header(request.headers, "content-length")) {
    std::size_t size = 0;  // nghttp2 has checked that it is one number
    std::from_chars(length->data(), length->data() + length->size(), size);
    if (size > limits_.body_bytes) refuse(id, stream, 413, Refusal::kBodyBytes, "The request body is too large.");
  }
  if (stream.refused_status != 0) {
    ready_.push_back(id);
  } else if (const auto& streams = connection_.site()->options.streams; streams && streams(request)) {
    stream.incoming = std::make_shared<IncomingBody>(limits_.streamed_bytes);
    request.incoming = stream.incoming;
    if (!end_stream) ready_.push_back(id);
  } else if (!end_stream) {
    stream.body_began = now_;
    stream.deadline = now_ + limits_.body_read;
    if (const std::string* expect = find_header(request.headers, "expect")) {
      if (ascii_lower(*expect) == "100-continue") {
        continue_.push_back(id);
      } else {
        refuse(id, stream, 417, Refusal::kExpectation, "Only 100-continue can be expected.");
      }
    }
  }
}

void Http2Session::add_body(std::int32_t id, std::string_view data) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->refused_status != 0) return;
  if (stream->incoming) {
    if (stream->incoming->push(data)) return;
    connection_.site()->refused(Refusal::kUnreadBytes);
    stream->refused_status = 503;
    return overloaded_.emplace_back(id, NGHTTP2_ENHANCE_YOUR_CALM), void();
  }
  if (stream->dispatched) return;
  std::string& body = stream->exchange->request.body;
  if (data.size() > limits_.body_bytes - body.size()) {
    return refuse(id, *stream, 413, Refusal::kBodyBytes, "The request body is too large.");
  }
  if (!keep(id, *stream, data.size())) return;
  body.append(data);
  if (!stream->exchange->hold(body.size())) {
    return refuse(id, *stream, 503, Refusal::kAllUnreadBytes, "Too many requests are being received. Try again later.");
  }
  stream->deadline = stream->body_began + limits_.body_time(body.size());
}

// Counts `bytes` of a request that nobody has answered yet. False when the connection has too many of them: the stream
// will be refused.
bool Http2Session::keep(std::int32_t id, Stream& stream, std::size_t bytes) {
  if (unread_ + bytes > limits_.unread_bytes) {
    connection_.site()->refused(Refusal::kUnreadBytes);
    stream.refused_status = 503;
    overloaded_.emplace_back(id, NGHTTP2_REFUSED_STREAM);
    return false;
  }
  unread_ += bytes;
  stream.unread += bytes;
  return true;
}

void Http2Session::dispatch(std::int32_t id) {
  Stream* stream = find(id);
  if (stream == nullptr || stream->dispatched) return;
  connection_.settle_peer(stream->exchange->request);
  if (stream->refused_status != 0) {
    stream->dispatched = true;
    stream->exchange->refuse(stream->refused_status, stream->refused_text);
    return respond(id);
  }
  if (*running_ >= limits_.concurrent_streams) {
    connection_.site()->refused(Refusal::kConcurrentStreams);
    nghttp2_submit_rst_stream(nghttp2_, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
    return;
  }
  stream->dispatched = true;
  stream->deadline = Clock::time_point::max();
  ++*running_;
  // Not through the map: a handler that answers at once must not find the stream moved.
  const auto exchange = stream->exchange;
  exchange->start([this, id] {
    --*running_;
    respond(id);
    flush();
  });
  if (exchange->finished()) {
    --*running_;
    respond(id);
  } else {
    connection_.tick_by(exchange->request.deadline);
  }
}

}  // namespace doorward::net
