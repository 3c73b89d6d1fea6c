#include "net/http1_parser.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>

#include "base/encoding.h"
#include "net/request_target.h"

namespace doorward::net {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using StringView = boost::beast::string_view;

constexpr std::string_view kVersions = "This server speaks HTTP/1.1 and HTTP/2.";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";

std::string_view view(StringView text) { return {text.data(), text.size()}; }

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Beast reports HTTP/2.0 in a request line and plain garbage alike.
bool names_a_version(std::string_view request) {
  const std::string_view line = request.substr(0, request.find('\r'));
  const std::string_view version = line.substr(std::min(line.rfind(' ') + 1, line.size()));
  return version.size() == 8 && version.starts_with("HTTP/") && all_digits(version.substr(5, 1)) && version[6] == '.' &&
         all_digits(version.substr(7, 1));
}

// Our refusals leave Beast as this code; the reason is in Http1Parser::refused_.
error_code stop() { return make_error_code(boost::system::errc::operation_canceled); }

}  // namespace

// What Beast reports, with our rules applied. A new one for each request: Beast's parser cannot be reset.
class Http1Parser::Rules final : public http::basic_parser<true> {
 public:
  Rules(Http1Parser& owner, const Limits& limits, Request& request)
      : owner_(owner), limits_(limits), request_(request) {
    eager(true);
    // Our own limits are checked where the reason is known; Beast's must not come first.
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
  }

  int version = 11;
  std::size_t hosts = 0;
  std::size_t content_lengths = 0;
  std::string_view transfer_encoding;
  std::size_t transfer_encodings = 0;
  std::string absolute_authority;
  bool header_done = false;
  bool unknown_expectation = false;
  std::uint64_t chunk_left = 0;  // bytes of the chunk that is being read

  // Asked about the last chunk before it is five bytes long ("0\r\n\r\n"), Beast asserts that it is. Such a chunk line
  // waits outside.
  bool must_wait(std::string_view data) const {
    if (!header_done || transfer_encodings == 0 || chunk_left > 0 || data.size() >= kLastChunk.size()) return false;
    if (data.starts_with("\r\n")) data.remove_prefix(2);
    return data.starts_with('0');
  }

 private:
  void refuse(error_code& ec, int status, Refusal refusal, std::string_view text) {
    owner_.refuse(status, refusal, text);
    ec = stop();
  }
  void malformed(error_code& ec, std::string_view text) { refuse(ec, 400, Refusal::kMalformed, text); }

  void on_request_impl(http::verb, StringView method, StringView target, int v, error_code& ec) override {
    version = v;
    if (version != 10 && version != 11) {
      return refuse(ec, 505, Refusal::kVersion, kVersions);
    }
    request_.method = view(method);
    if (target.size() > limits_.url_bytes) {
      // Whose path it is decides in which form it is refused.
      read_origin_form(without_query(view(target)), request_);
      return refuse(ec, 414, Refusal::kUrlBytes, "The URL is too long.");
    }
    read_target(view(target), ec);
  }

  // RFC 9112 section 3.2: origin-form, or absolute-form whose authority then must agree with Host.
  void read_target(std::string_view target, error_code& ec) {
    for (const std::string_view scheme : {"http://", "https://"}) {
      if (target.size() < scheme.size() || ascii_lower(target.substr(0, scheme.size())) != scheme) continue;
      target.remove_prefix(scheme.size());
      const std::size_t end = std::min(target.find_first_of("/?"), target.size());
      absolute_authority = target.substr(0, end);
      if (absolute_authority.empty()) return malformed(ec, "The request target has no host.");
      target.remove_prefix(end);
      break;
    }
    // "http://host" and "http://host?query" name the root.
    const bool has_path = target.starts_with('/') || absolute_authority.empty();
    if (!read_origin_form(has_path ? std::string(target) : "/" + std::string(target), request_)) {
      malformed(ec, "The request target must be a path without fragment.");
    }
  }

  void on_response_impl(int, StringView, int, error_code&) override {}

  void on_field_impl(http::field field, StringView name, StringView value, error_code& ec) override {
    if (header_done) return;  // trailers of a chunked request: nobody may act on them, they are dropped
    if (name.size() + value.size() > limits_.header_field_bytes || request_.headers.size() == limits_.header_count) {
      return refuse(ec, 431, Refusal::kHeaderBytes, "The request has too many or too long header fields.");
    }
    switch (field) {
      case http::field::host:
        ++hosts;
        break;
      case http::field::content_length:
        ++content_lengths;
        // One number and nothing else: lists and signs are how two parsers come to disagree (RFC 9112 section 6.3).
        if (content_lengths > 1 || !all_digits(view(value)) || value.size() > 18) {
          return malformed(ec, "Content-Length is not one number.");
        }
        break;
      case http::field::transfer_encoding:
        ++transfer_encodings;
        if (transfer_encodings > 1 || ascii_lower(view(value)) != "chunked") {
          return malformed(ec, "The only Transfer-Encoding understood is chunked.");
        }
        break;
      case http::field::expect:
        if (ascii_lower(view(value)) == "100-continue") {
          owner_.expects_continue_ = true;
        } else {
          unknown_expectation = true;
        }
        break;
      default:
        break;
    }
    request_.headers.push_back({ascii_lower(view(name)), std::string(value)});
  }

