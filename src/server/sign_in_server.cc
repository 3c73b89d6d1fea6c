#include "server/sign_in_server.h"

namespace doorward::server {
namespace {

SignIn::Home home_of(const SignInServer::Parts& parts) {
  return {.environment_id = parts.installation.environment_id, .environment = parts.kind, .issuer = parts.base_url};
}

}  // namespace

SignInServer::SignInServer(const Parts& parts)
    : log_(parts.store, parts.clock, parts.ids),
      sign_in_({parts.store, parts.clock, parts.ids, parts.random, *parts.installation.key_ring,
                *parts.installation.key_ring},
               {parts.client_states, parts.authorization.pushed_requests(), parts.relying_party, parts.service_provider,
                parts.authorization.grants(), log_},
               home_of(parts)),
      initiated_({parts.store, parts.clock, parts.offload, *parts.installation.key_ring},
                 *parts.installation.signing_keys, parts.service_provider, log_, home_of(parts)),
      logout_({parts.store, parts.clock}, parts.relying_party, parts.authorization.grants(),
              parts.installation.environment_id),
      consumer_({parts.store, parts.clock, parts.offload}, {sign_in_, initiated_, log_},
                parts.installation.environment_id),
      single_logout_(
          {parts.store, parts.clock, parts.random, *parts.installation.key_ring, *parts.installation.key_ring},
          parts.service_provider, parts.authorization.grants(), parts.installation.environment_id),
      metadata_(parts.store, parts.service_provider, parts.installation.environment_id),
      authorize_endpoint_(sign_in_, parts.base_url),
      pages_(sign_in_, initiated_, parts.base_url),
      sso_endpoint_({sign_in_, pages_, logout_, parts.authorization.sign_out()}),
      saml_endpoint_({pages_, consumer_, single_logout_, metadata_}, parts.base_url) {}

void SignInServer::add_to(net::Router& router) {
  authorize_endpoint_.add_to(router);
  sso_endpoint_.add_to(router);
  saml_endpoint_.add_to(router);
}

}  // namespace doorward::server
