// Brings an installation up: makes it where the database is empty, opens it where it is not.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/keys/key_encryption_key.h"
#include "app/keys/key_ring.h"
#include "app/keys/signing_keys.h"
#include "base/result.h"
#include "base/task.h"
#include "ports/clock.h"
#include "ports/credentials_file.h"
#include "ports/ids.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward {

// What the operator's options say today; written to the credentials file at every start.
struct InstallationUrls {
  std::string environment_url;
  std::string environment_url_https;  // "" without a TLS listener
  std::string ca_file;                // "" when the certificate is the operator's own
};

struct Installation {
  EnvironmentId environment_id;
  ApiClientId client_id;
  OrganizationId test_organization_id;  // empty in production, and where the credentials file does not name it
  ConnectionId test_connection_id;      // the same, of its connection to the simulator
  bool client_secret_in_file = false;   // false on a node whose data folder never saw the first start
  bool first_start = false;             // this start filled the database
  std::unique_ptr<KeyRing> key_ring;
  std::unique_ptr<SigningKeys> signing_keys;
};

// For start-up only: blocks the thread on the credentials file and, where signing keys are missing, on making them.
class Bootstrap {
 public:
  struct Ports {
    Store& store;
    const Clock& clock;
    Ids& ids;
    Random& random;
    CredentialsFile& credentials;
  };

  explicit Bootstrap(Ports ports) : ports_(ports) {}

  // Leaves the database with one environment and the credentials file with its ids, its secret as far as it is known
  // here, and `urls`. Safe to repeat after a crash at any moment, and while other nodes do the same.
  // `previous`: the key that `kek` takes the place of; what is sealed under it is sealed anew first, in one
  // transaction. Nodes that run on go on: they opened the keys at their start. kKeyEncryptionKeyInvalid: the database
  // belongs to another key. kSecretUnreadable, kCredentialsUnreadable, and the errors of the store and of the file.
  task<Result<Installation>> start(const KeyEncryptionKey& kek, const KeyEncryptionKey* previous, bool development,
                                   const InstallationUrls& urls);

  // For URLs that are known only once the listeners are bound: writes them to the file, with all else as it is.
  Result<void> write_urls(const Installation& installation, const InstallationUrls& urls);

 private:
  task<Result<bool>> fill_empty_database(const KeyEncryptionKey& kek, bool development, const InstallationUrls& urls);
  task<Result<void>> exchange_key(const KeyEncryptionKey& previous, const KeyEncryptionKey& current);
  task<Result<std::optional<Installation>>> open_existing(const KeyEncryptionKey& kek);

  const Ports ports_;
};

}  // namespace doorward
