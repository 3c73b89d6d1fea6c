#include "net/outbound/trust_store.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace doorward::net {
namespace {

// libcurl was told of no authorities, so that it reads no file for each connection.
CURLcode use_store(CURL*, void* context, void* store) {
  auto* tls = static_cast<SSL_CTX*>(context);
  SSL_CTX_set1_cert_store(tls, static_cast<X509_STORE*>(store));
  return CURLE_OK;
}

}  // namespace

Result<TrustStore> TrustStore::load(const std::string& ca_file) {
  std::shared_ptr<X509_STORE> store(X509_STORE_new(), &X509_STORE_free);
  if (store == nullptr) return failure(internal_error("no memory for the trust store"));
  // A machine without authorities is no fault of ours: its targets will be refused as untrusted.
  static_cast<void>(X509_STORE_set_default_paths(store.get()));
  if (!ca_file.empty() && X509_STORE_load_file(store.get(), ca_file.c_str()) != 1) {
    ERR_clear_error();
    return failure(Reason::kInvalidArgument,
                   fmt::format("outbound-ca-file: {} cannot be read as PEM certificates", ca_file));
  }
  ERR_clear_error();
  return TrustStore(std::move(store));
}

void TrustStore::apply_to(CURL* handle) const {
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, &use_store);
  curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, store_.get());
}

}  // namespace doorward::net
