// One request of an identity provider as the use cases of provisioning see it: who asks, and under which rules what it
// sent is read.
#pragma once

#include "domain/caller.h"
#include "protocol/scim/behaviour.h"
#include "protocol/scim/recognize.h"

namespace doorward {

// Belongs to one request; must outlive the use case that it is passed to.
struct Push {
  Caller by;  // a directory
  scim::Dialect dialect = {};
  scim::ProfileChoice choice = {};  // what the dialect's behaviour comes from
};

}  // namespace doorward
