// The commands of the binary. Each answers the exit status; what went wrong is a sentence on standard error.
#pragma once

#include <string>

#include "server/options.h"

namespace doorward::server {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;  // the command line or the configuration

int run_serve(const Options& options);
int run_migrate(const Options& options);
// `file`: what is written, read or made.
int run_backup(const Options& options, const std::string& file);
int run_restore(const Options& options, const std::string& file);
int run_generate_key(const std::string& file);
int run_rotate_signing_key(const Options& options, const KeyRotationRequest& request);
int run_version();

}  // namespace doorward::server
