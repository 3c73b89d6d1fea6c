// DATA_DIR/credentials.json, mode 0600.
#pragma once

#include <string>

#include "ports/credentials_file.h"

namespace doorward::server {

// The file of the environment that was written last is `credentials.json`. When another database is used with the same
// folder, the former file becomes `credentials-<environment id>.json`, because it may hold the only copy of a secret;
// going back to that database finds it again.
class JsonCredentialsFile final : public CredentialsFile {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{64} * 1024;

  explicit JsonCredentialsFile(std::string folder) : folder_(std::move(folder)) {}

  Result<std::optional<Credentials>> read(const EnvironmentId& environment) override;
  Result<void> write(const Credentials& credentials) override;
  Result<void> discard(const EnvironmentId& environment) override;

 private:
  std::string current_path() const;
  std::string kept_path(const EnvironmentId& environment) const;

  std::string folder_;
};

}  // namespace doorward::server
