// A made-up change for each event type: what a person who sets up a receiver is shown, and what a test event carries.
#pragma once

#include <string_view>

#include "base/id.h"
#include "base/time.h"
#include "domain/change.h"

namespace doorward::webhook {

// A complete record whose event type is `type` (one of event_types()), as if it had happened at `occurred_at` in an
// organization, a directory and to objects that do not exist. Pure: the same arguments give the same record.
ChangeRecord sample_change(std::string_view type, EnvironmentId environment, EventId id, Timestamp occurred_at);

}  // namespace doorward::webhook
