// The first line is what a client registers, the rest what a browser brings along: what is registered plainly means
// itself, and nothing is taken that a browser would take apart in another way.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "domain/redirect_uri.h"

using namespace doorward;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

void check_accepted(std::string_view given) {
  for (const char c : given) demand(c > ' ' && c < 0x7F && !std::string_view("\"<>?#\\{}").contains(c));
  const std::string_view rest = given.substr(given.find(':') + 1);
  if (!rest.starts_with("//")) return;
  demand(!rest.substr(2, rest.substr(2).find('/')).contains('@'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view registered = input.substr(0, input.find('\n'));
  const std::string_view given = registered.size() < size ? input.substr(registered.size() + 1) : input;
  Organization organization;
  organization.slug = "acme";
  organization.external_id = std::string(given.substr(0, 64));

  for (const ClientType client : {ClientType::kWebApp, ClientType::kNative}) {
    for (const EnvironmentKind environment : {EnvironmentKind::kDevelopment, EnvironmentKind::kProduction}) {
      const RedirectRules rules{.client = client, .environment = environment};
      if (registration_fault(registered, UriUse::kRedirect, rules)) continue;
      const bool plain = registered.find_first_of("*{") == std::string_view::npos;
      demand(!plain || redirect_uri_matches(registered, registered, rules, nullptr));
      if (redirect_uri_matches(registered, given, rules, &organization)) check_accepted(given);
    }
  }
  return 0;
}
