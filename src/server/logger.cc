#include "server/logger.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "base/encoding.h"

namespace doorward::server {
namespace {

constexpr std::array<std::string_view, 4> kLevelNames = {"debug", "info", "warning", "error"};
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kCut = "\xE2\x80\xA6";          // …

std::atomic<LogFormat> current_format{LogFormat::kText};

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }

// Length of the well-formed UTF-8 sequence at the front, 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length) {
    if (is_valid_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

// A JSON string body that is also safe on a terminal: C0 and C1 controls, DEL, quote and backslash are escaped.
void append_escaped(std::string& line, std::string_view text) {
  const bool cut = text.size() > kMaxLogValueBytes;
  text = text.substr(0, kMaxLogValueBytes);
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    if (c == '"' || c == '\\') {
      line += '\\';
      line += text.front();
      text.remove_prefix(1);
    } else if (c == '\n') {
      line += "\\n";
      text.remove_prefix(1);
    } else if (is_control(c)) {
      line += fmt::format("\\u{:04x}", c);
      text.remove_prefix(1);
    } else if (c < 0x80) {
      line += text.front();
      text.remove_prefix(1);
    } else if (const std::size_t length = sequence_length(text); length == 0) {
      line += kReplacement;
      text.remove_prefix(1);
    } else if (length == 2 && c == 0xc2 && static_cast<unsigned char>(text[1]) < 0xa0) {
      line += fmt::format("\\u{:04x}", static_cast<unsigned char>(text[1]));  // a C1 control
      text.remove_prefix(2);
    } else {
      line += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  if (cut) line += kCut;
}

bool needs_quotes(std::string_view text) {
  if (text.empty() || text.size() > kMaxLogValueBytes) return true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7f || c == '"' || c == '\\' || c == '=') return true;
  }
  return false;
}

void append_quoted(std::string& line, std::string_view text) {
  line += '"';
  append_escaped(line, text);
  line += '"';
}

void append_number(std::string& line, const log::Field& field) {
  if (const auto* whole = std::get_if<std::int64_t>(&field.value)) {
    line += fmt::format("{}", *whole);
  } else if (const auto* flag = std::get_if<bool>(&field.value)) {
    line += *flag ? "true" : "false";
  } else if (const double number = std::get<double>(field.value); number - number == 0.0) {
    line += fmt::format("{}", number);
  } else {
    line += "null";  // JSON has no infinity and no NaN
  }
}

void write_line(log::Level level, std::string_view event, log::Fields fields) {
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const std::string line = format_line(current_format.load(std::memory_order_relaxed), now, level, event, fields);
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody can be told
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string format_line(LogFormat format, Timestamp now, log::Level level, std::string_view event, log::Fields fields) {
  const std::string_view level_name = kLevelNames.at(static_cast<std::size_t>(level));
  std::string line;
  if (format == LogFormat::kJson) {
    line = fmt::format(R"({{"time":"{}","level":"{}","event":)", to_rfc3339(now), level_name);
    append_quoted(line, event);
    for (const log::Field& field : fields) {
      line += ',';
      append_quoted(line, field.key);
      line += ':';
      if (const auto* text = std::get_if<std::string_view>(&field.value)) {
        append_quoted(line, *text);
      } else {
        append_number(line, field);
      }
    }
    line += "}\n";
    return line;
  }
  line = fmt::format("{} {:<7} {}", to_rfc3339(now), level_name, event);
  for (const log::Field& field : fields) {
    line += fmt::format(" {}=", field.key);
    if (const auto* text = std::get_if<std::string_view>(&field.value); text == nullptr) {
      append_number(line, field);
    } else if (needs_quotes(*text)) {
      append_quoted(line, *text);
    } else {
      line += *text;
    }
  }
  line += '\n';
  return line;
}

void install_logger(LogFormat format, log::Level least) {
  current_format.store(format, std::memory_order_relaxed);
  log::set_sink(write_line, least);
}

}  // namespace doorward::server
