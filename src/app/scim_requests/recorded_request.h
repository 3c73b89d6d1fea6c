// One request at a SCIM endpoint on its way from the edge to its row.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/caused_changes.h"
#include "domain/scim_request.h"
#include "ports/secret_box.h"
#include "protocol/scim/behaviour.h"
#include "protocol/scim/redaction.h"

namespace doorward {

// What the edge saw, secrets and all: never leaves memory as it is.
struct SeenScimRequest {
  OrganizationId organization;  // empty when nobody was authenticated
  DirectoryId directory;
  Timestamp began;  // set by the recorder
  Duration took{};
  std::string method;
  std::string path;        // behind the SCIM base URL, as sent
  std::string collection;  // of the path, decoded
  std::string id;          // of the path, decoded
  std::string query;       // as sent
  std::string user_agent;
  std::string source;
  std::string request_id;
  std::string credential;  // sec_… or dcl_…
  int status = 0;
  std::string_view reason;  // a text of base/reasons.def; empty when it was not refused
  std::string location;     // header of the answer
  scim::Profile profile = scim::Profile::kStandard;
  scim::QuirkSet quirks;
  CausedChanges caused;
  // False: what is secret in this directory is not known, so no text that a client chose is kept.
  bool knows_types = false;
  bool is_streamed = false;  // the answer was not there as a whole
  // Of a directory with schemas of its own.
  bool is_own_type = false;               // the collection is of a type that only this directory has
  std::vector<std::string> secret_names;  // of attributes
  // At most kMostSeenBytes of each; `…_bytes` is how long they were.
  std::string request_body;
  std::string response_body;
  std::size_t request_bytes = 0;
  std::size_t response_bytes = 0;

  bool refused() const { return organization.empty(); }
  std::size_t size() const;  // in memory, about
};
inline constexpr std::size_t kMostSeenBytes = scim::kMostRedactedBytes;

// Of text that a client chooses, each in a record.
inline constexpr std::size_t kMostRecordedPath = 1024;
inline constexpr std::size_t kMostRecordedQuery = 4096;
inline constexpr std::size_t kMostRecordedUserAgent = 256;

// What is shown of a request beside its row.
struct ScimRequestDetails {
  std::string path;   // as sent
  std::string query;  // without secrets
  std::string user_agent;
  std::string source;
  std::string credential;
  std::string detail;  // of the SCIM error
  std::vector<CausedChanges::Change> changes;
  std::int64_t changes_total = 0;
};

struct RecordedBody {
  std::string text;
  std::int64_t bytes = 0;  // as it came
  bool cut = false;
  std::string omitted;  // why there is no text (protocol/scim/redaction.h)
};

struct ScimRequestBodies {
  RecordedBody request;
  RecordedBody response;
};

// The row, with secrets taken out, each body cut to `body_bytes`, details and bodies sealed.
ScimRequest record_of(SeenScimRequest&& seen, ScimRequestId id, const EnvironmentId& environment,
                      std::size_t body_bytes, SecretBox& box);

// kSecretUnreadable when the row was tampered with.
Result<ScimRequestDetails> open_details(const ScimRequest& request, const SecretBox& box);
Result<ScimRequestBodies> open_bodies(const ScimRequest& request, const SecretBox& box);

}  // namespace doorward
