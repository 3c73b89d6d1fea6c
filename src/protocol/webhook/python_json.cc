#include "protocol/webhook/python_json.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

namespace doorward::webhook {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kReplacement = 0xFFFD;

// One code point and how many bytes it took.
struct Decoded {
  std::uint32_t code_point;
  std::size_t length;
};

Decoded decode_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto continues = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  const std::uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead < 0xE0 && continues(1)) return {((lead & 0x1Fu) << 6) | (byte(1) & 0x3Fu), 2};
  if (lead >= 0xE0 && lead < 0xF0 && continues(1) && continues(2)) {
    const std::uint32_t c = ((lead & 0x0Fu) << 12) | ((byte(1) & 0x3Fu) << 6) | (byte(2) & 0x3Fu);
    if (c >= 0x800 && (c < 0xD800 || c > 0xDFFF)) return {c, 3};
  }
  if (lead >= 0xF0 && lead < 0xF5 && continues(1) && continues(2) && continues(3)) {
    const std::uint32_t c =
        ((lead & 0x07u) << 18) | ((byte(1) & 0x3Fu) << 12) | ((byte(2) & 0x3Fu) << 6) | (byte(3) & 0x3Fu);
    if (c >= 0x10000 && c <= 0x10FFFF) return {c, 4};
  }
  return {kReplacement, 1};
}

void append_escape(std::string& out, std::uint32_t code_unit) {
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_unit);
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto [c, length] = decode_utf8(text);
    text.remove_prefix(length);
    switch (c) {
      case '"':
        out += "\\\"";
        continue;
      case '\\':
        out += "\\\\";
        continue;
      case '\n':
        out += "\\n";
        continue;
      case '\r':
        out += "\\r";
        continue;
      case '\t':
        out += "\\t";
        continue;
      case '\f':
        out += "\\f";
        continue;
      case '\b':
        out += "\\b";
        continue;
      default:
        break;
    }
    if (c >= 0x20 && c < 0x7F) {
      out += static_cast<char>(c);
    } else if (c <= 0xFFFF) {
      append_escape(out, c);
    } else {
      append_escape(out, 0xD800 + ((c - 0x10000) >> 10));
      append_escape(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  out += '"';
}

// repr(float): the shortest digits that read back to the same number; positional while the decimal point falls from
// four places before the first digit to sixteen after it, scientific with at least two exponent digits beyond.
void append_double(std::string& out, double number) {
  if (!std::isfinite(number)) {
    out += "null";
    return;
  }
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  if (text.front() == '-') {
    out += '-';
    text.remove_prefix(1);
  }
  const auto e = text.find('e');
  int exponent = 0;
  const auto* exponent_begin = text.data() + e + 1 + (text[e + 1] == '+' ? 1 : 0);
  std::from_chars(exponent_begin, text.data() + text.size(), exponent);
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);

  const int point = exponent + 1;  // digits before the decimal point
  const int count = static_cast<int>(digits.size());
  if (point > 16 || point <= -4) {
    out += digits[0];
    if (count > 1) out.append(".").append(digits, 1);
    fmt::format_to(std::back_inserter(out), "e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
  } else if (point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else if (point >= count) {
    out.append(digits).append(static_cast<std::size_t>(point - count), '0').append(".0");
  } else {
    out.append(digits, 0, static_cast<std::size_t>(point)).append(".").append(digits, static_cast<std::size_t>(point));
  }
}

// A container that is being written, and how far.
template <class Container>
struct Cursor {
  const Container* container;
  typename Container::const_iterator next;
};
using Frame = std::variant<Cursor<json::array>, Cursor<json::object>>;

class Writer {
 public:
  std::string write(const json::value& value) {
    begin(value);
    return finish();
  }

  std::string write(const json::object& object) {
    open(object);
    return finish();
  }

 private:
  std::string finish() {
    while (!frames_.empty()) {
      const json::value* child = std::visit([&](auto& cursor) { return advance(cursor); }, frames_.back());
      if (child == nullptr) {
        frames_.pop_back();
      } else {
        begin(*child);
      }
    }
    return std::move(out_);
  }

  void open(const json::object& object) {
    out_ += '{';
    frames_.emplace_back(Cursor<json::object>{&object, object.begin()});
  }

  // Writes a scalar whole, and only the opening of a container.
  void begin(const json::value& value) {
    switch (value.kind()) {
      case json::kind::null:
        out_ += "null";
        break;
      case json::kind::bool_:
        out_ += value.get_bool() ? "true" : "false";
        break;
      case json::kind::int64:
        fmt::format_to(std::back_inserter(out_), "{}", value.get_int64());
        break;
      case json::kind::uint64:
        fmt::format_to(std::back_inserter(out_), "{}", value.get_uint64());
        break;
      case json::kind::double_:
        append_double(out_, value.get_double());
        break;
      case json::kind::string:
        append_string(out_, value.get_string());
        break;
      case json::kind::array:
        out_ += '[';
        frames_.emplace_back(Cursor<json::array>{&value.get_array(), value.get_array().begin()});
        break;
      case json::kind::object:
        open(value.get_object());
        break;
    }
  }

  // The next child to write, after its separator and key; nullptr when the container is written and closed.
  const json::value* advance(Cursor<json::array>& cursor) {
    if (cursor.next == cursor.container->end()) {
      out_ += ']';
      return nullptr;
    }
    if (cursor.next != cursor.container->begin()) out_ += ", ";
    return &*cursor.next++;
  }
  const json::value* advance(Cursor<json::object>& cursor) {
    if (cursor.next == cursor.container->end()) {
      out_ += '}';
      return nullptr;
    }
    if (cursor.next != cursor.container->begin()) out_ += ", ";
    const auto& member = *cursor.next++;
    append_string(out_, member.key());
    out_ += ": ";
    return &member.value();
  }

  std::string out_;
  std::vector<Frame> frames_;
};

}  // namespace

std::string python_json(const json::value& value) { return Writer().write(value); }
std::string python_json(const json::object& object) { return Writer().write(object); }

}  // namespace doorward::webhook
