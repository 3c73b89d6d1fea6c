// From what an application said to the connection where a person signs in.
#pragma once

#include <string>

#include "base/result.h"
#include "domain/api_client.h"
#include "domain/connection.h"
#include "domain/organization.h"
#include "ports/store.h"
#include "protocol/oauth/authorization_request.h"

namespace doorward {

struct LoginRoute {
  Connection connection;  // active
  Organization organization;
  std::string domain;  // the verified one that led here; empty: the connection was chosen in another way
};

// Of several connections of an organization the oldest that is completed and enabled wins. What belongs to another
// environment is answered like what does not exist.
//
// kInvalidConnectionSelector: nothing chooses, or a provider that no connection stands for. kInvalidConnectionId,
// kInvalidOrganizationId: there is none. kConnectionNotActive: chosen by id, but it may not be used.
// kNoConfiguredConnections, kNoActiveConnections: the organization has none (that is active). kDomainNotFound: nobody
// has verified the domain. kInvalidUserDomain: the same of the login hint's, where the client has no default.
Result<LoginRoute> route_login(const ReadTx& tx, const EnvironmentId& environment, const ApiClient& client,
                               const oauth::ConnectionSelectors& given);

}  // namespace doorward
