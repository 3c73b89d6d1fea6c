#include "app/bootstrap/seed.h"

#include <utility>

#include "app/keys/secret_text.h"
#include "app/keys/signing_keys.h"

namespace doorward {
namespace {

Role make_role(const EnvironmentId& environment, Ids& ids, const char* name, const char* display_name) {
  Role role;
  role.environment_id = environment;
  role.id = ids.next<RoleId>();
  role.name = name;
  role.display_name = display_name;
  return role;
}

}  // namespace

Result<Seed> make_seed(const KeyEncryptionKey& kek, bool development, std::string_view base_url, const Clock& clock,
                       Ids& ids, Random& random) {
  const Timestamp now = clock.now();
  Seed seed;
  seed.environment = {ids.next<EnvironmentId>(), now};
  const EnvironmentId& environment = seed.environment.id;

  seed.roles.push_back(make_role(environment, ids, "admin", "Admin"));
  seed.roles.back().default_creator = true;
  seed.roles.push_back(make_role(environment, ids, "member", "Member"));
  seed.roles.back().default_member = true;

  seed.protected_keys = make_protected_keys(kek, environment, ids, random, now);
  DOORWARD_TRY(const auto ring, KeyRing::open(kek, seed.protected_keys, random));
  for (const jose::Algorithm algorithm : kSigningAlgorithms) {
    seed.signing_keys.push_back(make_signing_key(environment, ids, *ring, now, algorithm));
  }

  seed.client.environment_id = environment;
  seed.client.id = ids.next<ApiClientId>();
  seed.client.name = "Default API client";
  seed.client.type = ClientType::kEnvironment;
  seed.client.create_time = seed.client.update_time = now;

  seed.client_secret_text = make_secret_text(random);
  seed.secret.environment_id = environment;
  seed.secret.client_id = seed.client.id;
  seed.secret.id = ids.next<ClientSecretId>();
  seed.secret.lookup_hash = ring->lookup_hash(seed.client_secret_text.reveal());
  seed.secret.secret_suffix = shown_suffix(seed.client_secret_text);
  seed.secret.create_time = seed.secret.update_time = now;

  if (development) seed.test = make_test_organization(environment, base_url, *ring, ids, random, now);
  return seed;
}

Result<void> insert_seed(WriteTx& tx, const Seed& seed) {
  DOORWARD_CHECK(tx.environments().insert(seed.environment));
  for (const Role& role : seed.roles) DOORWARD_CHECK(tx.environments().insert_role(role));
  for (const ProtectedKey& key : seed.protected_keys) DOORWARD_CHECK(tx.keys().insert(key));
  for (const SigningKey& key : seed.signing_keys) DOORWARD_CHECK(tx.keys().insert(key));
  DOORWARD_CHECK(tx.clients().insert(seed.client));
  DOORWARD_CHECK(tx.clients().insert_secret(seed.secret));
  if (seed.test) DOORWARD_CHECK(insert_test_organization(tx, *seed.test));
  return {};
}

}  // namespace doorward
