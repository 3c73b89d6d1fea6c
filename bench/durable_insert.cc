//   durable_insert SOURCE TARGET CREATES BATCH TABLE...
//
// SOURCE and TARGET are both SQLite files or both postgresql:// URLs; TARGET has the same tables, empty. Prints one
// JSON object.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

#include "insert.h"

double cpu_seconds_now() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double cpu_seconds_of(int process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text(std::istreambuf_iterator<char>(file), {});
  std::istringstream fields(text.substr(text.rfind(')') + 2));  // the name may hold spaces
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;  // utime is field 14, stime 15 (proc(5))
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

int main(int argc, char** argv) {
  if (argc < 6) {
    std::fprintf(stderr, "usage: durable_insert SOURCE TARGET CREATES BATCH TABLE...\n");
    return 2;
  }
  try {
    const auto insert =
        std::string_view(argv[1]).starts_with("postgresql://") ? insert_into_postgres : insert_into_sqlite;
    const auto creates = static_cast<std::size_t>(std::atoll(argv[3]));
    const auto batch = static_cast<std::size_t>(std::atoll(argv[4]));
    const auto outcome = insert(argv[1], argv[2], {argv + 5, argv + argc}, creates, batch);
    std::printf("{\"requests\": %zu, \"transactions\": %zu, \"seconds\": %.6f, \"rate\": %.1f, \"cpu_us\": %.1f}\n",
                creates, outcome.transactions, outcome.seconds, static_cast<double>(creates) / outcome.seconds,
                outcome.cpu_seconds * 1e6 / static_cast<double>(creates));
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "durable_insert: %s\n", fault.what());
    return 1;
  }
  return 0;
}
