#include "rpc/openapi/comments.h"

#include <algorithm>

namespace doorward::rpc {

std::string_view Comments::of(std::string_view name) const {
  const auto found = std::ranges::lower_bound(sorted_, name, {}, &DeclaredComment::name);
  return found != sorted_.end() && found->name == name ? found->text : std::string_view();
}

Headline headline(std::string_view comment) {
  const std::size_t paragraph = std::min(comment.find("\n\n"), comment.size());
  const std::size_t stop = std::min({comment.find(". "), comment.find(".\n"), paragraph});
  std::string_view summary = comment.substr(0, stop);
  if (summary.ends_with('.')) summary.remove_suffix(1);
  std::string_view rest = comment.substr(stop);
  while (rest.starts_with('.') || rest.starts_with(' ') || rest.starts_with('\n')) rest.remove_prefix(1);
  return {std::string(summary), std::string(rest)};
}

}  // namespace doorward::rpc
