// Signing people in: use cases and endpoints between applications and identity providers, in the order of their
// dependencies. Edges holds one.
#pragma once

#include <string>

#include "app/auth_log/auth_log.h"
#include "app/bootstrap/bootstrap.h"
#include "app/relying_party/oidc_relying_party.h"
#include "app/service_provider/saml_service_provider.h"
#include "app/service_provider/service_provider_metadata.h"
#include "app/sign_in/assertion_consumer.h"
#include "app/sign_in/back_channel_logout.h"
#include "app/sign_in/idp_initiated_login.h"
#include "app/sign_in/sign_in.h"
#include "app/sign_in/single_logout.h"
#include "app/tokens/client_states.h"
#include "domain/environment.h"
#include "edge/oauth/authorize_endpoint.h"
#include "edge/sso/connection_pages.h"
#include "edge/sso/saml_endpoint.h"
#include "edge/sso/sso_endpoint.h"
#include "net/router.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/random.h"
#include "ports/store.h"
#include "server/authorization_server.h"

namespace doorward::server {

class SignInServer {
 public:
  struct Parts {
    Store& store;
    Clock& clock;
    Ids& ids;
    Random& random;
    Offload& offload;
    Installation& installation;
    ClientStates& client_states;
    OidcRelyingParty& relying_party;
    SamlServiceProvider& service_provider;
    AuthorizationServer& authorization;
    EnvironmentKind kind;
    std::string base_url;
  };

  // Everything borrowed must outlive it.
  explicit SignInServer(const Parts& parts);

  // This object must outlive the router.
  void add_to(net::Router& router);

  SingleLogout& single_logout() { return single_logout_; }
  // For paths that nothing else has.
  edge::SamlEndpoint& saml_endpoint() { return saml_endpoint_; }

 private:
  AuthLog log_;
  SignIn sign_in_;
  IdpInitiatedLogin initiated_;
  BackChannelLogout logout_;
  AssertionConsumer consumer_;
  SingleLogout single_logout_;
  ServiceProviderMetadata metadata_;
  edge::AuthorizeEndpoint authorize_endpoint_;
  edge::ConnectionPages pages_;
  edge::SsoEndpoint sso_endpoint_;
  edge::SamlEndpoint saml_endpoint_;
};

}  // namespace doorward::server
