#include "server/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>

namespace doorward::server {

void forbid_core_dumps() {
  // Holds wherever dumps go, and closes memory and environment in /proc to others of the same user.
  prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL);
  // The limit is what an operator sees. One byte, not none: the system ignores a limit of 0 where dumps go to a program
  // (core(5)), and an image of one byte is not written to a file either. One that is 0 already cannot be raised.
  rlimit limit{};
  if (getrlimit(RLIMIT_CORE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max = std::min<rlim_t>(1, limit.rlim_max);
  setrlimit(RLIMIT_CORE, &limit);
}

}  // namespace doorward::server
