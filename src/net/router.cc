#include "net/router.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace doorward::net {
namespace {

void require_path(const std::string& path) {
  if (!path.starts_with('/')) throw std::logic_error("a route must start with '/': " + path);
}

task<Response> not_found(const Request&) { co_return text_response(404, "There is nothing at this path."); }

}  // namespace

Router::Router() : fallback_(not_found) {}

void Router::add(std::string path, Handler handler) {
  require_path(path);
  if (!exact_.emplace(path, std::move(handler)).second) throw std::logic_error("a second route for " + path);
}

void Router::add_prefix(std::string prefix, Handler handler) {
  require_path(prefix);
  while (prefix.ends_with('/')) prefix.pop_back();
  const auto longer = [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); };
  if (std::ranges::find(prefixes_, prefix, &std::pair<std::string, Handler>::first) != prefixes_.end()) {
    throw std::logic_error("a second route below " + prefix);
  }
  prefixes_.emplace_back(std::move(prefix), std::move(handler));
  std::ranges::sort(prefixes_, longer);
}

void Router::set_fallback(Handler handler) { fallback_ = std::move(handler); }

const Handler& Router::find(std::string_view path) const {
  if (const auto at = exact_.find(path); at != exact_.end()) return at->second;
  for (const auto& [prefix, handler] : prefixes_) {
    if (path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/')) return handler;
  }
  return fallback_;
}

}  // namespace doorward::net
