// Whom outbound TLS trusts: the system's authorities and those of a file, loaded once for all connections.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>

#include "base/result.h"

struct x509_store_st;

namespace doorward::net {

// Thread-safe once loaded. A changed trust store takes effect at the next start.
class TrustStore {
 public:
  // `ca_file`: PEM, trusted besides the system's authorities; empty: these alone. kInvalidArgument, with a sentence for
  // the operator, when the file holds no certificate.
  static Result<TrustStore> load(const std::string& ca_file);

  // TLS 1.2 or later with a certificate for the host of the URL, from an authority of this store and no other.
  void apply_to(CURL* handle) const;

 private:
  explicit TrustStore(std::shared_ptr<x509_store_st> store) : store_(std::move(store)) {}

  std::shared_ptr<x509_store_st> store_;
};

}  // namespace doorward::net
