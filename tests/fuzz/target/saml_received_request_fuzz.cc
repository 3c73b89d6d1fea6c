// Requests as the simulated SAML provider reads them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/saml/received_request.h"

using namespace doorward;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto asked = saml::read_authn_request(text)) {
    require(!asked->id.empty() && !asked->issuer.empty() && asked->acs_url.size() <= saml::kMostReadRequestText);
    require(asked->authn_context_class_refs.size() <= saml::kMostReadContextClasses);
    require(!saml::read_logout_request(text));
  }
  if (const auto asked = saml::read_logout_request(text)) require(!asked->id.empty() && !asked->issuer.empty());
  return 0;
}
