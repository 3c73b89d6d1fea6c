// Connections and their settings between the wire and the use cases.
#pragma once

#include <string_view>

#include "app/connections/connections.h"
#include "base/result.h"
#include "doorward/v1/connection_settings.pb.h"
#include "scalekit/v1/connections/connections.pb.h"

namespace doorward::api {

namespace connections_v1 = ::scalekit::v1::connections;

// `base_url` without '/' at its end: the addresses that an IT admin copies are made of it.
void to_proto(const ConnectionView& view, std::string_view base_url, connections_v1::Connection& out);
void to_proto(const ConnectionView& view, connections_v1::ListConnection& out);
void to_proto(const ConnectionView& view, std::string_view base_url, ::doorward::v1::ConnectionSettings& out);
connections_v1::GetConnectionTestResultResponse to_proto(const ConnectionTest& test);

// The declared rules let only known enum values through, and both sides count them alike.
NewConnection from_proto(const connections_v1::CreateConnection& input);
// Of the connection `id`. kConnectionTypeNotSupported for settings of another type than OIDC and SAML. Addresses that
// follow from the connection are ignored.
Result<ConnectionPatch> from_proto(const connections_v1::UpdateConnection& input, const ConnectionId& id,
                                   std::string_view base_url);
// kInvalidArgument at include.
Result<ListConnections> from_proto(const connections_v1::ListConnectionsRequest& request);
SearchConnections from_proto(const connections_v1::ListOrganizationConnectionsRequest& request);
// kInvalidArgument at provider.
Result<SearchConnections> from_proto(const connections_v1::SearchOrganizationConnectionsRequest& request);
// kInvalidArgument for settings of two types.
Result<ConnectionPatch> from_proto(const ::doorward::v1::UpdateConnectionSettings& input);

}  // namespace doorward::api
