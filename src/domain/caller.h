// Who is asking, as established by an edge's authentication. Passed to every use case; never made below an edge but
// for the system's own work.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/id.h"

namespace doorward {

class CausedChanges;
struct Directory;

enum class CallerKind : std::uint8_t {
  kNone,       // not authenticated
  kApiClient,  // an application, by a client-credentials token
  kDirectory,  // an identity provider, by a directory secret or a token bought with one
  kSystem,     // Doorward itself: workers, jobs, first start
};

// What proved that a caller is a directory. A write compares it with the directory's row, and so takes notice of a
// revocation at once, whichever node remembers the caller.
struct DirectoryCredential {
  DirectorySecretId secret_id;
  std::int64_t generation = 0;  // Directory::credentials_generation when the secret was looked up
};

struct Caller {
  CallerKind kind = CallerKind::kNone;
  EnvironmentId environment_id;
  std::string id;                                 // skc_…, sec_…, dcl_…, or the name of a worker
  DirectoryId directory_id;                       // kDirectory only
  OrganizationId organization_id;                 // kDirectory only
  std::optional<DirectoryCredential> credential;  // kDirectory only; absent: nothing that could be revoked
  std::shared_ptr<const Directory> directory;     // kDirectory only: as it was when the credential was last looked up
  std::int64_t schema_version = 0;                // kDirectory only: of the schemas by which the request is read
  std::string request_id;                         // req_…; empty for work without a request
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();  // nobody waits longer
  CausedChanges* caused = nullptr;  // is told of the changes that provisioning makes; outlives the request
};

}  // namespace doorward
