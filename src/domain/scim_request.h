// One request at a SCIM endpoint, as the recorder keeps it.
#pragma once

#include <cstdint>
#include <string>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

// What a request changed, on the whole.
enum class ScimEffect : std::uint8_t {
  kNone = 0,
  kCreate = 1,
  kUpdate = 2,
  kDelete = 3,
  kSeveral = 4,  // created some and deleted others
};

struct ScimRequest {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  DirectoryId directory_id;
  ScimRequestId id;
  bool refused = false;   // nobody was authenticated: perhaps not the identity provider's
  Timestamp create_time;  // when it came
  Duration duration{};
  std::string method;
  // Behind the SCIM base URL, for the filter of lists: "/Users/diruser_1". Of what is no id of ours only the
  // collection; the path as it was sent is among the details.
  std::string path;
  std::string resource_id;  // of the URL, or of what was created; empty when there is none
  int status = 0;
  std::string request_id;  // req_…, as in logs and in x-request-id
  std::string profile;     // under which it was read
  std::string quirks;      // what it was forgiven: names with commas between
  TransactionId txn;       // empty: it changed nothing
  ScimEffect effect = ScimEffect::kNone;
  std::string reason;  // why it was refused; empty when it was not
  std::string scim_type;
  std::string sealed_details;  // the rest of what lists show
  std::string sealed_bodies;   // empty in lists
  std::int64_t bytes = 0;      // what the row takes, about
};

}  // namespace doorward
