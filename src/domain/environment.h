// The outermost tenant: everything else carries its id.
#pragma once

#include <cstdint>
#include <string>

#include "base/id.h"
#include "base/time.h"
#include "domain/session_policy.h"

namespace doorward {

// What the operator runs: development allows what makes trying out easy and production refuses.
enum class EnvironmentKind : std::uint8_t { kDevelopment, kProduction };

struct Environment {
  EnvironmentId id;
  Timestamp create_time;
  ApplicationSessionPolicy session_policy;
};

// A role that members of organizations can hold.
struct Role {
  EnvironmentId environment_id;
  RoleId id;
  std::string name;  // ^[a-zA-Z0-9_]{1,64}$
  std::string display_name;
  bool default_creator = false;
  bool default_member = false;
};

}  // namespace doorward
