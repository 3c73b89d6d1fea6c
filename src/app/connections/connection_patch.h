// What a patch makes of an OIDC connection, and which values a connection takes; of a SAML connection see saml_patch.h.
// No store, no requests.
#pragma once

#include <optional>
#include <string>

#include "app/connections/connections.h"
#include "base/result.h"
#include "domain/connection.h"
#include "ports/http_client.h"
#include "protocol/oidc/provider_metadata.h"

namespace doorward {

// Bounds in bytes.
inline constexpr std::size_t kMaxButtonTitle = 200;
inline constexpr std::size_t kMaxProviderKey = 256;
inline constexpr std::size_t kMaxKeyId = 300;
inline constexpr std::size_t kMaxProviderClientId = 512;
inline constexpr std::size_t kMaxProviderClientSecret = 4096;
inline constexpr std::size_t kMaxProviderScopes = 32;
inline constexpr std::size_t kMaxProviderScope = 128;
inline constexpr std::size_t kMaxMappedAttributes = 30;
inline constexpr std::size_t kMaxMappedName = 256;

// Where the provider's document is that a patch makes necessary.
struct DiscoveryTarget {
  std::string given;   // an issuer or the address of a document
  std::string issuer;  // that it must name; empty: the one that `given` stands for
  oidc::PlainHttp plain_http = oidc::PlainHttp::kForbidden;

  bool operator==(const DiscoveryTarget&) const = default;
};

// nullopt: the patch does not say where, or the connection is configured by hand.
std::optional<DiscoveryTarget> discovery_target(const Connection& before, const ConnectionPatch& patch);

// What was fetched for the target of the patch.
struct DiscoveredProvider {
  DiscoveryTarget target;
  oidc::ProviderMetadata metadata;
};

// What connections of every type take from a patch.
void take_common(const ConnectionPatch& patch, Connection& after);

// An OIDC connection `before` with the patch, without its secret; `found` when there is a target. Status and times stay
// as they were. kDiscoveryFailed: the document names another issuer than the patch. kInvalidArgument: the patch gives
// an address that the document contradicts.
Result<Connection> patched(const Connection& before, const ConnectionPatch& patch,
                           const std::optional<DiscoveredProvider>& found);

// Texts of a new connection. kInvalidArgument at the field.
Result<void> check_new_connection(const NewConnection& input);

// Values that the patch gives to a connection of this type, as far as they can be judged by themselves: texts within
// their bounds, scopes, the algorithm, no mapping onto what only Doorward may say. kInvalidArgument at the field.
Result<void> check_patch(const ConnectionPatch& patch, ConnectionType type);

// The rule of Connections::update for another issuer.
Result<void> take_issuer(const Connection& before, Connection& after);

// Addresses of an OIDC connection `after`: https unless debugging is on; those that are new could be sent to.
// kInvalidArgument at the field, kEgressForbidden.
Result<void> check_addresses(const HttpClient& http, const Connection& before, const Connection& after);

}  // namespace doorward
