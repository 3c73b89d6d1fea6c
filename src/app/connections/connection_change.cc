#include "app/connections/connection_change.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "app/connections/patch_fields.h"
#include "app/connections/saml_patch.h"
#include "app/logout_tokens/ended_logins.h"
#include "domain/connection_snapshot.h"
#include "domain/connection_status.h"

namespace doorward {
namespace {

// Why grants and sessions ended, as they keep it.
constexpr const char* kIssuerChanged = "issuer_changed";

// A connection names its own key, so that a roll-over of the environment's leaves it alone.
Result<void> pin_key(WriteTx& tx, const Connection& before, Connection& after) {
  std::string& pinned = after.saml.certificate_id;
  if (pinned == before.saml.certificate_id && !pinned.empty()) return {};
  DOORWARD_CHECK(tx.saml_keys().hold());  // so that nobody removes it meanwhile
  if (pinned.empty()) {
    DOORWARD_TRY(const SamlCertificateId current, current_saml_key(tx, after.environment_id));
    pinned = current.str();
    return {};
  }
  DOORWARD_TRY(const auto keys, tx.saml_keys().list(after.environment_id));
  const auto same = [&](const SamlKey& key) { return key.id.str() == pinned; };
  if (std::ranges::any_of(keys, same)) return {};
  return failure(
      at_field(make_error(Reason::kSamlKeyNotFound, "There is no such key of Doorward."), "certificate_id", "string"));
}

Result<void> assign_paths(WriteTx& tx, const Connection& before, const Connection& after) {
  if (before.saml.acs_aliases == after.saml.acs_aliases) return {};
  std::vector<std::string> paths;
  paths.reserve(after.saml.acs_aliases.size());
  for (const std::string& alias : after.saml.acs_aliases) paths.push_back(alias_path(alias));
  return tx.saml_keys().assign_paths(after.environment_id, after.id, paths);
}

}  // namespace

Error incomplete(const Connection& connection, std::string_view consequence) {
  return make_error(
      Reason::kConnectionIncomplete,
      fmt::format("The connection lacks {}{}", fmt::join(missing_settings(connection), ", "), consequence));
}

Result<SamlCertificateId> current_saml_key(WriteTx& tx, const EnvironmentId& environment) {
  DOORWARD_TRY(const auto keys, tx.saml_keys().list(environment));
  const auto current = std::ranges::find(keys, SamlKeyState::kCurrent, &SamlKey::state);
  if (current != keys.end()) return current->id;
  return failure(Reason::kStoreConflict, "Somebody else changed Doorward's keys meanwhile. Try again.");
}

std::optional<Timestamp> next_check(const Connection& connection, Timestamp now) {
  if (connection.type != ConnectionType::kSaml) return std::nullopt;
  std::optional<Timestamp> next;
  const auto at = [&](Timestamp time) { next = std::min(next.value_or(time), time); };
  const SamlSettings& saml = connection.saml;
  if (!saml.metadata_url.empty()) {
    const bool failed = !saml.metadata_error.empty();
    at(failed ? now + kMetadataRetryInterval
              : std::max(saml.metadata_fetch_time.value_or(now) + kMetadataRefreshInterval, now));
  }
  for (const PinnedCertificate& certificate : saml.provider.certificates) {
    if (!certificate.warn_time) at(std::max(certificate.not_after - kCertificateNotice, now));
  }
  return next;
}

Result<Connection> store_change(WriteTx& tx, Ids& ids, const ChangeContext& context, const EventId& event_id,
                                const Connection& before, Connection after) {
  const Timestamp now = context.occurred_at;
  const bool is_saml = after.type == ConnectionType::kSaml;
  if (is_saml) DOORWARD_CHECK(pin_key(tx, before, after));
  after.status = status_of(after);
  if (after.enabled && after.status != ConnectionStatus::kCompleted) {
    return failure(incomplete(after, " with this change, and it is enabled. Disable it first."));
  }
  if (login_differs(before, after)) after.configure_time = now;
  after.update_time = now;
  DOORWARD_TRY(const auto domains, tx.connections().domains(after.environment_id, after.id));
  auto record = record_change(context, event_id, subject_of(after), ChangeOp::kUpdate,
                              connection_snapshot(before, domains), connection_snapshot(after, domains));
  if (!record) after.update_time = before.update_time;
  if (!record && !is_saml) return before;
  DOORWARD_CHECK(tx.connections().update(after));
  if (is_saml) {
    DOORWARD_CHECK(assign_paths(tx, before, after));
    DOORWARD_CHECK(tx.connections().schedule_check(after.environment_id, after.id, next_check(after, now)));
  }
  if (!issuer_of(before).empty() && issuer_of(before) != issuer_of(after)) {
    DOORWARD_CHECK(
        end_logins_of_connection(tx, ids, after.environment_id, after.id, {context.txn, now, kIssuerChanged}));
  }
  if (record) DOORWARD_CHECK(tx.changes().append(*std::move(record)));
  return after;
}

}  // namespace doorward
