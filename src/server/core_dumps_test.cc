#include "server/core_dumps.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace doorward::server {
namespace {

// In a process of its own: what is forbidden stays so.
template <class Holds>
bool holds_in_a_child(Holds holds) {
  const pid_t child = fork();
  if (child == 0) _exit(holds() ? 0 : 1);
  int status = -1;
  return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(CoreDumps, K05_AreOffForFilesAndForPrograms) {
  EXPECT_TRUE(holds_in_a_child([] { return prctl(PR_GET_DUMPABLE) == 1; })) << "as every process begins";
  EXPECT_TRUE(holds_in_a_child([] {
    forbid_core_dumps();
    rlimit limit{};
    return prctl(PR_GET_DUMPABLE) == 0 && getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur <= 1 &&
           limit.rlim_max <= 1;
  }));
}

// As systemd's LimitCORE=0 and Docker's --ulimit core=0 leave it, which a program that takes dumps does not ask about.
TEST(CoreDumps, K05_AreOffWhereTheLimitIsNoneAlready) {
  EXPECT_TRUE(holds_in_a_child([] {
    const rlimit none{};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return false;
    forbid_core_dumps();
    return prctl(PR_GET_DUMPABLE) == 0;
  }));
}

}  // namespace
}  // namespace doorward::server
