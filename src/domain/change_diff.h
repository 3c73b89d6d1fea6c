// Exact difference of two snapshots, and its inverse for tests: before + changes = after.
#pragma once

#include <boost/json/object.hpp>
#include <optional>

namespace doorward {

// Compares top-level attributes of two snapshots (absent = not there yet, or not any more). Returns
// {"previous_values": {...}, "new_values": {...}}: an attribute that appeared has only a new value, one that vanished
// only a previous one. An empty object when nothing differs but update_time / updated_at, which alone are no change.
boost::json::object change_diff(const std::optional<boost::json::object>& before,
                                const std::optional<boost::json::object>& after);

// Applies a difference to the snapshot it was taken from.
boost::json::object apply_change_diff(boost::json::object before, const boost::json::object& changes);

}  // namespace doorward
