// Everything that a first start puts into an empty database, made beforehand: a transaction may run more than once and
// must not make keys.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/keys/key_ring.h"
#include "base/result.h"
#include "base/secret.h"
#include "domain/api_client.h"
#include "domain/change.h"
#include "domain/environment.h"
#include "domain/key.h"
#include "domain/organization.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward {

struct Seed {
  Environment environment;
  std::vector<Role> roles;  // admin (default creator), member (default member)
  std::vector<ProtectedKey> protected_keys;
  std::vector<SigningKey> signing_keys;
  ApiClient client;
  ClientSecret secret;
  std::optional<Organization> test_organization;
  std::optional<ChangeRecord> test_organization_created;

  Secret<std::string> client_secret_text;  // in no row
};

// Makes an RSA key: takes up to some hundred milliseconds. `development` adds the Test Organization.
Result<Seed> make_seed(const KeyEncryptionKey& kek, bool development, const Clock& clock, Ids& ids, Random& random);

// Inserts all of it.
Result<void> insert_seed(WriteTx& tx, const Seed& seed);

}  // namespace doorward
