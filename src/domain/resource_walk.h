// Going through the resources of a directory in an order that an index keeps.
#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"

namespace doorward {

enum class ResourceOrder : std::uint8_t {
  kCreated,   // creation time, id
  kModified,  // time of the last change, id
  kName,      // user name of a user, display name of a group, both folded; id
  kId,
};

struct ResourceWalk {
  ResourceOrder order = ResourceOrder::kCreated;
  bool descending = false;
  // Both ends included; of the time that the order goes by, otherwise without effect.
  Timestamp from = Timestamp::min();
  Timestamp to = Timestamp::max();
};

// The place of a resource in an order; only what the order goes by is set, and the id.
struct ResourcePosition {
  Timestamp time;
  std::string name;
  std::string id;

  friend bool operator==(const ResourcePosition&, const ResourcePosition&) = default;
};

}  // namespace doorward
