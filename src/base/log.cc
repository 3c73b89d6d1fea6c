#include "base/log.h"

#include <atomic>

namespace doorward::log {
namespace {
std::atomic<Sink> current_sink{nullptr};
std::atomic<Level> least_level{Level::kInfo};
}  // namespace

void set_sink(Sink sink, Level least) {
  least_level.store(least, std::memory_order_relaxed);
  current_sink.store(sink, std::memory_order_release);
}

bool enabled(Level level) {
  return level >= least_level.load(std::memory_order_relaxed) &&
         current_sink.load(std::memory_order_relaxed) != nullptr;
}

void write(Level level, std::string_view event, Fields fields) {
  if (!enabled(level)) return;
  if (const Sink sink = current_sink.load(std::memory_order_acquire)) sink(level, event, fields);
}

}  // namespace doorward::log
