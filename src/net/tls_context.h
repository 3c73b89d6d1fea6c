// The certificate of a TLS listener, exchangeable while it serves.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace doorward::net {

// TLS 1.2 at least, forward-secret AEAD suites only, no renegotiation, ALPN h2 and http/1.1. Any thread.
class TlsContext {
 public:
  // PEM files: the certificate chain, leaf first, and its private key. kInvalidArgument with a sentence when they
  // cannot be read, do not belong together.
  static Result<std::shared_ptr<TlsContext>> load(std::string certificate_file, std::string key_file);

  // Reads the files again. New connections use them; on an error the old ones stay.
  Result<void> reload();

  // Reloads when a file has changed since the last successful or failed load. True when it loaded new files. A change
  // is seen by modification time, size and inode, so a rename over the file counts.
  Result<bool> reload_if_changed();

  // For the next connection.
  std::shared_ptr<boost::asio::ssl::context> current() const;

 private:
  TlsContext(std::string certificate_file, std::string key_file);

  const std::string certificate_file_;
  const std::string key_file_;
  mutable std::mutex mutex_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::string stamp_;
};

}  // namespace doorward::net
