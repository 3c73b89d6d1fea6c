#include "app/connections/saml_providers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/connections/connection_change.h"
#include "app/connections/connection_patch.h"
#include "app/connections/connection_records.h"
#include "app/connections/patch_fields.h"
#include "app/connections/saml_patch.h"
#include "app/relying_party/provider_documents.h"
#include "base/log.h"
#include "base/when_all.h"

namespace doorward {
namespace {

constexpr const char* kWorkerName = "saml-providers";

Result<void> check_is_saml(const Connection& connection) {
  if (connection.type == ConnectionType::kSaml) return {};
  return failure(Reason::kConnectionTypeNotSupported, "Only SAML connections have certificates and metadata.");
}

Result<SamlProviderDescription> waiting(const SamlSettings& settings, const std::string& description) {
  if (!settings.pending_description) {
    return failure(Reason::kMetadataUnchanged, "No new metadata of the provider waits for an answer.");
  }
  if (description_id(*settings.pending_description) != description) {
    return failure(Reason::kStoreConflict,
                   "Other metadata of the provider waits now. Look at it, and answer for that.");
  }
  return *settings.pending_description;
}

bool has_source_of(const Connection& connection, const Connection& seen) {
  return metadata_source(connection.saml, connection.debug_enabled) == metadata_source(seen.saml, seen.debug_enabled);
}

// Marks the certificates whose end has come near; false: none.
bool announce_ends(SamlSettings& settings, Timestamp now) {
  bool any = false;
  for (PinnedCertificate& certificate : settings.provider.certificates) {
    if (certificate.warn_time || certificate.not_after - kCertificateNotice > now) continue;
    certificate.warn_time = now;
    any = true;
  }
  return any;
}

// Other failures are ours and say nothing of the provider.
bool is_of_provider(const Result<SamlProviderDescription>& read) {
  return read || read.error().reason == Reason::kMetadataFailed || read.error().reason == Reason::kMetadataInvalid;
}

void tell(const Connection& before, const Connection& after) {
  const SamlSettings& was = before.saml;
  const SamlSettings& is = after.saml;
  if (is.metadata_error != was.metadata_error && !is.metadata_error.empty()) {
    log::warning("saml_metadata.not_refreshed", {{"connection_id", after.id.str()}, {"detail", is.metadata_error}});
  }
  const bool is_news =
      is.pending_description &&
      (!was.pending_description || description_id(*was.pending_description) != description_id(*is.pending_description));
  if (is_news) {
    log::info("saml_metadata.changed",
              {{"connection_id", after.id.str()}, {"organization_id", after.organization_id.str()}});
  }
}

}  // namespace

template <class Make>
task<Result<ConnectionView>> SamlProviders::change(const Caller& by, const OrganizationId& organization,
                                                   const ConnectionId& id, Make make) {
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), clock_.now());
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "connection.update_provider", write_options(by, id), [&](WriteTx& tx) -> Result<ConnectionView> {
        DOORWARD_TRY(const Connection before, lock_connection(tx, by.environment_id, organization, id));
        DOORWARD_CHECK(check_is_saml(before));
        Connection after = before;
        DOORWARD_CHECK(make(after.saml, context.occurred_at));
        DOORWARD_CHECK(take_issuer(before, after));
        DOORWARD_TRY(Connection stored, store_change(tx, ids_, context, event_id, before, std::move(after)));
        return view(tx, std::move(stored));
      });
}

task<Result<ConnectionView>> SamlProviders::add_certificate(const Caller& by, const OrganizationId& organization,
                                                            const ConnectionId& id, std::string certificate) {
  co_return co_await change(by, organization, id, [&](SamlSettings& settings, Timestamp now) -> Result<void> {
    if (!settings.metadata_url.empty()) {
      return failure(invalid_field("certificate",
                                   "The certificates come from the provider's metadata. Look at it now, or set "
                                   "configuration_type to MANUAL.",
                                   "string.const"));
    }
    DOORWARD_TRY(auto read, read_certificates("certificate", certificate, now));
    std::vector<PinnedCertificate>& pinned = settings.provider.certificates;
    for (PinnedCertificate& one : read) {
      if (std::ranges::find(pinned, one.id, &PinnedCertificate::id) == pinned.end()) pinned.push_back(std::move(one));
    }
    if (pinned.size() <= kMostPinnedCertificates) return {};
    return failure(invalid_field("certificate",
                                 fmt::format("A connection has {} certificates at most. Remove one that is not used "
                                             "any more.",
                                             kMostPinnedCertificates),
                                 "repeated.max_items"));
  });
}

task<Result<ConnectionView>> SamlProviders::remove_certificate(const Caller& by, const OrganizationId& organization,
                                                               const ConnectionId& id,
                                                               const std::string& certificate_id) {
  co_return co_await change(by, organization, id, [&](SamlSettings& settings, Timestamp) -> Result<void> {
    std::vector<PinnedCertificate>& pinned = settings.provider.certificates;
    const auto found = std::ranges::find(pinned, certificate_id, &PinnedCertificate::id);
    if (found == pinned.end()) {
      return failure(Reason::kSamlCertificateNotFound, "The connection has no such certificate.");
    }
    pinned.erase(found);
    return {};
  });
}

task<Result<ConnectionView>> SamlProviders::confirm(const Caller& by, const OrganizationId& organization,
                                                    const ConnectionId& id, const std::string& description) {
  co_return co_await change(by, organization, id, [&](SamlSettings& settings, Timestamp) -> Result<void> {
    DOORWARD_TRY(auto waited, waiting(settings, description));
    take_description(std::move(waited), settings);
    settings.pending_description.reset();
    settings.declined_description.clear();
    return {};
  });
}

