#include "domain/session_snapshot.h"

namespace doorward {
namespace {

std::string_view status_name(SessionStatus status) {
  switch (status) {
    case SessionStatus::kActive:
      return "active";
    case SessionStatus::kLoggedOut:
      return "logged_out";
    case SessionStatus::kRevoked:
      return "revoked";
  }
  return "";
}

}  // namespace

boost::json::object session_snapshot(const Session& session, std::string_view end_reason) {
  boost::json::object snapshot;
  snapshot["id"] = session.id.str();
  snapshot["organization_id"] = session.organization_id.str();
  snapshot["connection_id"] = session.connection_id.str();
  snapshot["subject"] = session.subject;
  snapshot["status"] = status_name(session.status);
  snapshot["create_time"] = to_rfc3339(session.create_time);
  if (session.end_time) snapshot["end_time"] = to_rfc3339(*session.end_time);
  if (!end_reason.empty()) snapshot["end_reason"] = end_reason;
  return snapshot;
}

}  // namespace doorward
