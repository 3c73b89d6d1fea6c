// The authorization server towards applications: use cases and endpoints of everything that clients call, in the order
// of their dependencies. Edges holds one.
#pragma once

#include <string>

#include "app/bootstrap/bootstrap.h"
#include "app/grants/allowed_origins.h"
#include "app/grants/code_exchange.h"
#include "app/grants/grants.h"
#include "app/grants/login_access.h"
#include "app/grants/login_tokens.h"
#include "app/grants/pushed_requests.h"
#include "app/grants/refresh_exchange.h"
#include "app/grants/sign_out.h"
#include "app/grants/token_control.h"
#include "app/tokens/api_authentication.h"
#include "app/tokens/client_authentication.h"
#include "app/tokens/client_credentials.h"
#include "app/tokens/client_states.h"
#include "app/tokens/token_verifier.h"
#include "domain/environment.h"
#include "edge/oauth/cross_origin.h"
#include "edge/oauth/discovery_endpoint.h"
#include "edge/oauth/keys_endpoint.h"
#include "edge/oauth/pushed_request_endpoint.h"
#include "edge/oauth/sign_out_endpoint.h"
#include "edge/oauth/token_control_endpoint.h"
#include "edge/oauth/token_endpoint.h"
#include "edge/oauth/user_info_endpoint.h"
#include "net/router.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/offload.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward::server {

class AuthorizationServer {
 public:
  struct Parts {
    Store& store;
    Clock& clock;
    Ids& ids;
    Random& random;
    Offload& offload;
    Installation& installation;
    ClientStates& client_states;
    const TokenVerifier& verifier;
    ApiAuthentication& api;
    EnvironmentKind kind;
    std::string base_url;
    SignOut::ProviderLogout provider_logout;
    SignOut::SamlLogout saml_logout;
  };

  // Everything borrowed must outlive it.
  explicit AuthorizationServer(const Parts& parts);

  // This object must outlive the router.
  void add_to(net::Router& router);

  // What the way to a code needs.
  const Grants& grants() const { return grants_; }
  PushedRequests& pushed_requests() { return pushed_requests_; }
  const SignOut& sign_out() const { return sign_out_; }

 private:
  ClientAuthentication clients_;
  ClientCredentials credentials_;
  Grants grants_;
  LoginTokens login_tokens_;
  CodeExchange codes_;
  RefreshExchange refreshes_;
  LoginAccess logins_;
  TokenControl token_control_;
  PushedRequests pushed_requests_;
  SignOut sign_out_;
  AllowedOrigins origins_;

  edge::TokenEndpoint token_endpoint_;
  edge::UserInfoEndpoint user_info_endpoint_;
  edge::TokenControlEndpoint token_control_endpoint_;
  edge::PushedRequestEndpoint pushed_request_endpoint_;
  edge::SignOutEndpoint sign_out_endpoint_;
  edge::KeysEndpoint keys_endpoint_;
  edge::DiscoveryEndpoint discovery_endpoint_;
  edge::CrossOrigin cross_origin_;
};

}  // namespace doorward::server
