#include "app/connections/connection_records.h"

#include "domain/connection_snapshot.h"

namespace doorward {

Error connection_not_found() { return make_error(Reason::kConnectionNotFound, "connection not found"); }

ChangeSubject subject_of(const Connection& connection) {
  std::string name = connection.ui_button_title;
  if (name.empty()) name = connection.provider_key;
  if (name.empty()) name = connection_provider_name(connection.provider);
  return {.object = ObjectKind::kConnection,
          .object_id = connection.id.str(),
          .display_name = std::move(name),
          .organization_id = connection.organization_id};
}

StoreOptions write_options(const Caller& by, const ConnectionId& id) {
  return {.deadline = by.deadline, .serial_key = id.str()};
}

Result<Connection> find_connection(const ConnectionRepository& connections, const EnvironmentId& environment,
                                   const OrganizationId& organization, const ConnectionId& id) {
  DOORWARD_TRY(auto connection, connections.find(environment, id));
  if (!connection || connection->organization_id != organization) return failure(connection_not_found());
  return *std::move(connection);
}

Result<Connection> lock_connection(WriteTx& tx, const EnvironmentId& environment, const OrganizationId& organization,
                                   const ConnectionId& id) {
  DOORWARD_TRY(auto connection, tx.connections().lock(environment, id));
  if (connection.organization_id != organization) return failure(connection_not_found());
  return connection;
}

}  // namespace doorward
