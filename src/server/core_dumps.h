#pragma once

namespace doorward::server {

// From here on a crash writes no image of the process, which holds keys and tokens in clear. For the start of main().
void forbid_core_dumps();

}  // namespace doorward::server
