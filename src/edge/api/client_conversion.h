// Clients between the wire and the use cases.
#pragma once

#include "app/clients/client_secrets.h"
#include "app/clients/clients.h"
#include "base/result.h"
#include "doorward/v1/client_settings.pb.h"
#include "scalekit/v1/clients/clients.pb.h"

namespace doorward::api {

namespace clients_v1 = ::scalekit::v1::clients;

void to_proto(const ClientState& state, clients_v1::Client& out);
void to_proto(const ClientSecret& secret, clients_v1::ClientSecret& out);
clients_v1::ListClientsResponse to_proto(const ClientList& list);
void to_proto(const ApiClient& client, ::doorward::v1::ClientSettings& out);

// kClientTypeNotSupported at `client.client_type` for a name that is none, and at `filter.client_type[n]` in lists.
struct NewClient {
  ClientType type = ClientType::kWebApp;
  ClientPatch settings;
};
Result<NewClient> from_proto(const clients_v1::CreateClient& input);
Result<ListClients> from_proto(const clients_v1::ListClientsRequest& request);

// Absent fields keep their value. Lists and numbers, which cannot be absent on the wire, are set when they are not
// empty or when the mask names them.
Result<ClientPatch> from_proto(const clients_v1::UpdateClientRequest& request);
Result<ClientPatch> from_proto(const ::doorward::v1::UpdateClientSettingsRequest& request);

// Fails at `mask` for another field than the status.
Result<SecretStatus> from_proto(const clients_v1::UpdateClientSecretRequest& request);

// Fails at `overlap` and `expire_time` for what Doorward's time cannot hold; whether they are allowed the use case
// decides.
Result<ClientSecretRotation> from_proto(const ::doorward::v1::RotateClientSecretRequest& request);

}  // namespace doorward::api
