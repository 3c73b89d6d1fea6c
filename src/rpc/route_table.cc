#include "rpc/route_table.h"

#include <algorithm>
#include <utility>

#include "rpc/limits.h"

namespace doorward::rpc {

using SegmentKind = PathTemplate::SegmentKind;

bool RouteTable::add(const PathTemplate& path, std::string_view http_method, std::size_t route) {
  Node* node = &root_;
  Verbs* ends = nullptr;
  for (const auto& segment : path.segments) {
    if (segment.kind == SegmentKind::kRest) {
      ends = &node->rest;
    } else if (segment.kind == SegmentKind::kOne) {
      if (!node->one) node->one = std::make_unique<Node>();
      node = node->one.get();
    } else {
      node = &node->literals[segment.literal];
    }
  }
  if (ends == nullptr) ends = &node->ends;
  return (*ends)[path.verb].emplace(http_method, route).second;
}

// Walks the tree depth first. Every level of the tree is one segment, so the walk visits at most as many nodes as the
// declared templates have, whatever the path.
struct RouteTable::Search {
  std::string_view http_method;
  const std::vector<std::string_view>& whole;  // segments as sent
  std::string_view last;                       // the last segment without its verb
  std::string_view verb;
  Match& match;

  // True when the route is found; otherwise remembers what would be allowed.
  bool at(const Verbs& ends, std::string_view wanted_verb) {
    const auto methods = ends.find(wanted_verb);
    if (methods == ends.end()) return false;
    if (const auto found = methods->second.find(http_method); found != methods->second.end()) {
      match.route = found->second;
      match.segments = whole;
      if (!wanted_verb.empty()) match.segments.back() = last;
      return true;
    }
    for (const auto& [method, route] : methods->second) match.allowed.push_back(method);
    return false;
  }

  bool at_last(const Node& node) {
    const std::string_view segment = whole.back();
    const auto end_of = [&](const Node* child, std::string_view wanted) {
      return child != nullptr && at(child->ends, wanted);
    };
    const auto literal = [&](std::string_view name) -> const Node* {
      const auto found = node.literals.find(name);
      return found == node.literals.end() ? nullptr : &found->second;
    };
    if (!verb.empty() && end_of(literal(last), verb)) return true;
    if (end_of(literal(segment), {})) return true;
    if (!verb.empty() && !last.empty() && end_of(node.one.get(), verb)) return true;
    return !segment.empty() && end_of(node.one.get(), {});
  }

  bool walk(const Node& node, std::size_t depth) {
    if (depth + 1 == whole.size()) {
      if (at_last(node)) return true;
    } else {
      if (const auto found = node.literals.find(whole[depth]);
          found != node.literals.end() && walk(found->second, depth + 1)) {
        return true;
      }
      if (node.one && !whole[depth].empty() && walk(*node.one, depth + 1)) return true;
    }
    return (!verb.empty() && at(node.rest, verb)) || at(node.rest, {});
  }
};

RouteTable::Match RouteTable::find(std::string_view http_method, std::string_view path) const {
  Match match;
  std::vector<std::string_view> segments;
  segments.reserve(8);
  std::string_view left = path.substr(1);
  while (true) {
    const std::size_t slash = left.find('/');
    segments.push_back(left.substr(0, slash));
    if (slash == std::string_view::npos) break;
    if (segments.size() == kMaxPathSegments) return match;
    left.remove_prefix(slash + 1);
  }
  const std::string_view last = segments.back();
  const std::size_t colon = last.rfind(':');
  const bool has_verb = colon != std::string_view::npos;
  Search search{http_method, segments, has_verb ? last.substr(0, colon) : last,
                has_verb ? last.substr(colon + 1) : std::string_view(), match};
  if (search.walk(root_, 0)) {
    match.allowed.clear();
  } else {
    std::ranges::sort(match.allowed);
    const auto repeated = std::ranges::unique(match.allowed);
    match.allowed.erase(repeated.begin(), repeated.end());
  }
  return match;
}

}  // namespace doorward::rpc
