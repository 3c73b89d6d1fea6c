// Answers of DirectoryAuthenticator that are good for a moment, so that a busy identity provider costs no look-up for
// each request. Whoever ends a secret or disables a directory on this node makes it forget, and so is obeyed at once.
// Thread-safe, bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "domain/caller.h"

namespace doorward {

class CredentialMemory {
 public:
  // Changes made on other nodes are noticed within this time.
  static constexpr Duration kMaxAge = std::chrono::milliseconds(900);
  static constexpr std::size_t kMaxRemembered = 10'000;

  struct Entry {
    Caller caller;
    bool enabled = true;
    Timestamp checked_at;
    std::optional<Timestamp> ends_at;  // of the credential
  };

  // `key` names a credential without telling it. Nothing once the entry is too old or the credential has ended.
  std::optional<Entry> recall(const DirectoryId& directory, const std::string& key, Timestamp now);

  // To be read before the store is, and given to remember(): an answer that was read before somebody forgot its
  // directory is not remembered.
  std::uint64_t epoch() const;
  void remember(const DirectoryId& directory, const std::string& key, const Entry& entry, std::uint64_t epoch);

  // After the commit that changed who may enter the directory.
  void forget(const DirectoryId& directory);

 private:
  mutable std::mutex mutex_;
  std::uint64_t epoch_ = 0;
  std::size_t size_ = 0;
  std::unordered_map<DirectoryId, std::unordered_map<std::string, Entry>> entries_;
};

}  // namespace doorward
