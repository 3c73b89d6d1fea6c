#include "app/saml_keys/saml_keys.h"

#include <algorithm>
#include <utility>

#include "app/changes/record.h"
#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "crypto/rsa_key.h"
#include "domain/saml_key_snapshot.h"

namespace doorward {
namespace {

// Clocks of providers may be behind ours.
constexpr std::chrono::hours kCertificateHeadStart{24};
// Connections looked at in one query.
constexpr std::uint32_t kConnectionPage = 100;

SealedPlace place_of(const SamlCertificateId& id) {
  return {.table = "saml_keys", .row_id = id.str(), .column = "private_key"};
}

Error key_not_found() { return make_error(Reason::kSamlKeyNotFound, "SAML key not found"); }

auto find_key(const std::vector<SamlKey>& keys, const std::string& id) {
  return std::ranges::find_if(keys, [&](const SamlKey& key) { return key.id.str() == id; });
}

auto find_current(const std::vector<SamlKey>& keys) {
  return std::ranges::find(keys, SamlKeyState::kCurrent, &SamlKey::state);
}

bool decrypts(const SamlKey& key, Timestamp now) { return !key.decrypt_until || now < *key.decrypt_until; }

// The keys as they are, held to the end of the transaction.
Result<std::vector<SamlKey>> hold(WriteTx& tx, const EnvironmentId& environment) {
  DOORWARD_CHECK(tx.saml_keys().hold());
  return tx.saml_keys().list(environment);
}

ChangeSubject subject_of(const SamlKey& key) {
  ChangeSubject subject;
  subject.object = ObjectKind::kSamlKey;
  subject.object_id = key.id.str();
  subject.display_name = key.id.str();
  return subject;
}

Result<void> update_key(WriteTx& tx, const ChangeContext& context, EventId event, const SamlKey& before,
                        const SamlKey& after) {
  auto record = record_change(context, std::move(event), subject_of(after), ChangeOp::kUpdate,
                              saml_key_snapshot(before), saml_key_snapshot(after));
  if (!record) return {};
  DOORWARD_CHECK(tx.saml_keys().update(after));
  return tx.changes().append(*std::move(record));
}

// Whether a connection goes on with this key.
Result<bool> is_named(WriteTx& tx, const EnvironmentId& environment, const SamlCertificateId& id) {
  ConnectionFilter filter;
  filter.type = ConnectionType::kSaml;
  PageRequest request{.limit = kConnectionPage, .after = std::nullopt, .backward = false};
  for (;;) {
    DOORWARD_TRY(const auto page, tx.connections().search(environment, filter, request));
    const auto names_it = [&](const Connection& connection) { return connection.saml.certificate_id == id.str(); };
    if (std::ranges::any_of(page.items, names_it)) return true;
    if (!page.has_next || page.items.empty()) return false;
    request.after = Keyset{.created_at = page.items.back().create_time, .id = page.items.back().id.str()};
  }
}

Result<void> check_end(const std::optional<Timestamp>& decrypt_until, Timestamp now) {
  if (!decrypt_until || *decrypt_until >= now) return {};
  return failure(
      invalid_field("decrypt_until", "Name a time to come, or leave it out for no end.", "timestamp.gte_now"));
}

}  // namespace

Result<ConnectionKeys> keys_for(const std::vector<SamlKey>& keys, const std::string& certificate_id, Timestamp now) {
  const auto current = find_current(keys);
  const auto signing = certificate_id.empty() ? current : find_key(keys, certificate_id);
  if (signing == keys.end()) return failure(key_not_found());
  ConnectionKeys found;
  found.signing = *signing;
  found.certificates.push_back(signing->certificate_der);
  if (current != keys.end() && current != signing) found.certificates.push_back(current->certificate_der);
  if (decrypts(*signing, now)) found.decrypting.push_back(*signing);
  for (const SamlKey& key : keys) {
    if (key.id != signing->id && decrypts(key, now)) found.decrypting.push_back(key);
  }
  return found;
}

SamlKeys::SamlKeys(Ports ports, EnvironmentId environment) : ports_(ports), environment_(std::move(environment)) {}

task<Result<std::vector<SamlKey>>> SamlKeys::list() {
  co_return co_await ports_.store.read("saml_keys.list", {.one_statement = true},
                                       [&](const ReadTx& tx) { return tx.saml_keys().list(environment_); });
}

task<Result<SamlKey>> SamlKeys::make() {
  SamlKey key;
  key.environment_id = environment_;
  key.id = ports_.ids.next<SamlCertificateId>();
  key.create_time = ports_.clock.now();
  key.not_after = std::chrono::floor<std::chrono::seconds>(key.create_time + kSamlCertificateLife);
  co_return co_await ports_.offload.run([this, key = std::move(key)]() mutable {
    const Secret<std::string> private_key = crypto::RsaPrivateKey::generate().to_pkcs8();
    key.certificate_der = crypto::self_signed_certificate(
        private_key, {.common_name = "Doorward SAML " + environment_.str(),
                      // As unique as the id, and tells no more.
                      .serial = crypto::sha256(key.id.str()).substr(0, crypto::kCertificateSerialBytes),
                      .not_before = key.create_time - kCertificateHeadStart,
                      .not_after = key.not_after});
    key.sealed_private_key = ports_.secrets.seal(place_of(key.id), private_key);
    return key;
  });
}

task<Result<SamlKey>> SamlKeys::current() {
  DOORWARD_CO_TRY(const auto known, co_await list());
  if (const auto found = find_current(known); found != known.end()) co_return *found;
  DOORWARD_CO_TRY(const SamlKey made, co_await make());
  co_return co_await ports_.store.write("saml_keys.make", {}, [&](WriteTx& tx) -> Result<SamlKey> {
    DOORWARD_TRY(const auto keys, hold(tx, environment_));
    if (const auto found = find_current(keys); found != keys.end()) return *found;
    DOORWARD_CHECK(tx.saml_keys().insert(made));
    return made;
  });
}

task<Result<SamlKey>> SamlKeys::roll_over(const Caller& by, std::optional<Timestamp> decrypt_until) {
  const Timestamp now = ports_.clock.now();
  DOORWARD_CO_CHECK(check_end(decrypt_until, now));
  DOORWARD_CO_TRY(const SamlKey made, co_await make());
  const ChangeContext context = ChangeContext::of(by, ports_.ids.next<TransactionId>(), now);
  const EventId made_event = ports_.ids.next<EventId>();
  const EventId retired_event = ports_.ids.next<EventId>();
  const StoreOptions options{.deadline = by.deadline};
  co_return co_await ports_.store.write("saml_keys.roll_over", options, [&](WriteTx& tx) -> Result<SamlKey> {
    DOORWARD_TRY(const auto keys, hold(tx, environment_));
    if (keys.size() >= kMostSamlKeys) {
      return failure(Reason::kSamlKeyLimit, "There are too many SAML keys. Remove those that no connection uses.");
    }
    if (const auto before = find_current(keys); before != keys.end()) {
      SamlKey retired = *before;
      retired.state = SamlKeyState::kRetired;
      retired.retire_time = now;
      retired.decrypt_until = decrypt_until;
      DOORWARD_CHECK(update_key(tx, context, retired_event, *before, retired));
    }
    DOORWARD_CHECK(tx.saml_keys().insert(made));
    DOORWARD_CHECK(tx.changes().append(*record_change(context, made_event, subject_of(made), ChangeOp::kCreate,
                                                      std::nullopt, saml_key_snapshot(made))));
    return made;
  });
}

task<Result<SamlKey>> SamlKeys::set_decrypt_until(const Caller& by, const SamlCertificateId& id,
                                                  std::optional<Timestamp> decrypt_until) {
  const Timestamp now = ports_.clock.now();
  DOORWARD_CO_CHECK(check_end(decrypt_until, now));
  const ChangeContext context = ChangeContext::of(by, ports_.ids.next<TransactionId>(), now);
  const EventId event = ports_.ids.next<EventId>();
  const StoreOptions options{.deadline = by.deadline};
  co_return co_await ports_.store.write("saml_keys.set_decrypt_until", options, [&](WriteTx& tx) -> Result<SamlKey> {
    DOORWARD_TRY(const auto keys, hold(tx, environment_));
    const auto before = find_key(keys, id.str());
    if (before == keys.end()) return failure(key_not_found());
    if (before->state == SamlKeyState::kCurrent) {
      return failure(Reason::kSamlKeyInUse, "This key is the current one. Roll over first.");
    }
    SamlKey after = *before;
    after.decrypt_until = decrypt_until;
    DOORWARD_CHECK(update_key(tx, context, event, *before, after));
    return after;
  });
}

task<Result<void>> SamlKeys::remove(const Caller& by, const SamlCertificateId& id) {
  const ChangeContext context = ChangeContext::of(by, ports_.ids.next<TransactionId>(), ports_.clock.now());
  const EventId event = ports_.ids.next<EventId>();
  const StoreOptions options{.deadline = by.deadline};
  co_return co_await ports_.store.write("saml_keys.remove", options, [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const auto keys, hold(tx, environment_));
    const auto found = find_key(keys, id.str());
    if (found == keys.end()) return failure(key_not_found());
    if (found->state == SamlKeyState::kCurrent) {
      return failure(Reason::kSamlKeyInUse, "This key is the current one. Roll over first.");
    }
    DOORWARD_TRY(const bool named, is_named(tx, environment_, id));
    if (named) return failure(Reason::kSamlKeyInUse, "A connection still uses this key.");
    DOORWARD_CHECK(tx.saml_keys().remove(environment_, id));
    return tx.changes().append(
        *record_change(context, event, subject_of(*found), ChangeOp::kDelete, saml_key_snapshot(*found), std::nullopt));
  });
}

Result<saml::MessageSigner> SamlKeys::signer(const SamlKey& key) const {
  DOORWARD_TRY(const Secret<std::string> text, private_key(key));
  return saml::MessageSigner::from_pkcs8(text, key.certificate_der);
}

Result<Secret<std::string>> SamlKeys::private_key(const SamlKey& key) const {
  return ports_.secrets.open(place_of(key.id), key.sealed_private_key);
}

}  // namespace doorward
