// TLS for the developer's own machine: a certificate authority and a server certificate made on first start.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace doorward::net {

struct DevelopmentTls {
  std::string ca_file;           // ca.pem, what clients are told to trust
  std::string certificate_file;  // cert.pem: leaf for localhost, 127.0.0.1 and ::1
  std::string key_file;          // key.pem
};

inline constexpr std::chrono::days kDevelopmentCaLifetime{3650};
inline constexpr std::chrono::days kDevelopmentCertificateLifetime{397};  // more is refused by some clients
inline constexpr std::chrono::days kDevelopmentRenewBefore{30};

// Writes a whole file so that a crash leaves the old content or the new.
using WriteFile = std::function<Result<void>(const std::string& path, std::string_view content, unsigned mode)>;

// Makes what is missing, damaged or within kDevelopmentRenewBefore of its end in `folder` (made with mode 0700), and
// leaves the rest. Keys are ECDSA P-256, in files of mode 0600. A renewed certificate keeps its key, so that only one
// file changes; the CA's key (ca.key) is kept, so that the CA that a developer trusts outlives the certificates. A
// stolen ca.key is of little use: of all host names the CA may only sign for localhost (RFC 5280 section 4.2.1.10).
// Safe after a crash at any moment, and to call again while TlsContext serves the files. kInternal when the
// folder cannot be written. Blocks: start-up and workers only.
Result<DevelopmentTls> ensure_development_tls(const std::string& folder, Timestamp now, const WriteFile& write_file);

}  // namespace doorward::net
