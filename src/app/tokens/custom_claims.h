#pragma once

#include <boost/json/object.hpp>

#include "domain/api_client.h"

namespace doorward {

// Adds what the client's tokens say besides. What is there already stays as it is, and what only Doorward may say of a
// person or a client (sub, oid, roles, …) is left out, however it came into the client's list.
void add_custom_claims(boost::json::object& claims, const ApiClient& client);

}  // namespace doorward
