#include "rpc/stream_gate.h"

#include <utility>

#include "base/ip_address.h"

namespace doorward::rpc {

std::optional<StreamGate::Permit> StreamGate::admit(std::string_view peer) const {
  const auto address = parse_ip_address(peer);
  std::string source = address ? to_string(source_of(*address)) : std::string(peer);
  const std::lock_guard lock(state_->mutex);
  if (state_->open >= state_->total) return std::nullopt;
  const auto [place, added] = state_->by_source.try_emplace(source, 0);
  if (place->second >= state_->per_source) return std::nullopt;
  ++place->second;
  ++state_->open;
  return Permit(state_, std::move(source));
}

StreamGate::Permit::~Permit() {
  if (!state_) return;
  const std::lock_guard lock(state_->mutex);
  --state_->open;
  const auto place = state_->by_source.find(source_);
  if (--place->second == 0) state_->by_source.erase(place);
}

}  // namespace doorward::rpc
