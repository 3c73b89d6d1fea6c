#include "edge/api/client_conversion.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/client_grants.h"
#include "domain/client_snapshot.h"
#include "edge/api/conversion.h"
#include "edge/api/update_mask.h"

namespace doorward::api {
namespace {

using Texts = google::protobuf::RepeatedPtrField<std::string>;
using Claims = google::protobuf::RepeatedPtrField<clients_v1::CustomClaim>;

constexpr std::string_view kAllTypes = "ALL";

std::vector<std::string> list_of(const Texts& texts) { return {texts.begin(), texts.end()}; }

void fill(const std::vector<std::string>& texts, Texts& out) { out.Assign(texts.begin(), texts.end()); }

Result<std::map<std::string, std::string>> claims_of(const Claims& claims) {
  std::map<std::string, std::string> out;
  for (const clients_v1::CustomClaim& claim : claims) {
    if (out.emplace(claim.key(), claim.value()).second) continue;
    return failure(invalid_field("client.custom_claims", "must not hold a key twice", "repeated.unique"));
  }
  return out;
}

Result<ClientType> type_of(std::string_view name, std::string field) {
  if (const auto type = find_client_type(name)) return *type;
  Error error = invalid_field(std::move(field), "must be ENV, WEB_APP, SPA or NTV", "string.in");
  error.reason = Reason::kClientTypeNotSupported;
  return failure(std::move(error));
}

}  // namespace

void to_proto(const ClientSecret& secret, clients_v1::ClientSecret& out) {
  out.set_id(secret.id.str());
  to_proto(secret.create_time, *out.mutable_create_time());
  to_proto(secret.update_time, *out.mutable_update_time());
  out.set_secret_suffix(secret.secret_suffix);
  out.set_status(secret.status == SecretStatus::kActive ? clients_v1::ACTIVE : clients_v1::INACTIVE);
  if (secret.expire_time) to_proto(*secret.expire_time, *out.mutable_expire_time());
  if (secret.last_used_time) to_proto(*secret.last_used_time, *out.mutable_last_used_time());
}

void to_proto(const ClientState& state, clients_v1::Client& out) {
  const ApiClient& client = state.client;
  out.set_id(client.id.str());
  to_proto(client.create_time, *out.mutable_create_time());
  to_proto(client.update_time, *out.mutable_update_time());
  for (const ClientSecret& secret : state.secrets) to_proto(secret, *out.add_secrets());
  fill(client.post_logout_redirect_uris, *out.mutable_post_logout_redirect_uris());
  fill(client.back_channel_logout_uris, *out.mutable_back_channel_logout_uris());
  out.set_initiate_login_uri(client.initiate_login_uri);
  fill(client.redirect_uris, *out.mutable_post_login_uris());
  out.set_name(client.name);
  if (client.access_token_life) out.set_access_token_expiry(client.access_token_life->count());
  fill(client.scopes, *out.mutable_scopes());
  for (const auto& [key, value] : client.custom_claims) {
    auto& claim = *out.add_custom_claims();
    claim.set_key(key);
    claim.set_value(value);
  }
  out.set_disallow_scalekit_api_access(!client.api_access);
  fill(grant_types_of(client), *out.mutable_grant_types());
  out.set_client_type(std::string(client_type_name(client.type)));
  out.set_enforce_pkce(client.enforce_pkce);
}

clients_v1::ListClientsResponse to_proto(const ClientList& list) {
  clients_v1::ListClientsResponse out;
  out.set_total_size(wire_count(list.total_size));
  for (const ClientState& client : list.clients) to_proto(client, *out.add_clients());
  out.set_next_page_token(list.next_page_token);
  out.set_prev_page_token(list.prev_page_token);
  return out;
}

void to_proto(const ApiClient& client, ::doorward::v1::ClientSettings& out) {
  out.set_enabled(client.enabled);
  out.set_id_token_signed_response_alg(client.id_token_signed_response_alg);
  out.set_jwks(client.jwks);
  out.set_default_connection_id(client.default_connection_id.str());
  out.set_default_organization_id(client.default_organization_id.str());
}

Result<NewClient> from_proto(const clients_v1::CreateClient& input) {
  NewClient out;
  DOORWARD_TRY(out.type, type_of(input.client_type(), "client.client_type"));
  ClientPatch& settings = out.settings;
  settings.name = input.name();
  settings.redirect_uris = list_of(input.post_login_uris());
  settings.post_logout_redirect_uris = list_of(input.post_logout_redirect_uris());
  settings.back_channel_logout_uris = list_of(input.back_channel_logout_uris());
  settings.initiate_login_uri = input.initiate_login_uri();
  settings.grant_types = list_of(input.grant_types());
  settings.scopes = list_of(input.scopes());
  DOORWARD_TRY(settings.custom_claims, claims_of(input.custom_claims()));
  settings.access_token_life = std::chrono::seconds(input.access_token_expiry());
  if (input.has_disallow_scalekit_api_access()) {
    settings.api_access = !input.disallow_scalekit_api_access().value();
  }
  if (input.has_enforce_pkce()) settings.enforce_pkce = input.enforce_pkce().value();
  return out;
}

Result<ListClients> from_proto(const clients_v1::ListClientsRequest& request) {
  ListClients out{.page_size = request.page_size(), .page_token = request.page_token()};
  const auto& names = request.filter().client_type();
  bool all = false;
  for (int i = 0; i < names.size(); ++i) {
    if (names[i] == kAllTypes) {
      all = true;
      continue;
    }
    DOORWARD_TRY(const ClientType type, type_of(names[i], fmt::format("filter.client_type[{}]", i)));
    out.types.push_back(type);
  }
  if (all) {
    out.types.clear();
  } else if (out.types.empty()) {
    out.types.push_back(ClientType::kEnvironment);
  }
  return out;
}

Result<ClientPatch> from_proto(const clients_v1::UpdateClientRequest& request) {
  const auto& input = request.client();
  DOORWARD_TRY(const auto mask,
               UpdateMask::make(request.mask(), "client",
                                {"back_channel_logout_uris", "post_logout_redirect_uris", "initiate_login_uri",
                                 "post_login_uris", "name", "access_token_expiry", "scopes", "custom_claims",
                                 "disallow_scalekit_api_access", "grant_types", "enforce_pkce"},
                                "mask"));
  const auto sets = [&](std::string_view field, bool given) {
    return mask.names(field) || (given && mask.takes(field));
  };
  const auto list = [&](std::string_view field, const Texts& texts) -> std::optional<std::vector<std::string>> {
    if (!sets(field, !texts.empty())) return std::nullopt;
    return list_of(texts);
  };
  ClientPatch out;
  out.back_channel_logout_uris = list("back_channel_logout_uris", input.back_channel_logout_uris());
  out.post_logout_redirect_uris = list("post_logout_redirect_uris", input.post_logout_redirect_uris());
  out.redirect_uris = list("post_login_uris", input.post_login_uris());
  out.scopes = list("scopes", input.scopes());
  out.grant_types = list("grant_types", input.grant_types());
  if (sets("initiate_login_uri", input.has_initiate_login_uri())) out.initiate_login_uri = input.initiate_login_uri();
  // A name is never cleared: it has no empty value.
  if (mask.takes("name") && !input.name().empty()) out.name = input.name();
  if (sets("access_token_expiry", input.access_token_expiry() != 0)) {
    out.access_token_life = std::chrono::seconds(input.access_token_expiry());
  }
  if (sets("custom_claims", !input.custom_claims().empty())) {
    DOORWARD_TRY(out.custom_claims, claims_of(input.custom_claims()));
  }
  if (input.has_disallow_scalekit_api_access() && mask.takes("disallow_scalekit_api_access")) {
    out.api_access = !input.disallow_scalekit_api_access().value();
  }
  if (input.has_enforce_pkce() && mask.takes("enforce_pkce")) out.enforce_pkce = input.enforce_pkce().value();
  return out;
}

Result<ClientPatch> from_proto(const ::doorward::v1::UpdateClientSettingsRequest& request) {
  const auto& input = request.settings();
  DOORWARD_TRY(const auto mask, UpdateMask::make(request.update_mask(), "settings",
                                                 {"enabled", "id_token_signed_response_alg", "jwks",
                                                  "default_connection_id", "default_organization_id"}));
  const auto text = [&](std::string_view field, bool given, const std::string& value) -> std::optional<std::string> {
    if (mask.names(field) || (given && mask.takes(field))) return value;
    return std::nullopt;
  };
  ClientPatch out;
  // What has no empty value is never cleared.
  if (input.has_enabled() && mask.takes("enabled")) out.enabled = input.enabled();
  if (input.has_id_token_signed_response_alg() && mask.takes("id_token_signed_response_alg")) {
    out.id_token_signed_response_alg = input.id_token_signed_response_alg();
  }
  out.jwks = text("jwks", input.has_jwks(), input.jwks());
  if (auto id = text("default_connection_id", input.has_default_connection_id(), input.default_connection_id())) {
    out.default_connection_id = ConnectionId(*std::move(id));
  }
  if (auto id = text("default_organization_id", input.has_default_organization_id(), input.default_organization_id())) {
    out.default_organization_id = OrganizationId(*std::move(id));
  }
  return out;
}

Result<SecretStatus> from_proto(const clients_v1::UpdateClientSecretRequest& request) {
  DOORWARD_CHECK(UpdateMask::make(request.mask(), "secret", {"status"}, "mask"));
  switch (request.secret().status()) {
    case clients_v1::ACTIVE:
      return SecretStatus::kActive;
    case clients_v1::INACTIVE:
      return SecretStatus::kInactive;
    default:
      return failure(invalid_field("secret.status", "must be ACTIVE or INACTIVE", "enum.defined_only"));
  }
}

Result<ClientSecretRotation> from_proto(const ::doorward::v1::RotateClientSecretRequest& request) {
  ClientSecretRotation out;
  if (request.has_overlap()) {
    DOORWARD_TRY(out.overlap, from_proto(request.overlap(), "overlap"));
  }
  if (request.has_expire_time()) {
    DOORWARD_TRY(out.expire_time, from_proto(request.expire_time(), "expire_time"));
  }
  return out;
}

}  // namespace doorward::api