  void on_header_impl(error_code& ec) override {
    header_done = true;
    owner_.http10_ = version == 10;
    owner_.keep_alive_ = keep_alive();
    // RFC 9112 section 6.1 and 6.3: both framings at once, and chunked in HTTP/1.0, are smuggling.
    if (transfer_encodings > 0 && (content_lengths > 0 || version == 10)) {
      return malformed(ec, "The request frames its body in two ways.");
    }
    if (hosts > 1 || (hosts == 0 && version == 11)) return malformed(ec, "The request must have one Host.");
    if (!absolute_authority.empty()) {
      const std::string* host = find_header(request_.headers, "host");
      if (host == nullptr || ascii_lower(*host) != ascii_lower(absolute_authority)) {
        return malformed(ec, "Host and the request target disagree.");
      }
    }
    if (unknown_expectation) return refuse(ec, 417, Refusal::kExpectation, "Only 100-continue can be expected.");
    if (const auto length = content_length(); length && *length > limits_.body_bytes) return too_large(ec);
    if (owner_.http10_) owner_.expects_continue_ = false;  // RFC 9110 section 10.1.1: ignored
    owner_.state_ = State::kBody;
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) request_.body.reserve(static_cast<std::size_t>(*length));
  }
  std::size_t on_body_impl(StringView body, error_code&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t size, StringView extension, error_code& ec) override {
    if (extension.size() > limits_.chunk_line_bytes) return malformed(ec, "A chunk line is too long.");
    if (size > limits_.body_bytes - request_.body.size()) return too_large(ec);
    chunk_left = size;
  }
  std::size_t on_chunk_body_impl(std::uint64_t, StringView body, error_code&) override {
    request_.body.append(body.data(), body.size());
    chunk_left -= body.size();
    return body.size();
  }
  void on_finish_impl(error_code&) override { owner_.state_ = State::kComplete; }

  void too_large(error_code& ec) { refuse(ec, 413, Refusal::kBodyBytes, "The request body is too large."); }

  Http1Parser& owner_;
  const Limits& limits_;
  Request& request_;
};

Http1Parser::Http1Parser(const Limits& limits) : limits_(limits) {}
Http1Parser::~Http1Parser() = default;

void Http1Parser::begin(Request& request) {
  request.method.clear();
  request.path.clear();
  request.query.clear();
  request.headers.clear();
  request.body.clear();
  request.protocol = Protocol::kHttp11;
  request_ = &request;
  rules_.reset();
  state_ = State::kHeader;
  scanned_ = 0;
  keep_alive_ = http10_ = expects_continue_ = false;
}

void Http1Parser::rest() {
  rules_.reset();
  request_ = nullptr;
}

void Http1Parser::refuse(int status, Refusal refusal, std::string_view text) {
  state_ = State::kRefused;
  refused_ = {status, refusal, text};
}

// What Beast would fold or tolerate: continuation lines (obs-fold, RFC 9112 section 5.2), bare CR, bare LF, NUL.
bool Http1Parser::header_is_clean(std::string_view header) {
  for (std::size_t at = header.find_first_of(std::string_view("\r\n\0", 3)); at != std::string_view::npos;
       at = header.find_first_of(std::string_view("\r\n\0", 3), at + 2)) {
    if (header[at] != '\r' || header[at + 1] != '\n') return false;
    if (at + 2 < header.size() && (header[at + 2] == ' ' || header[at + 2] == '\t')) return false;
  }
  return true;
}

std::size_t Http1Parser::feed(std::string_view data) {
  std::size_t used = 0;
  if (!rules_) {
    // RFC 9112 section 2.2: empty lines before a request line are skipped.
    while (data.substr(used).starts_with("\r\n")) used += 2;
    data.remove_prefix(used);
    const std::size_t end = data.find(kHeaderEnd, scanned_ > kHeaderEnd.size() ? scanned_ - kHeaderEnd.size() : 0);
    const std::size_t size = end == std::string_view::npos ? data.size() : end + kHeaderEnd.size();
    if (size > limits_.header_bytes) {
      // A request line without end is a long URL, not many headers.
      if (data.find("\r\n") > limits_.url_bytes) {
        refuse(414, Refusal::kUrlBytes, "The URL is too long.");
      } else {
        refuse(431, Refusal::kHeaderBytes, "The request has too many or too long header fields.");
      }
      return used;
    }
    if (end == std::string_view::npos) {
      scanned_ = data.size();
      return used;
    }
    if (!header_is_clean(data.substr(0, size))) {
      refuse(400, Refusal::kMalformed, "The request header is malformed.");
      return used;
    }
    rules_ = std::make_unique<Rules>(*this, limits_, *request_);
  }
  while (state_ != State::kComplete && state_ != State::kRefused && !data.empty()) {
    if (rules_->must_wait(data)) break;
    error_code ec;
    const std::size_t read = rules_->put(boost::asio::const_buffer(data.data(), data.size()), ec);
    used += read;
    data.remove_prefix(read);
    if (ec == http::error::need_more) {
      // Only a chunk line or the trailers may be waiting here: the header was complete, and Beast misses bytes of it.
      if (!rules_->header_done) {
        refuse(400, Refusal::kMalformed, "The request is malformed.");
      } else if (data.size() > limits_.chunk_line_bytes + limits_.header_field_bytes) {
        refuse(400, Refusal::kMalformed, "A chunk line is too long.");
      }
      break;
    }
    if (ec && state_ != State::kRefused) {
      if (ec == http::error::bad_version && names_a_version(data)) {
        refuse(505, Refusal::kVersion, kVersions);
      } else {
        refuse(400, Refusal::kMalformed, "The request is malformed.");
      }
    }
    if (read == 0 && !ec) break;
  }
  return used;
}

}  // namespace doorward::net
