#include "protocol/oauth/error_description.h"

namespace doorward::oauth {

std::string error_description(std::string_view message) {
  std::string text(message);
  for (char& c : text) {
    if (c < 0x20 || c > 0x7E || c == '"' || c == '\\') c = '\'';
  }
  return text;
}

}  // namespace doorward::oauth
