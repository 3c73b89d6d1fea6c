#include "server/authorization_server.h"

namespace doorward::server {
namespace {

CodeExchange::Ports exchange_ports(const AuthorizationServer::Parts& parts) {
  return {parts.store, parts.clock, parts.random, *parts.installation.key_ring, parts.offload};
}

}  // namespace

AuthorizationServer::AuthorizationServer(const Parts& parts)
    : clients_({parts.store, parts.clock, *parts.installation.key_ring}, parts.client_states, parts.base_url),
      credentials_({parts.clock, parts.ids, parts.offload}, *parts.installation.signing_keys, parts.base_url),
      grants_({parts.ids, parts.random, *parts.installation.key_ring, *parts.installation.key_ring}),
      login_tokens_(parts.ids, *parts.installation.signing_keys, parts.base_url),
      codes_(exchange_ports(parts), grants_, login_tokens_),
      refreshes_(exchange_ports(parts), grants_, login_tokens_),
      logins_(parts.store, parts.clock, parts.verifier, parts.client_states),
      token_control_({parts.store, parts.clock, *parts.installation.key_ring}, grants_, logins_, parts.api,
                     parts.verifier, parts.base_url),
      pushed_requests_({parts.store, parts.clock, parts.random, *parts.installation.key_ring}, parts.kind),
      sign_out_({parts.store, parts.clock, *parts.installation.key_ring}, parts.installation.environment_id, parts.kind,
                grants_, parts.verifier, parts.provider_logout, parts.saml_logout, parts.base_url),
      origins_(parts.store, parts.clock, parts.installation.environment_id, parts.kind),
      token_endpoint_(clients_, codes_, refreshes_, credentials_),
      user_info_endpoint_(logins_),
      token_control_endpoint_(clients_, token_control_),
      pushed_request_endpoint_(clients_, pushed_requests_),
      sign_out_endpoint_(sign_out_),
      keys_endpoint_(*parts.installation.signing_keys, parts.clock),
      discovery_endpoint_(parts.base_url),
      cross_origin_(origins_) {}

void AuthorizationServer::add_to(net::Router& router) {
  const auto from_scripts = [&](const char* path, net::Handler handler) {
    router.add(path, cross_origin_.around(std::move(handler)));
  };
  from_scripts("/oauth/token", [this](const net::Request& request) { return token_endpoint_.handle(request); });
  from_scripts("/oauth/revoke",
               [this](const net::Request& request) { return token_control_endpoint_.revoke(request); });
  from_scripts("/userinfo", [this](const net::Request& request) { return user_info_endpoint_.handle(request); });
  router.add("/oauth/introspect",
             [this](const net::Request& request) { return token_control_endpoint_.introspect(request); });
  router.add("/oauth/par", [this](const net::Request& request) { return pushed_request_endpoint_.handle(request); });
  router.add("/oidc/logout", [this](const net::Request& request) { return sign_out_endpoint_.handle(request); });
  keys_endpoint_.add_to(router);
  discovery_endpoint_.add_to(router);
}

}  // namespace doorward::server
