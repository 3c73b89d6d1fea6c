// Doorward's own key pairs as SAML service provider, as use cases. One of an environment is current: connections that
// are configured from then on take it. A connection names its key, so that a roll-over reaches each customer on the day
// when their provider has the new certificate; until then the retired key signs for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "base/time.h"
#include "domain/caller.h"
#include "domain/saml_settings.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/secret_box.h"
#include "ports/store.h"
#include "protocol/saml/signature_write.h"

namespace doorward {

// Of our own certificates. Providers pin them and forget them: an early end would stop logins for no gain.
inline constexpr std::chrono::years kSamlCertificateLife{10};
inline constexpr std::size_t kMostSamlKeys = 20;  // of an environment

// The keys of one environment as a service provider uses them for one connection.
struct ConnectionKeys {
  SamlKey signing;                        // the one that the connection names, else the current one
  std::vector<std::string> certificates;  // DER, for metadata: that of `signing`, then the current one
  std::vector<SamlKey> decrypting;        // that of `signing` first; those whose decrypt_until has passed are left out
};

// Pure. kSamlKeyNotFound when the connection names a key that is gone, or there is none.
Result<ConnectionKeys> keys_for(const std::vector<SamlKey>& keys, const std::string& certificate_id, Timestamp now);

// Thread-safe. What is borrowed must outlive it; arguments by reference must live until the task has ended. Keys are
// made and opened on the offload pool. Errors of the store besides those named. Changes
// that a caller asks for leave a change record.
class SamlKeys {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Ids& ids;
    SecretBox& secrets;
    Offload& offload;
  };

  SamlKeys(Ports ports, EnvironmentId environment);

  // Newest first.
  task<Result<std::vector<SamlKey>>> list();

  // The current key, made now if there is none; on several nodes at a time one wins.
  task<Result<SamlKey>> current();

  // Makes a new current key and retires the one before it; connections that name that one go on with it.
  // `decrypt_until`: when what is encrypted to the one before begins to be refused; absent: not until it is removed.
  // kSamlKeyLimit over kMostSamlKeys.
  task<Result<SamlKey>> roll_over(const Caller& by, std::optional<Timestamp> decrypt_until);

  // Of a retired key; absent: as long as it is there. kSamlKeyNotFound; kSamlKeyInUse for the current one.
  task<Result<SamlKey>> set_decrypt_until(const Caller& by, const SamlCertificateId& id,
                                          std::optional<Timestamp> decrypt_until);

  // kSamlKeyNotFound; kSamlKeyInUse: it is current, or a connection names it.
  task<Result<void>> remove(const Caller& by, const SamlCertificateId& id);

  // Opens a key to sign with, or to decrypt with (PKCS #8, DER). kSecretUnreadable.
  Result<saml::MessageSigner> signer(const SamlKey& key) const;
  Result<Secret<std::string>> private_key(const SamlKey& key) const;

 private:
  task<Result<SamlKey>> make();

  const Ports ports_;
  const EnvironmentId environment_;
};

}  // namespace doorward
