// Between SAML settings, keys and their messages.
#pragma once

#include <string_view>

#include "app/connections/connection_input.h"
#include "base/result.h"
#include "domain/connection.h"
#include "doorward/v1/saml_connections.pb.h"
#include "doorward/v1/saml_keys.pb.h"
#include "scalekit/v1/connections/connections.pb.h"

namespace doorward::api {

// `base_url` is where browsers reach this server, without '/' at its end.
void to_proto(const Connection& connection, std::string_view base_url,
              ::scalekit::v1::connections::SAMLConnectionConfigResponse& out);
void to_proto(const Connection& connection, ::doorward::v1::SamlConnectionSettings& out);
void to_proto(const SamlKey& key, ::doorward::v1::SamlKey& out);

// Of a patch of the connection `id`: what repeats an address that follows from the connection means that one.
SamlPatch from_proto(const ::scalekit::v1::connections::SAMLConnectionConfigRequest& input, const ConnectionId& id,
                     std::string_view base_url);
// kInvalidArgument for a clock_skew or an assertion_life that is no duration.
Result<SamlPatch> from_proto(const ::doorward::v1::UpdateSamlConnectionSettings& input);

}  // namespace doorward::api
