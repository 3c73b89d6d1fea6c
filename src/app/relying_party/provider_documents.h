// What providers publish: their discovery documents and key sets, fetched when needed and kept for a while.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/relying_party/provider_cache.h"
#include "app/relying_party/provider_requests.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/connection.h"
#include "ports/clock.h"
#include "ports/http_client.h"
#include "ports/offload.h"
#include "protocol/jose/foreign_jws.h"
#include "protocol/oidc/provider_metadata.h"

namespace doorward {

// Where a connection's provider is, as far as known: what its discovery document says, else what the connection holds.
struct ProviderEndpoints {
  std::string issuer;
  std::string authorization;
  std::string token;
  std::string jwks;
  std::string userinfo;     // empty: none
  std::string end_session;  // empty: none
  bool issuer_in_response = false;
  std::vector<std::string> token_auth_methods;  // empty: not said
  std::vector<std::string> token_auth_algorithms;
  bool knows_prompt_create = false;
};

// Who needs a key: so that logout tokens, which anybody may send, cannot use up what logins are owed.
enum class KeyUse : std::size_t { kLogin = 0, kLogout = 1 };

inline oidc::PlainHttp plain_http_of(const Connection& connection) {
  return connection.debug_enabled ? oidc::PlainHttp::kAllowed : oidc::PlainHttp::kForbidden;
}

// Thread-safe. Borrows its ports.
class ProviderDocuments {
 public:
  ProviderDocuments(HttpClient& http, const Clock& clock, Offload& offload);

  // Fetched now, and not kept. kDiscoveryFailed.
  task<Result<oidc::ProviderMetadata>> discover(std::string_view given, oidc::PlainHttp plain_http,
                                                SteadyTime deadline);

  // kDiscoveryFailed: the document is needed, because the connection does not hold every address, and cannot be had, or
  // it names another issuer than the connection. kConnectionIncomplete: an address is missing and there is no document.
  task<Result<ProviderEndpoints>> endpoints(const Connection& connection);

  // kJwksFailed: no key set can be had.
  task<Result<std::shared_ptr<const jose::ForeignKeySet>>> keys(const Connection& connection,
                                                                const std::string& jwks_uri);

  // After `unsuitable` did not serve: fetched anew, but seldom; what is kept otherwise.
  task<Result<std::shared_ptr<const jose::ForeignKeySet>>> newer_keys(
      const Connection& connection, const std::string& jwks_uri, std::shared_ptr<const jose::ForeignKeySet> unsuitable,
      KeyUse use);

 private:
  using Metadata = ProviderCache<oidc::ProviderMetadata>;
  using KeySets = ProviderCache<jose::ForeignKeySet>;

  task<Result<Metadata::Fetched>> fetch_metadata(oidc::DiscoveryLocation location, oidc::PlainHttp plain_http,
                                                 SteadyTime deadline);
  task<Result<KeySets::Fetched>> fetch_keys(std::string jwks_uri);

  HttpClient& http_;
  const Clock& clock_;
  Offload& offload_;
  Metadata metadata_;
  KeySets key_sets_;
};

}  // namespace doorward
