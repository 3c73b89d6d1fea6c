#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "domain/sign_in.h"

namespace doorward {

// The session as change records show it: id, organization_id, connection_id, subject, status, create_time, and, when it
// is over, end_time and why. Nothing that signs anybody in.
boost::json::object session_snapshot(const Session& session, std::string_view end_reason = {});

}  // namespace doorward
