#include "protocol/saml/deflate.h"

#include <zlib.h>

#include <algorithm>
#include <stdexcept>

namespace doorward::saml {
namespace {

// A window of 32 KiB; negative: no header around the data.
constexpr int kRawWindowBits = -15;
constexpr int kMemoryLevel = 8;
// Grown by steps, so that a small message stays small and a bomb is stopped before it has grown.
constexpr std::size_t kStepBytes = std::size_t{16} * 1024;

Bytef* bytes_of(std::string_view text) {
  // zlib's interface predates const; it does not write to its input.
  return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(text.data()));
}

struct Stream {
  z_stream state{};
  int (*end)(z_streamp) = nullptr;

  ~Stream() { end(&state); }
};

}  // namespace

std::string deflate(std::string_view text) {
  Stream stream{.state = {}, .end = deflateEnd};
  if (deflateInit2(&stream.state, Z_BEST_COMPRESSION, Z_DEFLATED, kRawWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw std::runtime_error("zlib failed in deflateInit2");
  }
  std::string out(deflateBound(&stream.state, text.size()), '\0');
  stream.state.next_in = bytes_of(text);
  stream.state.avail_in = static_cast<uInt>(text.size());
  stream.state.next_out = bytes_of(out);
  stream.state.avail_out = static_cast<uInt>(out.size());
  if (::deflate(&stream.state, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib failed in deflate");
  out.resize(stream.state.total_out);
  return out;
}

Result<std::string> inflate(std::string_view deflated, std::size_t most_bytes) {
  Stream stream{.state = {}, .end = inflateEnd};
  if (inflateInit2(&stream.state, kRawWindowBits) != Z_OK) throw std::runtime_error("zlib failed in inflateInit2");
  stream.state.next_in = bytes_of(deflated);
  stream.state.avail_in = static_cast<uInt>(deflated.size());
  std::string out;
  int status = Z_OK;
  while (status != Z_STREAM_END) {
    if (out.size() > most_bytes) return failure(Reason::kTooLarge, "The message is too large.");
    const std::size_t before = out.size();
    // One byte beyond what is allowed tells that there is more.
    out.resize(std::min(before + kStepBytes, most_bytes + 1));
    stream.state.next_out = bytes_of(out) + before;
    stream.state.avail_out = static_cast<uInt>(out.size() - before);
    status = ::inflate(&stream.state, Z_NO_FLUSH);
    out.resize(out.size() - stream.state.avail_out);
    const bool is_cut =
        status == Z_BUF_ERROR || (status == Z_OK && stream.state.avail_in == 0 && stream.state.avail_out != 0);
    if ((status != Z_OK && status != Z_STREAM_END) || is_cut) {
      return failure(Reason::kNotWellformed, "The message is not deflated as the redirect binding asks.");
    }
  }
  if (out.size() > most_bytes) return failure(Reason::kTooLarge, "The message is too large.");
  if (stream.state.avail_in != 0) {
    return failure(Reason::kNotWellformed, "The message is not deflated as the redirect binding asks.");
  }
  return out;
}

}  // namespace doorward::saml
