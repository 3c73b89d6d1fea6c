#include "protocol/oauth/bearer.h"

#include "base/encoding.h"

namespace doorward::oauth {

std::optional<std::string_view> credentials_of(std::string_view authorization, std::string_view scheme) {
  if (authorization.size() <= scheme.size() || ascii_lower(authorization.substr(0, scheme.size())) != scheme ||
      authorization[scheme.size()] != ' ') {
    return std::nullopt;
  }
  const std::size_t begin = authorization.find_first_not_of(' ', scheme.size());
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = authorization.find_last_not_of(' ');
  return authorization.substr(begin, end - begin + 1);
}

}  // namespace doorward::oauth
