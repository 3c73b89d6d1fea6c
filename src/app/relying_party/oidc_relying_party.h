// Doorward as the relying party of an organization's OpenID provider: it sends a browser there, judges what comes back
// and turns it into a profile of ours (OpenID Connect Core 1.0, code flow; RFC 9700). It knows no store: what must
// outlive a request is handed to the caller, who keeps it.
#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/provider_login/provider_login.h"
#include "app/relying_party/kept_secrets.h"
#include "app/relying_party/provider_documents.h"
#include "app/relying_party/provider_requests.h"
#include "app/relying_party/token_endpoint.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/auth_request.h"
#include "domain/connection.h"
#include "protocol/oidc/callback.h"
#include "protocol/oidc/id_token.h"
#include "protocol/oidc/logout_token.h"
#include "protocol/oidc/profile.h"
#include "protocol/oidc/provider_metadata.h"

namespace doorward {

struct StartedLogin {
  std::string redirect_url;
  KeptSecrets kept;
};

struct LoginFinish {
  KeptSecrets kept;
  oidc::CallbackParameters callback;         // its state was already matched to the transaction of `kept`
  std::vector<SsoUserAttribute> attributes;  // of the environment
  SteadyTime deadline = SteadyTime::max();
  // Told of each step as it ends, for the authentication log: "callback", "discovery", "token_exchange", "id_token",
  // "userinfo", "profile". Steps hold no secret and are short. May be empty.
  std::function<void(AuthRequestStep)> on_step;
};

// Thread-safe. What is borrowed must outlive it; arguments by reference must live until the task has ended.
//
// Requests go out by HttpClient only, each to an address that was judged at that moment. Discovery documents and key
// sets are kept in memory for a bounded number of connections; concurrent logins share one fetch.
class OidcRelyingParty {
 public:
  using Ports = TokenEndpoint::Ports;
  using SignAssertion = TokenEndpoint::SignAssertion;

  // `base_url`: ours, without a final '/'.
  OidcRelyingParty(Ports ports, SignAssertion sign, std::string base_url);

  // kConnectionIncomplete: no client id or no authorization endpoint, and discovery did not bring one.
  // kDiscoveryFailed: the endpoint is to come from a document that cannot be had.
  task<Result<StartedLogin>> start(const Connection& connection, const LoginStart& start);

  // One exchange of the code at most, however it ends. Refused in this order: kIssuerMismatch (`iss` of the answer);
  // kAuthenticationNotCompleted, kProviderError (the provider refused); kDiscoveryFailed; kTokenExchange; kJwksFailed,
  // kUnknownKid, kAlgForbidden, kSignatureInvalid, kJwtMalformed; kIssuerMismatch, kAudience, kTokenExpired,
  // kTimeWindow, kNonce, kStaleAuthn, kAuthnContext, kTokenHash; kUserInfoFailed, kSubMismatch;
  // kMandatoryAttributeMissing. kDeadlineExceeded and kOverloaded are ours.
  task<Result<ProviderIdentity>> finish(const Connection& connection, const LoginFinish& finish);

  // A back-channel logout token that is genuine and meant for this connection; the caller accepts its `token_id` once.
  // kLogoutToken for all that is wrong with it; kJwksFailed, kDiscoveryFailed when it cannot be judged.
  task<Result<oidc::LogoutNotice>> read_logout_token(const Connection& connection, std::string_view token,
                                                     SteadyTime deadline);

  // Where the browser goes to log out at the provider too (OpenID Connect RP-Initiated Logout 1.0). Empty: the
  // connection has no such endpoint. The provider must know `post_logout_redirect_uri`; empty: none is sent.
  std::string end_session_url(const Connection& connection, const Secret<std::string>& id_token,
                              std::string_view post_logout_redirect_uri, std::string_view state) const;

  // The provider's own description, fetched now. `given` is an issuer or the address of its discovery document.
  // kDiscoveryFailed, with a sentence for the administrator.
  task<Result<oidc::ProviderMetadata>> discover(std::string_view given, oidc::PlainHttp plain_http,
                                                SteadyTime deadline);

  // What the provider's administrator registers: {base}/sso/v1/oidc/{connection}/callback.
  std::string redirect_uri(const ConnectionId& connection) const;

 private:
  class Steps;

  task<Result<ProviderIdentity>> finish_at(const Connection& connection, const ProviderEndpoints& endpoints,
                                           const LoginFinish& finish, Steps& steps);
  task<Result<oidc::IdToken>> check(const Connection& connection, const ProviderEndpoints& endpoints,
                                    const LoginFinish& finish, const oidc::TokenAnswer& answer);
  task<Result<boost::json::object>> userinfo(const Connection& connection, const ProviderEndpoints& endpoints,
                                             const oidc::IdToken& id_token, const Secret<std::string>& access_token,
                                             SteadyTime deadline);

  const Ports ports_;
  const std::string base_url_;
  ProviderDocuments documents_;
  TokenEndpoint token_endpoint_;
};

}  // namespace doorward
