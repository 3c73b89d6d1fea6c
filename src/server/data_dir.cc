#include "server/data_dir.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace doorward::server {
namespace {

constexpr std::string_view kLockFile = "doorward.lock";
constexpr std::string_view kReadyFile = "ready.json";

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

tl::unexpected<Error> system_failure(std::string_view what, const std::string& path) {
  return failure(Reason::kInvalidArgument, fmt::format("{} {}: {}", what, path, std::strerror(errno)));
}

bool write_all(int fd, std::string_view rest) {
  while (!rest.empty()) {
    const ssize_t written = ::write(fd, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<void> write_file_atomically(const std::string& path, std::string_view content, unsigned mode) {
  const std::string temporary = path + ".new";
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode));
  if (file.get() < 0) return system_failure("cannot write", temporary);
  if (::fchmod(file.get(), mode) != 0 || !write_all(file.get(), content) || ::fsync(file.get()) != 0) {
    return system_failure("cannot write", temporary);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return system_failure("cannot replace", path);
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Descriptor parent(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() < 0 || ::fsync(parent.get()) != 0) return system_failure("cannot flush", folder);
  return {};
}

Result<DataDir> DataDir::acquire(const std::string& path) {
  std::error_code error;
  const bool existed = std::filesystem::exists(path, error);
  std::filesystem::create_directories(path, error);
  if (error) {
    return failure(Reason::kInvalidArgument,
                   fmt::format("the data folder {} cannot be made: {}", path, error.message()));
  }
  if (!existed && ::chmod(path.c_str(), S_IRWXU) != 0) return system_failure("cannot protect the data folder", path);
  const std::string lock_path = (std::filesystem::path(path) / kLockFile).string();
  Descriptor lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (lock.get() < 0) return system_failure("the data folder cannot be used:", lock_path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure("cannot lock", lock_path);
    return failure(Reason::kDataFolderInUse,
                   fmt::format("another Doorward process uses the data folder {}; stop it, or choose another folder "
                               "with --data-dir",
                               path));
  }
  return DataDir(path, lock.release());
}

DataDir::DataDir(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

DataDir::DataDir(DataDir&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDir::~DataDir() {
  if (lock_ >= 0) ::close(lock_);
}

std::string DataDir::file(std::string_view name) const { return (std::filesystem::path(path_) / name).string(); }

void DataDir::remove_ready() const { ::unlink(file(kReadyFile).c_str()); }

Result<void> DataDir::write_ready(std::string_view http, std::string_view https) const {
  boost::json::object ready;
  ready["pid"] = ::getpid();
  if (!http.empty()) ready["http"] = http;
  if (!https.empty()) ready["https"] = https;
  return write_file_atomically(file(kReadyFile), boost::json::serialize(ready) + "\n",
                               S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
}

}  // namespace doorward::server
