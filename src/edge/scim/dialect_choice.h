// Under which behaviour a request is read.
#pragma once

#include <boost/json/object.hpp>

#include "app/provisioning/push.h"
#include "edge/scim/scim_request.h"
#include "net/http.h"

namespace doorward::edge {

// Decides by what is known before the body is read: the directory's settings and what it is remembered as, the user
// agent, the query.
void choose_dialect(Push& push, const net::Request& request, const ScimQuery& query);

// Decides anew by the shape of the body where nothing else told whose client it is. Call it before the body is read by
// the rules of the dialect.
void recognise_shape(Push& push, const boost::json::object& body);

}  // namespace doorward::edge
