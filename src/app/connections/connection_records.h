// What every use case of connections makes of a connection's rows: the view that callers get, the subject of change
// records, the locked row. Used inside this folder, and by the first start.
#pragma once

#include <utility>
#include <vector>

#include "app/changes/record.h"
#include "app/connections/connections.h"
#include "app/connections/domain_route.h"

namespace doorward {

Error connection_not_found();

ChangeSubject subject_of(const Connection& connection);

// Writes to one connection wait for each other by its lock; the key lets the store run them in a row instead.
StoreOptions write_options(const Caller& by, const ConnectionId& id);

// kConnectionNotFound.
Result<Connection> find_connection(const ConnectionRepository& connections, const EnvironmentId& environment,
                                   const OrganizationId& organization, const ConnectionId& id);
// The same, held to the end of the transaction.
Result<Connection> lock_connection(WriteTx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                   const ConnectionId& id);

template <class Tx>
Result<ConnectionView> view(Tx& tx, Connection connection) {
  ConnectionView out;
  DOORWARD_TRY(const auto organization, tx.organizations().find(connection.environment_id, connection.organization_id));
  if (organization) out.organization_name = organization->display_name;
  DOORWARD_TRY(out.domains, domains_of_connection(tx.connections(), tx.domains(), connection));
  DOORWARD_TRY(out.tested,
               tx.connections().tested_since(connection.environment_id, connection.id, connection.configure_time));
  out.connection = std::move(connection);
  return out;
}

}  // namespace doorward
