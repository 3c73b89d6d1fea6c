// A JSON document that anyone may GET and keep for a while, scripts of any origin too.
#pragma once

#include <string>

#include "net/http.h"

namespace doorward::edge {

// 200 for GET and HEAD, 405 for other methods.
net::Response public_document(const net::Request& request, std::string json);

}  // namespace doorward::edge
