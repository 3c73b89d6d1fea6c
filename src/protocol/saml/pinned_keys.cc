#include "protocol/saml/pinned_keys.h"

#include <xmlsec/keys.h>
#include <xmlsec/keysdata.h>
#include <xmlsec/openssl/app.h>
#include <xmlsec/openssl/crypto.h>
#include <xmlsec/xmlsec.h>

#include <mutex>
#include <new>
#include <unordered_map>
#include <utility>

namespace doorward::saml {
namespace {

struct FreeValue {
  void operator()(xmlSecKeyData* value) const { xmlSecKeyDataDestroy(value); }
};
using OwnedValue = std::unique_ptr<xmlSecKeyData, FreeValue>;

// The key alone: a whole xmlSecKey would carry the certificate along, and copying that is what costs.
OwnedValue copy_of(xmlSecKeyData* value) { return OwnedValue(xmlSecKeyDataDuplicate(value)); }

OwnedValue read(const std::string& der) {
  const OwnedKey key(xmlSecOpenSSLAppKeyLoadMemory(reinterpret_cast<const xmlSecByte*>(der.data()),
                                                   static_cast<xmlSecSize>(der.size()), xmlSecKeyDataFormatCertDer,
                                                   nullptr, nullptr, nullptr));
  return key == nullptr ? nullptr : copy_of(xmlSecKeyGetValue(key.get()));
}

OwnedKey key_with(OwnedValue value) {
  OwnedKey key(xmlSecKeyCreate());
  if (key == nullptr || value == nullptr || xmlSecKeySetValue(key.get(), value.get()) < 0) throw std::bad_alloc();
  (void)value.release();
  return key;
}

// Two halves: what is asked for moves into the newer one, and when that is full the older one is forgotten.
class Remembered {
 public:
  OwnedValue find(const std::string& der) {
    const std::lock_guard lock(mutex_);
    if (const auto found = newer_.find(der); found != newer_.end()) return copy_of(found->second.get());
    const auto found = older_.find(der);
    if (found == older_.end()) return nullptr;
    OwnedValue value = std::move(found->second);
    older_.erase(found);
    OwnedValue copy = copy_of(value.get());
    put(der, std::move(value));
    return copy;
  }

  void remember(const std::string& der, OwnedValue value) {
    const std::lock_guard lock(mutex_);
    put(der, std::move(value));
  }

 private:
  void put(const std::string& der, OwnedValue value) {
    if (newer_.size() >= kMostRememberedKeys / 2) {
      older_ = std::move(newer_);
      newer_.clear();
    }
    newer_.try_emplace(der, std::move(value));  // of two threads that read it the first one's stays
  }

  std::mutex mutex_;
  std::unordered_map<std::string, OwnedValue> newer_;
  std::unordered_map<std::string, OwnedValue> older_;
};

// Never destroyed: OpenSSL frees its own state at the end of the process, and may do so first.
Remembered& remembered() {
  static auto* const keys = new Remembered;
  return *keys;
}

}  // namespace

void FreeKey::operator()(_xmlSecKey* key) const { xmlSecKeyDestroy(key); }

OwnedKey key_of_certificate(const std::string& der) {
  if (OwnedValue value = remembered().find(der)) return key_with(std::move(value));
  OwnedValue value = read(der);
  if (value == nullptr) return nullptr;
  OwnedKey key = key_with(copy_of(value.get()));
  remembered().remember(der, std::move(value));
  return key;
}

}  // namespace doorward::saml
