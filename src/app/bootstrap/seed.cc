#include "app/bootstrap/seed.h"

#include <utility>

#include "app/changes/record.h"
#include "app/keys/secret_text.h"
#include "app/keys/signing_keys.h"
#include "domain/caller.h"
#include "domain/organization_snapshot.h"

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

void add_test_organization(Seed& seed, Ids& ids, Timestamp now) {
  Organization organization;
  organization.environment_id = seed.environment.id;
  organization.id = ids.next<OrganizationId>();
  organization.display_name = "Test Organization";
  organization.create_time = organization.update_time = now;

  Caller by;
  by.kind = CallerKind::kSystem;
  by.environment_id = seed.environment.id;
  by.id = "first_start";
  auto record = record_change(ChangeContext::of(by, ids.next<TransactionId>(), now), ids.next<EventId>(),
                              {.object = ObjectKind::kOrganization,
                               .object_id = organization.id.str(),
                               .display_name = organization.display_name,
                               .organization_id = organization.id},
                              ChangeOp::kCreate, std::nullopt, organization_snapshot(organization));
  seed.test_organization = std::move(organization);
  seed.test_organization_created = std::move(record);
}

}  // namespace

Result<Seed> make_seed(const KeyEncryptionKey& kek, bool development, const Clock& clock, Ids& ids, Random& random) {
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

  if (development) add_test_organization(seed, ids, now);
  return seed;
}

Result<void> insert_seed(WriteTx& tx, const Seed& seed) {
  DOORWARD_CHECK(tx.environments().insert(seed.environment));
  for (const Role& role : seed.roles) DOORWARD_CHECK(tx.environments().insert_role(role));
  for (const ProtectedKey& key : seed.protected_keys) DOORWARD_CHECK(tx.keys().insert(key));
  for (const SigningKey& key : seed.signing_keys) DOORWARD_CHECK(tx.keys().insert(key));
  DOORWARD_CHECK(tx.clients().insert(seed.client));
  DOORWARD_CHECK(tx.clients().insert_secret(seed.secret));
  if (seed.test_organization) {
    DOORWARD_CHECK(tx.organizations().insert(*seed.test_organization));
    DOORWARD_CHECK(tx.changes().append(*seed.test_organization_created));
  }
  return {};
}

}  // namespace doorward
