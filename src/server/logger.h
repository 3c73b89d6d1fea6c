// Where log lines go: one line each to standard error, as text for people or as JSON for machines.
#pragma once

#include <string>
#include <string_view>

#include "base/log.h"
#include "base/time.h"
#include "server/options.h"

namespace doorward::server {

// One line, with its newline. Values that could break a line or move a terminal's cursor are escaped; in JSON, bytes
// that are not UTF-8 become U+FFFD. Text is `TIME LEVEL EVENT key=value…`; JSON has "time", "level", "event" and the
// fields. A value longer than kMaxLogValueBytes is cut and marked with "…".
std::string format_line(LogFormat format, Timestamp now, log::Level level, std::string_view event, log::Fields fields);

inline constexpr std::size_t kMaxLogValueBytes = 8192;

// Installs the sink. Each line is one write(2), so that lines of several threads never mix. Once, before threads run.
void install_logger(LogFormat format, log::Level least);

}  // namespace doorward::server
