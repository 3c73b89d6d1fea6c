#pragma once

namespace doorward::server {

// From here on a crash writes no image of the process, which holds keys and tokens in clear; nor may another process
// look into this one, unless it has CAP_SYS_PTRACE. For the start of main().
void forbid_core_dumps();

}  // namespace doorward::server
