#include "app/directories/credential_memory.h"

namespace doorward {

std::optional<CredentialMemory::Entry> CredentialMemory::recall(const DirectoryId& directory, const std::string& key,
                                                                Timestamp now) {
  const std::lock_guard lock(mutex_);
  const auto of_directory = entries_.find(directory);
  if (of_directory == entries_.end()) return std::nullopt;
  const auto found = of_directory->second.find(key);
  if (found == of_directory->second.end()) return std::nullopt;
  const Entry& entry = found->second;
  const Duration age = now - entry.checked_at;
  if (age < Duration{0} || age > kMaxAge || (entry.ends_at && *entry.ends_at <= now)) {
    of_directory->second.erase(found);
    --size_;
    if (of_directory->second.empty()) entries_.erase(of_directory);
    return std::nullopt;
  }
  return entry;
}

std::uint64_t CredentialMemory::epoch() const {
  const std::lock_guard lock(mutex_);
  return epoch_;
}

void CredentialMemory::remember(const DirectoryId& directory, const std::string& key, const Entry& entry,
                                std::uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  if (epoch != epoch_) return;
  if (const auto known = entries_.find(directory); known != entries_.end() && known->second.contains(key)) {
    known->second.at(key) = entry;
    return;
  }
  // Only good credentials are remembered, so this fills up only with real traffic; starting over costs one look-up
  // each.
  if (size_ >= kMaxRemembered) {
    entries_.clear();
    size_ = 0;
  }
  entries_[directory].emplace(key, entry);
  ++size_;
}

void CredentialMemory::forget(const DirectoryId& directory) {
  const std::lock_guard lock(mutex_);
  ++epoch_;
  const auto of_directory = entries_.find(directory);
  if (of_directory == entries_.end()) return;
  size_ -= of_directory->second.size();
  entries_.erase(of_directory);
}

}  // namespace doorward
