#include "edge/scim/group_stream.h"

#include <boost/json/serialize.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "edge/scim/render.h"

namespace doorward::edge {
namespace {

namespace json = boost::json;

// A slow reader does not use up the time of a page's read: each has its own.
constexpr std::chrono::seconds kPagePatience{30};

struct State {
  GroupStreamParts parts;
  ProvisionedGroup group;  // with the page of members that is to be written next
  bool begun = false;
  bool any = false;  // a member was written
  bool ended = false;
};

// The elements of the page, as they stand between the brackets.
std::string elements(State& state) {
  std::string text;
  for (const json::value& member : render_members(state.group.members, state.parts.base, state.parts.projection)) {
    if (std::exchange(state.any, true)) text += ',';
    text += json::serialize(member);
  }
  return text;
}

std::string next_text(State& state) {
  std::string text;
  if (!std::exchange(state.begun, true)) {
    const ProvisionedGroup bare{.group = state.group.group, .members = {}};
    json::object head = render_group(bare, state.parts.base, state.parts.projection);
    head.erase("members");
    text = json::serialize(head);
    text.pop_back();
    text += R"(,"members":[)";
  }
  text += elements(state);
  if (!state.group.more_members) {
    text += "]}";
    state.ended = true;
  }
  return text;
}

task<std::optional<std::string>> next_piece(std::shared_ptr<State> state) {
  if (state->ended) co_return std::nullopt;
  if (state->begun) {
    state->parts.by.deadline = std::chrono::steady_clock::now() + kPagePatience;
    auto page = co_await state->parts.groups.members_after(state->parts.by, state->group.group.id,
                                                           state->group.members.back().value);
    if (!page) throw std::runtime_error("members of a group could not be read: " + page.error().detail);
    state->group.more_members = page->size() == static_cast<std::size_t>(kMemberPage);
    state->group.members = *std::move(page);
  }
  auto text = co_await state->parts.offload.run([&] { return next_text(*state); });
  if (!text) throw std::runtime_error("a group could not be written: " + text.error().message);
  co_return *std::move(text);
}

}  // namespace

net::BodyStream stream_group(GroupStreamParts parts, ProvisionedGroup group) {
  auto state = std::make_shared<State>(State{.parts = std::move(parts), .group = std::move(group)});
  return [state = std::move(state)] { return next_piece(state); };
}

}  // namespace doorward::edge
