#include "app/simulator/simulator_address.h"

#include <string>

#include "protocol/oidc/provider_url.h"

namespace doorward {
namespace {

bool is_this_machine(std::string_view url) {
  if (!oidc::is_provider_url(url, oidc::PlainHttp::kAllowed)) return false;
  const std::string host = oidc::host_of(url);
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

}  // namespace

bool is_answered_by_simulator(std::string_view base_url, std::string_view url) {
  if (url.find('#') != std::string_view::npos) return false;
  return url.starts_with(std::string(base_url) + "/sso/v1/") || is_this_machine(url);
}

}  // namespace doorward
