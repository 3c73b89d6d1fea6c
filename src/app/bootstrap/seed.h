// Everything that a first start puts into an empty database, made beforehand: a transaction may run more than once and
// must not make keys.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/bootstrap/test_organization.h"
#include "app/keys/key_ring.h"
#include "base/result.h"
#include "base/secret.h"
#include "domain/api_client.h"
#include "domain/environment.h"
#include "domain/key.h"
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
  std::optional<TestOrganization> test;

  Secret<std::string> client_secret_text;  // in no row
};

// Makes an RSA key: takes up to some hundred milliseconds. `development` adds the Test Organization, whose connection
// leads to the simulator below `base_url`.
Result<Seed> make_seed(const KeyEncryptionKey& kek, bool development, std::string_view base_url, const Clock& clock,
                       Ids& ids, Random& random);

// Inserts all of it.
Result<void> insert_seed(WriteTx& tx, const Seed& seed);

}  // namespace doorward
