#include "rpc/method_table.h"

namespace doorward::rpc {

bool is_rpc_path(std::string_view path) {
  const std::size_t slash = path.find('/', 1);
  if (slash == std::string_view::npos || slash + 1 == path.size()) return false;
  return path.find('.') < slash && path.find('/', slash + 1) == std::string_view::npos;
}

}  // namespace doorward::rpc
