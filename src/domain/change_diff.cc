#include "domain/change_diff.h"

#include <boost/json/value.hpp>

namespace doorward {
namespace {

bool is_clock_noise(boost::json::string_view name) { return name == "update_time" || name == "updated_at"; }

}  // namespace

boost::json::object change_diff(const std::optional<boost::json::object>& before,
                                const std::optional<boost::json::object>& after) {
  static const boost::json::object nothing;
  const boost::json::object& from = before ? *before : nothing;
  const boost::json::object& to = after ? *after : nothing;

  boost::json::object previous_values;
  boost::json::object new_values;
  bool matters = false;
  for (const auto& [name, value] : from) {
    const boost::json::value* now = to.if_contains(name);
    if (now != nullptr && *now == value) continue;
    previous_values[name] = value;
    matters = matters || !is_clock_noise(name);
  }
  for (const auto& [name, value] : to) {
    const boost::json::value* then = from.if_contains(name);
    if (then != nullptr && *then == value) continue;
    new_values[name] = value;
    matters = matters || !is_clock_noise(name);
  }
  boost::json::object changes;
  if (!matters) return changes;
  changes["previous_values"] = std::move(previous_values);
  changes["new_values"] = std::move(new_values);
  return changes;
}

boost::json::object apply_change_diff(boost::json::object before, const boost::json::object& changes) {
  const auto* previous_values = changes.if_contains("previous_values");
  const auto* new_values = changes.if_contains("new_values");
  if (previous_values != nullptr) {
    for (const auto& [name, value] : previous_values->as_object()) before.erase(name);
  }
  if (new_values != nullptr) {
    for (const auto& [name, value] : new_values->as_object()) before[name] = value;
  }
  return before;
}

}  // namespace doorward
