// The members of a connection, of its tests and of user attributes that have no column.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "domain/connection.h"

namespace doorward::store {

std::string connection_document(const doorward::Connection& connection);
void read_document(const boost::json::object& document, doorward::Connection& connection);

std::string test_document(const ConnectionTest& test);
void read_document(const boost::json::object& document, ConnectionTest& test);

std::string user_attribute_document(const SsoUserAttribute& attribute);
void read_document(const boost::json::object& document, SsoUserAttribute& attribute);

}  // namespace doorward::store
