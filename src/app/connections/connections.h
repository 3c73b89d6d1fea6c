// Use cases of connections as the application sees them (scalekit.v1.connections.ConnectionService and
// doorward.v1.ConnectionSettingsService). How a login uses one is app/sign_in.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/connections/connection_input.h"
#include "app/connections/saml_metadata.h"
#include "app/paging/page_token.h"
#include "app/relying_party/oidc_relying_party.h"
#include "app/saml_keys/saml_keys.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/connection.h"
#include "domain/organization_domain.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::size_t kMaxConnections = 100;     // of one organization
inline constexpr std::size_t kMaxAssignedDomains = 50;  // to one connection
inline constexpr Duration kDiscoveryTimeout = std::chrono::seconds(15);
// A test that has not ended by then does not end any more: the login that it is has run out.
inline constexpr Duration kConnectionTestLife = std::chrono::minutes(10);

struct ConnectionView {
  Connection connection;
  std::string organization_name;
  std::vector<OrganizationDomain> domains;  // that lead to it (domain_route.h)
  bool tested = false;                      // a test succeeded since the settings that matter last changed
};

enum class ConnectionScope : std::uint8_t { kActive, kAll };

struct ListConnections {
  std::optional<OrganizationId> organization;
  std::optional<std::string> domain;  // as given; of these two at least one is set
  ConnectionScope scope = ConnectionScope::kActive;
};

struct SearchConnections {
  ConnectionFilter filter;
  std::uint32_t page_size = 0;
  std::string page_token;
};

struct ConnectionList {
  std::vector<ConnectionView> connections;
  std::int64_t total_size = 0;
  std::string next_page_token;
  std::string prev_page_token;
};

// All methods: the caller's environment bounds what can be seen; kConnectionNotFound for anything outside it or the
// named organization. Every change leaves a record in the organization's history.
class Connections {
 public:
  struct Ports {
    Store& store;
    Clock& clock;
    Ids& ids;
    SecretBox& secrets;
    HttpClient& http;
    const Mac& mac;
    Offload& offload;
  };

  // Fills in what is known of a new connection's provider.
  using Preset = std::function<void(Connection&)>;

  // Whether the server answers at a path (without query) before it looks whose alias that is.
  using IsOwnPath = std::function<bool(std::string_view path)>;

  // `preset` may be empty.
  Connections(Ports ports, OidcRelyingParty& relying_party, SamlKeys& saml_keys, Preset preset, IsOwnPath is_own_path)
      : store_(ports.store),
        clock_(ports.clock),
        ids_(ports.ids),
        secrets_(ports.secrets),
        http_(ports.http),
        relying_party_(relying_party),
        saml_keys_(saml_keys),
        saml_metadata_(ports.http, ports.clock, ports.offload),
        preset_(std::move(preset)),
        is_own_path_(std::move(is_own_path)),
        page_tokens_(ports.mac) {}

  // Without settings, unless its provider has a preset, and disabled. kOrganizationNotFound,
  // kConnectionTypeNotSupported, kConnectionLimit.
  task<Result<ConnectionView>> create(const Caller& by, const OrganizationId& organization, NewConnection input);
  task<Result<ConnectionView>> get(const Caller& by, const OrganizationId& organization, const ConnectionId& id);
  // Oldest first. kOrganizationNotFound; a domain that nobody has verified leads nowhere.
  task<Result<std::vector<ConnectionView>>> list(const Caller& by, ListConnections query);
  // Of all organizations, newest first.
  task<Result<ConnectionList>> search(const Caller& by, SearchConnections query);

  // A connection that is configured by discovery gets its addresses from the provider's document, which is fetched when
  // the patch says where it is; one of SAML is described by its provider's metadata in the same way. Refuses what
  // connection_patch.h and saml_patch.h refuse, kDiscoveryFailed, kMetadataFailed, kMetadataInvalid,
  // kConnectionTypeNotSupported (another type, or its settings), kConnectionIncomplete (enabled, and would lack
  // something), kAcsAliasTaken, kSamlKeyNotFound, and kStoreConflict when somebody else changed where the document is
  // meanwhile. Another issuer names other people by the subjects of the one before: kInvalidArgument at "issuer", or
  // "idp_entity_id", once somebody has signed in, unless it is the connection's accepted_issuer, which it uses up. It
  // revokes every grant and session that began here.
  task<Result<ConnectionView>> update(const Caller& by, const OrganizationId& organization, const ConnectionId& id,
                                      ConnectionPatch patch);
  // These and no others. kDomainNotFound for what is no organization domain of the same organization.
  task<Result<ConnectionView>> assign_domains(const Caller& by, const OrganizationId& organization,
                                              const ConnectionId& id, std::vector<DomainId> domains);
  // Enabling: kConnectionIncomplete unless it is completed. Disabling revokes every grant and session that began here.
  task<Result<Connection>> set_enabled(const Caller& by, const OrganizationId& organization, const ConnectionId& id,
                                       bool enabled);
  // Enabled or not. Revokes every grant and session that began here.
  task<Result<void>> remove(const Caller& by, const OrganizationId& organization, const ConnectionId& id);

  // kConnectionTestNotFound. A test that was left alone for kConnectionTestLife has failed.
  task<Result<ConnectionTest>> test_result(const Caller& by, const ConnectionId& id, const ConnectionTestId& test);

 private:
  task<Result<ConnectionView>> update_oidc(const Caller& by, const Connection& seen, ConnectionPatch patch);
  task<Result<ConnectionView>> update_saml(const Caller& by, const Connection& seen, ConnectionPatch patch);
  // `make(before, now)` answers what the connection becomes.
  template <class Make>
  task<Result<ConnectionView>> change(const Caller& by, const Connection& seen, Make make);
  // A new alias where the server, or a connection of the environment, has its own address is refused.
  Result<void> check_new_aliases(WriteTx& tx, const Connection& before, const Connection& after) const;
  void set_client_secret(const Secret<std::string>& value, const std::string& sealed, Timestamp now,
                         Connection& connection) const;
  task<Result<Connection>> find(const Caller& by, const OrganizationId& organization, const ConnectionId& id);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  SecretBox& secrets_;
  const HttpClient& http_;
  OidcRelyingParty& relying_party_;
  SamlKeys& saml_keys_;
  SamlMetadata saml_metadata_;
  const Preset preset_;
  const IsOwnPath is_own_path_;
  PageTokens page_tokens_;
};

}  // namespace doorward
