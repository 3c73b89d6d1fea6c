#include "app/simulator/simulated_outcome.h"

#include <algorithm>

namespace doorward {

std::string_view outcome_name(SimulatedOutcome outcome) {
  return std::ranges::find(kSimulatedOutcomes, outcome, &SimulatedOutcomeRow::outcome)->name;
}

const SimulatedOutcomeRow* find_outcome(std::string_view name, SimulatedProtocol protocol) {
  const auto* const row = std::ranges::find(kSimulatedOutcomes, name, &SimulatedOutcomeRow::name);
  return row == kSimulatedOutcomes.end() || row->explain(protocol).empty() ? nullptr : row;
}

}  // namespace doorward
