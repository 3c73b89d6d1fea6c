#include "server/key_file.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>

#include "server/data_dir.h"

namespace doorward::server {
namespace {

constexpr std::size_t kMaxFileBytes = 4096;

}  // namespace

Result<KeyEncryptionKey> read_key_encryption_key(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxFileBytes + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) {
    return failure(Reason::kKeyEncryptionKeyInvalid, fmt::format("the key-encryption key {} cannot be read", file));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  auto key = KeyEncryptionKey::parse(Secret<std::string>(std::move(text)));
  if (!key) return failure(key.error().reason, fmt::format("{}: {}", file, key.error().message));
  struct stat status{};
  // A group may read it: that is how secrets are mounted for a process that is not root.
  if (::stat(file.c_str(), &status) != 0 || (status.st_mode & (S_IWGRP | S_IRWXO)) != 0) {
    return failure(Reason::kKeyEncryptionKeyInvalid,
                   fmt::format("the key-encryption key {} is open to everybody on this machine: chmod 600", file));
  }
  return key;
}

Result<KeyEncryptionKey> read_or_make_key_encryption_key(const std::string& file, Random& random) {
  struct stat status{};
  if (::stat(file.c_str(), &status) == 0) return read_key_encryption_key(file);
  KeyEncryptionKey key = KeyEncryptionKey::generate(random);
  DOORWARD_CHECK(write_file_atomically(file, key.text().reveal(), S_IRUSR | S_IWUSR));
  return key;
}

Result<void> make_key_encryption_key(const std::string& file, Random& random) {
  struct stat status{};
  if (::lstat(file.c_str(), &status) == 0) {
    return failure(Reason::kKeyEncryptionKeyInvalid, fmt::format("{} exists: a key is never written over", file));
  }
  return write_file_atomically(file, KeyEncryptionKey::generate(random).text().reveal(), S_IRUSR | S_IWUSR);
}

}  // namespace doorward::server
