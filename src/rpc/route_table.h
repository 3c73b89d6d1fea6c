// Finds the route of a request path. Built at start, then only read.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/path_template.h"

namespace doorward::rpc {

class RouteTable {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  struct Match {
    std::size_t route = kNone;               // kNone: no route takes this path with this HTTP method
    std::vector<std::string_view> segments;  // of the path, still percent-encoded, the verb taken off the last
    std::vector<std::string_view> allowed;   // when route is kNone: HTTP methods that do have a route here, sorted
  };

  // Adds `route` under an HTTP method ("GET"). False when the same place is taken; then nothing changes.
  bool add(const PathTemplate& path, std::string_view http_method, std::size_t route);

  // Literals win over variables, variables over "**"; a template with a verb over one without. The views of the match
  // point into `path` and into the table. `path` starts with '/'.
  Match find(std::string_view http_method, std::string_view path) const;

 private:
  using Methods = std::map<std::string, std::size_t, std::less<>>;  // HTTP method to route
  using Verbs = std::map<std::string, Methods, std::less<>>;        // verb ("" without) to methods
  struct Node {
    std::map<std::string, Node, std::less<>> literals;
    std::unique_ptr<Node> one;
    Verbs ends;  // templates that end here
    Verbs rest;  // templates that go on here with "**"
  };
  struct Search;

  Node root_;
};

}  // namespace doorward::rpc
