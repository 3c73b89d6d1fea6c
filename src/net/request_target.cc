#include "net/request_target.h"

#include <algorithm>

namespace doorward::net {

bool read_origin_form(std::string_view target, Request& request) {
  if (!target.starts_with('/') || target.find('#') != std::string_view::npos) return false;
  const std::size_t question = std::min(target.find('?'), target.size());
  request.path = fold_leading_slashes(std::string(target.substr(0, question)));
  request.query = target.substr(std::min(question + 1, target.size()));
  return true;
}

}  // namespace doorward::net