task<Result<ConnectionView>> SamlProviders::decline(const Caller& by, const OrganizationId& organization,
                                                    const ConnectionId& id, const std::string& description) {
  co_return co_await change(by, organization, id, [&](SamlSettings& settings, Timestamp) -> Result<void> {
    DOORWARD_CHECK(waiting(settings, description));
    settings.pending_description.reset();
    settings.declined_description = description;
    return {};
  });
}

task<Result<SamlProviderDescription>> SamlProviders::look(const Connection& connection, SteadyTime deadline) {
  co_return co_await metadata_.read_again(metadata_source(connection.saml, connection.debug_enabled), deadline);
}

Result<Connection> SamlProviders::settle(WriteTx& tx, const ChangeContext& context, const Connection& seen,
                                         const Read& read) {
  DOORWARD_TRY(const Connection before, lock_connection(tx, seen.environment_id, seen.organization_id, seen.id));
  Connection after = before;
  // Somebody may have said otherwise while the provider was asked; then what it answered is about something else.
  if (read && has_source_of(before, seen)) {
    after.saml = after_refresh(before.saml, *read, context.occurred_at);
    DOORWARD_TRY(after, store_change(tx, ids_, context, ids_.next<EventId>(), before, std::move(after)));
  }
  Connection announced = after;
  announce_ends(announced.saml, context.occurred_at);
  return store_change(tx, ids_, context, ids_.next<EventId>(), after, std::move(announced));
}

task<Result<ConnectionView>> SamlProviders::refresh(const Caller& by, const OrganizationId& organization,
                                                    const ConnectionId& id) {
  DOORWARD_CO_TRY(const Connection seen,
                  co_await store_.read("connection.find", {.deadline = by.deadline}, [&](const ReadTx& tx) {
                    return find_connection(tx.connections(), by.environment_id, organization, id);
                  }));
  DOORWARD_CO_CHECK(check_is_saml(seen));
  if (seen.saml.metadata_url.empty()) {
    co_return failure(Reason::kConnectionIncomplete, "The connection lacks idp_metadata_url.");
  }
  const auto deadline = std::min<SteadyTime>(by.deadline, std::chrono::steady_clock::now() + kDiscoveryTimeout);
  const Read read = co_await look(seen, deadline);
  if (!is_of_provider(*read)) co_return failure(read->error());
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), clock_.now());
  DOORWARD_CO_TRY(auto settled, co_await store_.write("connection.refresh_provider", write_options(by, id),
                                                      [&](WriteTx& tx) -> Result<ConnectionView> {
                                                        DOORWARD_TRY(Connection after, settle(tx, context, seen, read));
                                                        return view(tx, std::move(after));
                                                      }));
  tell(seen, settled.connection);
  if (!*read) co_return failure(read->error());
  co_return std::move(settled);
}

task<void> SamlProviders::settle_due(const Connection& seen, const Read& read) {
  const Caller system{.kind = CallerKind::kSystem, .environment_id = seen.environment_id, .id = kWorkerName};
  const ChangeContext context = ChangeContext::of(system, ids_.next<TransactionId>(), clock_.now());
  const auto settled = co_await store_.write("connection.check_provider", write_options(system, seen.id),
                                             [&](WriteTx& tx) { return settle(tx, context, seen, read); });
  if (settled) tell(seen, *settled);
  // Not there any more is no fault; anything else is tried again when the claim runs out.
  if (settled || reason_code(settled.error().reason) == Code::kNotFound) co_return;
  log::warning("saml_providers.check_failed",
               {{"connection_id", seen.id.str()}, {"reason", reason_name(settled.error().reason)}});
}

task<std::optional<Timestamp>> SamlProviders::run_due() {
  while (!stopping_.load()) {
    const Timestamp now = clock_.now();
    const auto due =
        co_await store_.read("connections.next_due", {}, [](const ReadTx& tx) { return tx.connections().next_due(); });
    if (due && (!*due || **due > now)) co_return *due ? std::min(**due, now + kIdle) : now + kIdle;
    if (!due) {
      log::warning("saml_providers.check_failed", {{"reason", reason_name(due.error().reason)}});
      co_return now + kIdle;
    }
    const auto taken = co_await store_.write("connections.claim_due", {}, [&](WriteTx& tx) {
      return tx.connections().claim_due(now, now + kClaim, kLooksAtOnce);
    });
    if (!taken) {
      log::warning("saml_providers.check_failed", {{"reason", reason_name(taken.error().reason)}});
      co_return now + kIdle;
    }
    const SteadyTime deadline = std::chrono::steady_clock::now() + kDiscoveryTimeout;
    std::vector<const Connection*> asked;
    std::vector<task<Result<SamlProviderDescription>>> looks;
    for (const Connection& connection : *taken) {
      if (connection.saml.metadata_url.empty()) {
        co_await settle_due(connection, std::nullopt);
        continue;
      }
      asked.push_back(&connection);
      looks.push_back(look(connection, deadline));
    }
    auto read = co_await when_all(std::move(looks));
    for (std::size_t i = 0; i < asked.size(); ++i) {
      // Without an answer of its own, as when the server ends, the connection is due again with its claim's end.
      if (read[i] && is_of_provider(*read[i])) co_await settle_due(*asked[i], read[i]);
    }
  }
  co_return std::nullopt;
}

}  // namespace doorward
