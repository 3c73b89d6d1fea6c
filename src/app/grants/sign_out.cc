#include "app/grants/sign_out.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "app/paging/sealed_token.h"
#include "base/log.h"
#include "domain/redirect_uri.h"
#include "protocol/oauth/authorization_response.h"

namespace doorward {
namespace {

constexpr std::string_view kReturnPurpose = "sign_out_return";

// "<seconds since 1970> <address>"
std::string return_text(Timestamp now, std::string_view address) {
  return std::to_string(to_unix_seconds(now)).append(" ").append(address);
}

bool wants_provider_logout(const Connection& connection) {
  return connection.type == ConnectionType::kSaml ? connection.saml.slo_required : connection.oidc.idp_logout_required;
}

}  // namespace

struct SignOut::Plan {
  SignedOut outcome;
  std::optional<Connection> connection;  // whose provider is told too
  Secret<std::string> logout_hint;
};

task<Result<SignedOut>> SignOut::sign_out(const SignOutRequest& request,
                                          std::chrono::steady_clock::time_point deadline) {
  std::optional<IdentityHint> hint;
  if (!request.id_token_hint.empty()) {
    if (auto verified = verifier_.verify_hint(request.id_token_hint, ports_.clock.now())) hint = *std::move(verified);
  }
  if (!hint) {
    DOORWARD_CO_CHECK(count_nameless(request));
    DOORWARD_CO_TRY(std::string offer,
                    co_await ports_.store.read("sign_out.offer", {.deadline = deadline}, [&](const ReadTx& tx) {
                      return way_back(tx.clients(), tx.organizations(), request, ApiClientId(request.client_id), {});
                    }));
    co_return SignedOut{.offer = std::move(offer)};
  }
  DOORWARD_CO_TRY(Plan plan, co_await ports_.store.write("sign_out", {.deadline = deadline},
                                                         [&](WriteTx& tx) { return end(tx, request, *hint); }));
  if (plan.connection) co_await go_by_provider(plan, deadline);
  co_return std::move(plan.outcome);
}

Result<void> SignOut::count_nameless(const SignOutRequest& request) {
  if (!request.client_id.empty() || request.post_logout_redirect_uri.empty()) return {};
  DOORWARD_CHECK(nameless_.check(request.source));
  nameless_.record_failure(request.source);
  return {};
}

Result<SignOut::Plan> SignOut::end(WriteTx& tx, const SignOutRequest& request, const IdentityHint& hint) const {
  if (!request.client_id.empty() && request.client_id != hint.client_id.str()) {
    return failure(Reason::kInvalidRequest, "The client_id is not that of the id_token_hint.");
  }
  DOORWARD_TRY(const auto session, tx.sign_in().find_session(environment_, hint.session_id));
  Plan plan;
  DOORWARD_TRY(plan.outcome.redirect_to, way_back(tx.clients(), tx.organizations(), request, hint.client_id,
                                                  session ? session->organization_id : OrganizationId()));
  if (!session || session->status != SessionStatus::kActive) return plan;

  DOORWARD_TRY(const auto grants, tx.sign_in().grants_of_session(environment_, session->id));
  DOORWARD_CHECK(grants_.end_session(tx, *session, SessionEnd::kLogout, ports_.clock.now()));
  plan.outcome.ended = true;
  DOORWARD_TRY(auto connection, tx.connections().find(environment_, session->connection_id));
  if (connection && wants_provider_logout(*connection) && !grants.empty()) {
    // Without the hint an OpenID provider asks the person; that is no reason to stay signed in here.
    if (auto token = grants_.logout_hint(grants.back())) plan.logout_hint = *std::move(token);
    plan.connection = *std::move(connection);
  }
  return plan;
}

Result<std::string> SignOut::way_back(const ClientRepository& clients, const OrganizationRepository& organizations,
                                      const SignOutRequest& request, const ApiClientId& client,
                                      const OrganizationId& organization_id) const {
  const std::string& uri = request.post_logout_redirect_uri;
  if (uri.empty()) return std::string();
  std::vector<ApiClient> asking;
  if (client.empty()) {
    // Published SDKs name neither client nor login when they know none.
    DOORWARD_TRY(asking, clients.list(environment_));
  } else {
    DOORWARD_TRY(auto one, clients.find(client));
    if (one && one->environment_id == environment_) asking.push_back(*std::move(one));
  }
  std::optional<Organization> organization;
  if (!organization_id.empty()) {
    DOORWARD_TRY(organization, organizations.find(environment_, organization_id));
  }
  const bool registered = std::ranges::any_of(asking, [&](const ApiClient& one) {
    const RedirectRules rules{.client = one.type, .environment = kind_};
    return std::ranges::any_of(one.post_logout_redirect_uris, [&](const std::string& known) {
      return redirect_uri_matches(known, uri, rules, organization ? &*organization : nullptr);
    });
  });
  if (!registered) {
    return failure(Reason::kInvalidPostLogoutUri, "The post_logout_redirect_uri is not registered for this client.");
  }
  return request.state.empty() ? uri : oauth::with_parameter(uri, "state", request.state);
}

// Whatever becomes of it: here the login is over, and the application is waiting.
task<void> SignOut::go_by_provider(Plan& plan, std::chrono::steady_clock::time_point deadline) const {
  const Connection& connection = *plan.connection;
  std::string& back = plan.outcome.redirect_to;
  if (connection.type != ConnectionType::kSaml) {
    std::string there = provider_logout_(
        connection, plan.logout_hint, issuer_ + "/sso/v1/oidc/" + connection.id.str() + "/logout/callback",
        seal_token(ports_.mac, kReturnPurpose, connection.id.str(), return_text(ports_.clock.now(), back)));
    if (!there.empty()) back = std::move(there);
    co_return;
  }
  if (!saml_logout_) co_return;
  auto there = co_await saml_logout_(connection, plan.logout_hint, back, deadline);
  if (!there) {
    log::warning("single_logout.not_begun", {{"reason", reason_name(there.error().reason)},
                                             {"connection_id", connection.id.str()},
                                             {"detail", there.error().detail}});
    co_return;
  }
  if (!*there) co_return;
  if (auto* redirect = std::get_if<saml::RedirectTo>(&**there)) {
    back = std::move(redirect->url);
  } else {
    back.clear();
    plan.outcome.form = std::get<saml::PostTo>(**std::move(there));
  }
}

std::optional<std::string> SignOut::return_address(const ConnectionId& connection, std::string_view state) const {
  const auto text = open_token(ports_.mac, kReturnPurpose, connection.str(), state);
  if (!text) return std::nullopt;
  std::int64_t sealed_at = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), sealed_at);
  if (error != std::errc()) return std::nullopt;
  const Timestamp begun = Timestamp(std::chrono::seconds(sealed_at));
  const Timestamp now = ports_.clock.now();
  if (now < begun - kClockSkew || now - begun > kReturnLife) return std::nullopt;
  return text->substr(static_cast<std::size_t>(end - text->data()) + 1);
}

}  // namespace doorward
