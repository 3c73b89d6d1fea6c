// What Doorward knows of the providers of SAML connections, and how that changes: pinned certificates, new metadata
// that an administrator confirms or declines, looks at metadata when somebody asks and by schedule, and the
// announcement of certificates that end.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "app/changes/record.h"
#include "app/connections/connections.h"
#include "app/connections/saml_metadata.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/store.h"

namespace doorward {

// All methods with a caller: the caller's environment bounds what can be seen; kConnectionNotFound for anything outside
// it or the named organization; kConnectionTypeNotSupported for a connection that is not SAML. Every change leaves a
// record in the organization's history. Thread-safe. Borrows its ports.
class SamlProviders {
 public:
  static constexpr std::int64_t kLooksAtOnce = 8;
  static constexpr Duration kClaim = std::chrono::minutes(2);  // in which a taken connection is nobody else's
  static constexpr Duration kIdle = std::chrono::seconds(30);  // a connection that became due is noticed so soon

  struct Ports {
    Store& store;
    Clock& clock;
    Ids& ids;
    HttpClient& http;
    Offload& offload;
  };

  explicit SamlProviders(Ports ports)
      : store_(ports.store), clock_(ports.clock), ids_(ports.ids), metadata_(ports.http, ports.clock, ports.offload) {}

  // Pins one more certificate, in PEM; one that is pinned already changes nothing. kCertificateInvalid;
  // kInvalidArgument at `certificate` for more than kMostPinnedCertificates, and for a connection whose certificates
  // come from metadata.
  task<Result<ConnectionView>> add_certificate(const Caller& by, const OrganizationId& organization,
                                               const ConnectionId& id, std::string certificate);
  // From the next login on nothing that it signed is accepted. kSamlCertificateNotFound; kConnectionIncomplete: the
  // connection is enabled, and it is the last.
  task<Result<ConnectionView>> remove_certificate(const Caller& by, const OrganizationId& organization,
                                                  const ConnectionId& id, const std::string& certificate_id);

  // Looks at metadata_url now. kConnectionIncomplete: there is none. kMetadataFailed, kMetadataInvalid: what the
  // connection knows stays as it is.
  task<Result<ConnectionView>> refresh(const Caller& by, const OrganizationId& organization, const ConnectionId& id);
  // Takes the description that waits, if it still is the one of this id (description_id()). kMetadataUnchanged: none
  // waits. kStoreConflict: another one does. kInvalidArgument at "idp_entity_id": another entity ID, which the rule of
  // Connections::update for another issuer refuses; it goes on waiting.
  task<Result<ConnectionView>> confirm(const Caller& by, const OrganizationId& organization, const ConnectionId& id,
                                       const std::string& description);
  // Forgets it, and does not offer the same one again. The same errors.
  task<Result<ConnectionView>> decline(const Caller& by, const OrganizationId& organization, const ConnectionId& id,
                                       const std::string& description);

  // Looks at all connections that are due, of all environments, until none is or stop() was called; when to come again.
  // Any number of nodes may do so: each connection is looked at once. Records organization.sso_metadata_changed and
  // organization.sso_certificate_expiring.
  task<std::optional<Timestamp>> run_due();

  // Makes run_due() return after the looks in hand. Any thread.
  void stop() { stopping_.store(true); }

 private:
  template <class Make>
  task<Result<ConnectionView>> change(const Caller& by, const OrganizationId& organization, const ConnectionId& id,
                                      Make make);
  task<Result<SamlProviderDescription>> look(const Connection& connection, SteadyTime deadline);
  // Of a look at the connection as it was `seen`; nullopt: it has no metadata_url.
  using Read = std::optional<Result<SamlProviderDescription>>;
  Result<Connection> settle(WriteTx& tx, const ChangeContext& context, const Connection& seen, const Read& read);
  task<void> settle_due(const Connection& seen, const Read& read);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  SamlMetadata metadata_;
  std::atomic<bool> stopping_{false};
};

}  // namespace doorward
