// The data folder: who may use it, and the files by which others find the server.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward::server {

// Holds the folder for this process; released when it goes, also by a crash, because the system drops the lock.
class DataDir {
 public:
  // Makes the folder (mode 0700) where it is missing and takes its lock. kFailedPrecondition with a sentence when
  // another process has it, kInvalidArgument when the folder cannot be made or written.
  static Result<DataDir> acquire(const std::string& path);

  DataDir(DataDir&& other) noexcept;
  DataDir& operator=(DataDir&&) = delete;
  ~DataDir();

  const std::string& path() const { return path_; }
  std::string file(std::string_view name) const;

  // ready.json says that the server listens, and where. An empty address is left out.
  void remove_ready() const;
  Result<void> write_ready(std::string_view http, std::string_view https) const;

 private:
  DataDir(std::string path, int lock);

  std::string path_;
  int lock_;
};

// Writes a whole file so that a crash leaves the old content or the new: temporary file, fsync, rename, fsync of the
// folder.
Result<void> write_file_atomically(const std::string& path, std::string_view content, unsigned mode);

}  // namespace doorward::server
