// What a client has beyond its columns, as the JSON text of `api_clients.document`.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "domain/api_client.h"

namespace doorward::store {

std::string client_document(const ApiClient& client);
// What a document does not name keeps its default: rows of the first release have an empty one.
void read_client_document(const boost::json::object& document, ApiClient& client);

}  // namespace doorward::store
