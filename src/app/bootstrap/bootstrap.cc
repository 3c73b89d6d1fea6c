#include "app/bootstrap/bootstrap.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/bootstrap/seed.h"
#include "app/keys/key_rotation.h"
#include "app/keys/reseal.h"
#include "base/log.h"
#include "crypto/hash.h"

namespace doorward {
namespace {

struct Stored {
  EnvironmentId environment_id;
  ApiClientId client_id;
  std::vector<ProtectedKey> protected_keys;
};

Result<std::optional<Stored>> load(const ReadTx& tx) {
  DOORWARD_TRY(const auto environment, tx.environments().first());
  if (!environment) return std::nullopt;
  Stored stored;
  stored.environment_id = environment->id;
  DOORWARD_TRY(const auto clients, tx.clients().list(environment->id));
  const auto own = std::ranges::find(clients, ClientType::kEnvironment, &ApiClient::type);
  if (own != clients.end()) stored.client_id = own->id;
  DOORWARD_TRY(stored.protected_keys, tx.keys().protected_keys(environment->id));
  return stored;
}

bool same(const Credentials& a, const Credentials& b) {
  return a.environment_url == b.environment_url && a.environment_url_https == b.environment_url_https &&
         a.environment_id == b.environment_id && a.client_id == b.client_id &&
         crypto::constant_time_equal(a.client_secret.reveal(), b.client_secret.reveal()) && a.ca_file == b.ca_file &&
         a.test_organization_id == b.test_organization_id && a.test_connection_id == b.test_connection_id;
}

Credentials with_urls(Credentials credentials, const InstallationUrls& urls) {
  credentials.environment_url = urls.environment_url;
  credentials.environment_url_https = urls.environment_url_https;
  credentials.ca_file = urls.ca_file;
  return credentials;
}

}  // namespace

task<Result<Installation>> Bootstrap::start(const KeyEncryptionKey& kek, const KeyEncryptionKey* previous,
                                            bool development, const InstallationUrls& urls) {
  if (previous != nullptr) DOORWARD_CO_CHECK(co_await exchange_key(*previous, kek));
  DOORWARD_CO_TRY(auto installation, co_await open_existing(kek));
  if (!installation) {
    DOORWARD_CO_TRY(const bool filled, co_await fill_empty_database(kek, development, urls));
    DOORWARD_CO_TRY(installation, co_await open_existing(kek));
    if (!installation) co_return tl::unexpected(internal_error("bootstrap: no environment after the first start"));
    installation->first_start = filled;
  }
  DOORWARD_CO_TRY(const auto known, ports_.credentials.read(installation->environment_id));
  if (known && known->client_id == installation->client_id) {
    installation->client_secret_in_file = !known->client_secret.reveal().empty();
    installation->test_organization_id = known->test_organization_id;
    installation->test_connection_id = known->test_connection_id;
  }
  if (!installation->client_secret_in_file) {
    log::warning("bootstrap.client_secret_unknown", {{"client_id", installation->client_id.str()}});
  }
  if (development && !installation->test_connection_id.empty()) {
    DOORWARD_CO_CHECK(co_await follow_base_url(ports_.store, ports_.clock, ports_.ids, installation->environment_id,
                                               installation->test_connection_id, urls.environment_url));
  }
  DOORWARD_CO_CHECK(write_urls(*installation, urls));
  co_return *std::move(installation);
}

Result<void> Bootstrap::write_urls(const Installation& installation, const InstallationUrls& urls) {
  DOORWARD_TRY(const auto known, ports_.credentials.read(installation.environment_id));
  Credentials wanted;
  if (known && known->client_id == installation.client_id) wanted = *known;
  wanted.environment_id = installation.environment_id;
  wanted.client_id = installation.client_id;
  wanted = with_urls(std::move(wanted), urls);
  if (known && same(*known, wanted)) return {};
  return ports_.credentials.write(wanted);
}

task<Result<bool>> Bootstrap::fill_empty_database(const KeyEncryptionKey& kek, bool development,
                                                  const InstallationUrls& urls) {
  DOORWARD_CO_TRY(const Seed seed,
                  make_seed(kek, development, urls.environment_url, ports_.clock, ports_.ids, ports_.random));
  Credentials credentials;
  credentials.environment_id = seed.environment.id;
  credentials.client_id = seed.client.id;
  credentials.client_secret = seed.client_secret_text;
  if (seed.test) {
    credentials.test_organization_id = seed.test->organization.id;
    credentials.test_connection_id = seed.test->connection.id;
  }
  // Before the commit: afterwards nothing could tell the secret any more.
  DOORWARD_CO_CHECK(ports_.credentials.write(with_urls(std::move(credentials), urls)));

  const auto insert = [&](WriteTx& tx) -> Result<bool> {
    DOORWARD_CHECK(tx.environments().lock_first_start());
    DOORWARD_TRY(const auto present, tx.environments().first());
    // Ours is present when the store runs this once more because it could not tell whether it had committed.
    if (present) return present->id == seed.environment.id;
    DOORWARD_CHECK(insert_seed(tx, seed));
    return true;
  };
  DOORWARD_CO_TRY(const bool filled, co_await ports_.store.write("bootstrap.first_start", StoreOptions{}, insert));
  if (filled) {
    log::info("bootstrap.first_start", {{"environment_id", seed.environment.id.str()}});
  } else {
    DOORWARD_CO_CHECK(ports_.credentials.discard(seed.environment.id));
  }
  co_return filled;
}

task<Result<void>> Bootstrap::exchange_key(const KeyEncryptionKey& previous, const KeyEncryptionKey& current) {
  const auto reseal = [&](WriteTx& tx) -> Result<std::int64_t> {
    DOORWARD_TRY(const auto environment, tx.environments().first());
    if (!environment) return 0;
    return reseal_protected_keys(tx, environment->id, previous, current, ports_.random);
  };
  DOORWARD_CO_TRY(const auto resealed, co_await ports_.store.write("bootstrap.exchange_key", StoreOptions{}, reseal));
  log::info("bootstrap.key_exchanged", {{"resealed_keys", resealed}});
  co_return Result<void>{};
}

task<Result<std::optional<Installation>>> Bootstrap::open_existing(const KeyEncryptionKey& kek) {
  DOORWARD_CO_TRY(const auto stored, co_await ports_.store.read("bootstrap.load", StoreOptions{}, load));
  if (!stored) co_return std::nullopt;
  Installation installation;
  installation.environment_id = stored->environment_id;
  installation.client_id = stored->client_id;
  DOORWARD_CO_TRY(installation.key_ring, KeyRing::open(kek, stored->protected_keys, ports_.random));
  KeyRotation rotation({ports_.store, ports_.clock, ports_.ids, *installation.key_ring}, installation.environment_id);
  // A database of before has no key for an algorithm that came later.
  DOORWARD_CO_CHECK(co_await rotation.complete());
  DOORWARD_CO_TRY(const auto signing_keys,
                  co_await ports_.store.read("bootstrap.signing_keys", StoreOptions{}, [&](const ReadTx& tx) {
                    return tx.keys().signing_keys(installation.environment_id);
                  }));
  DOORWARD_CO_TRY(SigningKeys keys, SigningKeys::load(signing_keys, *installation.key_ring));
  installation.signing_keys = std::make_unique<SigningKeys>(std::move(keys));
  co_return installation;
}

}  // namespace doorward
