// The signals that stop the server, taken by the main thread in place of a handler.
#pragma once

#include <csignal>

namespace doorward::server {

// Make one before any other thread starts: threads inherit that the signals are blocked. SIGPIPE is ignored from then
// on; writes to a closed socket answer an error.
class StopSignals {
 public:
  StopSignals();

  // Waits for SIGTERM or SIGINT and answers which came. From then on a further one ends the process at once.
  int wait();

 private:
  sigset_t set_{};
};

}  // namespace doorward::server
