// gzip (RFC 1952), the one compression that all wires share, and how each of them asks for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/task.h"
#include "net/http.h"
#include "rpc/limits.h"

namespace doorward::rpc {

// Appends `bytes`, compressed for speed, to `out`.
void gzip(std::string_view bytes, std::string& out);

// The bytes of exactly one gzip member. Never holds more than `limit` and a small buffer, whatever the input promises:
// the size is checked while it grows. kPayloadTooLarge above it, kMalformedRequest for anything else.
Result<std::string> gunzip(std::string_view compressed, std::size_t limit);

enum class Encoding : std::uint8_t { kIdentity, kGzip };

// What a request says of its bytes in the field `name` (content-encoding, grpc-encoding). kUnsupportedEncoding for any
// other word, also for several.
Result<Encoding> declared_encoding(const net::Headers& headers, std::string_view name);
Result<Encoding> encoding_named(std::string_view word);

// Whether the peer takes gzip, by the field `name` (accept-encoding of RFC 9110 section 12.5.3, grpc-accept-encoding).
bool accepts_gzip(const net::Headers& headers, std::string_view name);

// Says of a response that its body is compressed because the request allowed it.
void add_gzip_fields(net::Response& response);

// Keeps compression off the I/O threads: it costs more than a whole small call.
class Compression {
 public:
  // Runs work on another thread; false when there are too many waiting. Without one everything runs where it is.
  using Submit = std::function<bool(std::move_only_function<void()>)>;

  explicit Compression(Submit submit = nullptr) : submit_(std::move(submit)) {}

  // Compresses `text` in place but for its first `head` bytes. False, and `text` as it was, when that is not shorter or
  // nobody has the time: the answer then goes as it is.
  task<bool> compress(std::string& text, std::size_t head = 0) const;

  // gunzip() up to `limit` bytes. kOverloaded when nobody has the time.
  task<Result<std::string>> expand(std::string_view compressed, std::size_t limit = kMaxInflatedBytes) const;

 private:
  Submit submit_;
};

}  // namespace doorward::rpc
