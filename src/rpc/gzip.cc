#include "rpc/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include "base/completion.h"
#include "base/encoding.h"
#include "base/trim.h"

namespace doorward::rpc {
namespace {

constexpr int kGzipWindow = 15 + 16;  // 32 KiB, and 16 for the gzip form instead of zlib's
constexpr std::size_t kInflateStep = 16 * 1024;
constexpr std::size_t kInlineBytes = 2048;  // compressing so little takes no longer than handing it over

Bytef* input(std::string_view bytes) { return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data())); }

// zlib allocates a quarter of a megabyte for each: one a thread, used again.
class Deflater {
 public:
  Deflater() {
    if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~Deflater() { deflateEnd(&stream_); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  void append(std::string_view bytes, std::string& out) {
    deflateReset(&stream_);
    const std::size_t before = out.size();
    out.resize(before + deflateBound(&stream_, bytes.size()));
    stream_.next_in = input(bytes);
    stream_.avail_in = static_cast<uInt>(bytes.size());
    stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream_.avail_out = static_cast<uInt>(out.size() - before);
    deflate(&stream_, Z_FINISH);  // cannot want more room: deflateBound
    out.resize(out.size() - stream_.avail_out);
  }

 private:
  z_stream stream_{};
};

class Inflater {
 public:
  Inflater() {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream& operator*() { return stream_; }

 private:
  z_stream stream_{};
};

// The weight of one element of Accept-Encoding; a broken one is none.
bool is_refused(std::string_view parameters) {
  const std::size_t at = parameters.find("q=");
  if (at == std::string_view::npos) return false;
  const std::string_view weight = trimmed(parameters.substr(at + 2));
  return weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

void gzip(std::string_view bytes, std::string& out) {
  thread_local Deflater deflater;
  deflater.append(bytes, out);
}

Result<std::string> gunzip(std::string_view compressed, std::size_t limit) {
  const auto broken = [] { return failure(Reason::kMalformedRequest, "The bytes are not one gzip member."); };
  Inflater inflater;
  z_stream& stream = *inflater;
  stream.next_in = input(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  std::string out;
  std::array<char, kInflateStep> step;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(step.data());
    stream.avail_out = static_cast<uInt>(step.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) return broken();
    const std::size_t size = step.size() - stream.avail_out;
    if (size > limit - out.size()) {
      return failure(Reason::kPayloadTooLarge, "The request is too large when its compression is undone.");
    }
    out.append(step.data(), size);
  }
  if (stream.avail_in != 0) return broken();
  return out;
}

Result<Encoding> encoding_named(std::string_view word) {
  const std::string name = ascii_lower(trimmed(word));
  if (name.empty() || name == "identity") return Encoding::kIdentity;
  if (name == "gzip") return Encoding::kGzip;
  return failure(Reason::kUnsupportedEncoding, "The server takes the encodings identity and gzip only.");
}

Result<Encoding> declared_encoding(const net::Headers& headers, std::string_view name) {
  Encoding declared = Encoding::kIdentity;
  for (const auto& header : headers) {
    if (header.name != name) continue;
    DOORWARD_TRY(const Encoding next, encoding_named(header.value));
    if (next == Encoding::kIdentity) continue;
    if (declared != Encoding::kIdentity) {
      return failure(Reason::kUnsupportedEncoding, "The request is encoded more than once.");
    }
    declared = next;
  }
  return declared;
}

bool accepts_gzip(const net::Headers& headers, std::string_view name) {
  for (const auto& header : headers) {
    if (header.name != name) continue;
    std::string_view list = header.value;
    while (!list.empty()) {
      const std::string_view element = list.substr(0, list.find(','));
      list.remove_prefix(std::min(element.size() + 1, list.size()));
      const std::size_t semicolon = element.find(';');
      if (ascii_lower(trimmed(element.substr(0, semicolon))) != "gzip") continue;
      return semicolon == std::string_view::npos || !is_refused(element.substr(semicolon));
    }
  }
  return false;
}

void add_gzip_fields(net::Response& response) {
  response.headers.push_back({"content-encoding", "gzip"});
  response.headers.push_back({"vary", "accept-encoding"});
}

task<bool> Compression::compress(std::string& text, std::size_t head) const {
  const std::string_view bytes = std::string_view(text).substr(head);
  std::string out = text.substr(0, head);
  if (!submit_ || bytes.size() <= kInlineBytes) {
    gzip(bytes, out);
  } else {
    const bool done = co_await Completion<bool>([&](Completion<bool>::Deliver deliver) {
      auto shared = std::make_shared<Completion<bool>::Deliver>(std::move(deliver));
      const bool taken = submit_([&out, bytes, shared] {
        gzip(bytes, out);
        (*shared)(true);
      });
      if (!taken) (*shared)(false);
    });
    if (!done) co_return false;
  }
  if (out.size() >= text.size()) co_return false;
  text = std::move(out);
  co_return true;
}

task<Result<std::string>> Compression::expand(std::string_view compressed, std::size_t limit) const {
  if (!submit_) co_return gunzip(compressed, limit);
  co_return co_await Completion<Result<std::string>>([&](Completion<Result<std::string>>::Deliver deliver) {
    auto shared = std::make_shared<Completion<Result<std::string>>::Deliver>(std::move(deliver));
    const bool taken = submit_([=] { (*shared)(gunzip(compressed, limit)); });
    if (!taken) (*shared)(failure(Reason::kOverloaded, "The server is busy. Try again in a moment."));
  });
}

}  // namespace doorward::rpc
