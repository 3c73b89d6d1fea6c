#include "app/provisioning/search_cursor.h"

#include <bit>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "app/paging/sealed_token.h"
#include "protocol/scim/limits.h"

namespace doorward {
namespace {

constexpr std::string_view kPurpose = "scim_cursor";
// Rises whenever a position means something else: cursors of another binary are refused then, never misread.
constexpr char kVersion = 1;

class Writer {
 public:
  void byte(std::size_t value) { bytes_ += static_cast<char>(value); }
  void number(std::int64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
      bytes_ += static_cast<char>((std::bit_cast<std::uint64_t>(value) >> shift) & 0xFFU);
  }
  void text(std::string_view value) {
    number(static_cast<std::int64_t>(value.size()));
    bytes_ += value;
  }
  std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// What was sealed is what a Writer wrote.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t byte() {
    const auto value = static_cast<std::uint8_t>(bytes_.at(0));
    bytes_.remove_prefix(1);
    return value;
  }
  std::int64_t number() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = (value << 8) | byte();
    return std::bit_cast<std::int64_t>(value);
  }
  std::string text() {
    const auto size = static_cast<std::size_t>(number());
    std::string value(bytes_.substr(0, size));
    bytes_.remove_prefix(value.size());
    return value;
  }

 private:
  std::string_view bytes_;
};

void write_key(Writer& out, const scim::SortValue& key) {
  out.byte(key.index());
  std::visit(
      [&](const auto& value) {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, std::int64_t>) out.number(value);
        if constexpr (std::is_same_v<T, double>) out.number(std::bit_cast<std::int64_t>(value));
        if constexpr (std::is_same_v<T, std::string>) out.text(value);
      },
      key);
}

scim::SortValue read_key(Reader& in) {
  switch (in.byte()) {
    case 1:
      return in.number();
    case 2:
      return std::bit_cast<double>(in.number());
    case 3:
      return in.text();
    default:
      return std::monostate();
  }
}

}  // namespace

std::string make_cursor(const Mac& mac, std::string_view scope, const SearchCursor& cursor) {
  Writer out;
  out.byte(kVersion);
  out.number(to_micros(cursor.issued));
  out.number(cursor.count);
  out.number(cursor.total);
  out.byte(cursor.after.part);
  write_key(out, cursor.after.key);
  out.text(cursor.after.id);
  return seal_token(mac, kPurpose, scope, out.take());
}

Result<SearchCursor> open_cursor(const Mac& mac, std::string_view scope, std::string_view text, Timestamp now) {
  const auto bytes = text.size() > scim::limits::kCursorBytes ? std::nullopt : open_token(mac, kPurpose, scope, text);
  if (!bytes || !bytes->starts_with(kVersion)) {
    return failure(Reason::kScimInvalidCursor, "The cursor is not one of this list. Start again without one.");
  }
  Reader in(std::string_view(*bytes).substr(1));
  SearchCursor cursor;
  cursor.issued = from_micros(in.number());
  cursor.count = in.number();
  cursor.total = in.number();
  cursor.after.part = in.byte();
  cursor.after.key = read_key(in);
  cursor.after.id = in.text();
  if (now - cursor.issued > scim::limits::kCursorLifetime) {
    return failure(Reason::kScimExpiredCursor, "The cursor is too old. Start again without one.");
  }
  return cursor;
}

}  // namespace doorward
