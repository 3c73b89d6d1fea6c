// An installation on a fresh SQLite database in a folder of its own.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/bootstrap/bootstrap.h"
#include "app/tokens/api_authentication.h"
#include "app/tokens/client_credentials.h"
#include "base/completion.h"
#include "ports/test_doubles.h"
#include "server/credentials_file.h"
#include "store/open.h"

namespace doorward::test {

inline constexpr const char* kBaseUrl = "http://localhost:8080";

template <class T>
std::string_view outcome(const Result<T>& result) {
  return result ? "accepted" : reason_name(result.error().reason);
}

class TemporaryFolder {
 public:
  TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "doorward-tokens-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The real file; a test may put something before or after a write, as a crash or another node would.
class WatchedCredentialsFile final : public CredentialsFile {
 public:
  explicit WatchedCredentialsFile(std::string folder) : file_(std::move(folder)) {}

  std::function<Result<void>()> before_write = [] { return Result<void>(); };
  std::function<Result<void>()> after_write = [] { return Result<void>(); };
  int writes = 0;

  Result<std::optional<Credentials>> read(const EnvironmentId& environment) override { return file_.read(environment); }
  Result<void> write(const Credentials& credentials) override {
    DOORWARD_CHECK(before_write());
    ++writes;
    DOORWARD_CHECK(file_.write(credentials));
    return after_write();
  }
  Result<void> discard(const EnvironmentId& environment) override { return file_.discard(environment); }

 private:
  server::JsonCredentialsFile file_;
};

struct Suite : testing::Test {
  TemporaryFolder folder;
  ManualClock clock;
  SystemRandom random;
  KeyEncryptionKey kek = KeyEncryptionKey::generate(random);
  const KeyEncryptionKey* previous = nullptr;  // given to the next start
  WatchedCredentialsFile file{folder.path()};
  std::unique_ptr<store::DatabaseStore> database = open();

  std::unique_ptr<store::DatabaseStore> open() {
    auto opened = store::open_store({.url = "sqlite:" + folder.path() + "/doorward.db", .clock = &clock});
    if (!opened) throw std::runtime_error(opened.error().message + " | " + opened.error().detail);
    return *std::move(opened);
  }
  Store& store() { return *database; }
  Ids& ids() { return database->ids(); }

  Result<Installation> start(CredentialsFile& credentials, bool development = true,
                             const InstallationUrls& urls = {kBaseUrl, "https://localhost:8443", "/data/tls/ca.pem"}) {
    Bootstrap bootstrap({store(), clock, ids(), random, credentials});
    return sync_wait(bootstrap.start(kek, previous, development, urls));
  }
  Result<Installation> start() { return start(file); }

  template <class F>
  auto read(F fn) {
    return sync_wait(store().read("test.read", {}, std::move(fn)));
  }
  // A write of which only success matters.
  template <class F>
  void must(F fn) {
    auto done = sync_wait(store().write("test.write", {}, [&](WriteTx& tx) -> Result<bool> {
      Result<void> result = fn(tx);
      if (!result) return tl::unexpected(result.error());
      return true;
    }));
    ASSERT_TRUE(done) << done.error().message << " | " << done.error().detail;
  }
};

}  // namespace doorward::test
