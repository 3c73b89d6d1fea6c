#pragma once

#include "domain/connection.h"
#include "ports/secret_box.h"

namespace doorward {

// Where the client secret of a connection is sealed. Refers to `connection`.
inline SealedPlace client_secret_place(const Connection& connection) {
  return {.table = "connections", .row_id = connection.id.str(), .column = "client_secret"};
}

}  // namespace doorward
