#include "app/simulator/simulator_address.h"

#include <string>

namespace doorward {
namespace {

// The host of an http or https URL with its port, "" for anything else.
std::string_view authority_of(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    return rest.substr(0, rest.find_first_of("/?#\\"));
  }
  return {};
}

bool is_this_machine(std::string_view url) {
  std::string_view host = authority_of(url);
  if (host.find('@') != std::string_view::npos) return false;
  for (const std::string_view name : {"localhost", "127.0.0.1", "[::1]"}) {
    if (host == name || (host.starts_with(name) && host.substr(name.size()).starts_with(':'))) return true;
  }
  return false;
}

}  // namespace

bool is_answered_by_simulator(std::string_view base_url, std::string_view url) {
  if (url.find('#') != std::string_view::npos) return false;
  return url.starts_with(std::string(base_url) + "/sso/v1/") || is_this_machine(url);
}

}  // namespace doorward
