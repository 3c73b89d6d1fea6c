// One request of an identity provider as the use cases of provisioning see it: who asks, under which rules what it sent
// is read, and by which schemas.
#pragma once

#include <memory>
#include <optional>

#include "domain/caller.h"
#include "protocol/scim/behaviour.h"
#include "protocol/scim/directory_types.h"
#include "protocol/scim/entity_tag.h"
#include "protocol/scim/recognize.h"

namespace doorward {

// Which version the request wants to meet. Absent: any.
struct Conditions {
  std::optional<scim::EntityTags> if_match;
  std::optional<scim::EntityTags> if_none_match;
};

// Belongs to one request; must outlive the use case that it is passed to.
struct Push {
  Caller by;  // a directory
  scim::Dialect dialect = {};
  scim::ProfileChoice choice = {};  // what the dialect's behaviour comes from
  std::shared_ptr<const scim::DirectoryTypes> types = scim::DirectoryTypes::standard();
  Conditions conditions = {};
};

}  // namespace doorward
