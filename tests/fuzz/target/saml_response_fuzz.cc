// Whatever is posted to the assertion consumer service. Seeds are signed with the generator's fixed key, so that much
// of what is made of them gets past the first look at a signature; whatever is accepted must be what a second verifier
// accepts, octet by octet.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/saml/response_check.h"
#include "protocol/saml/xml_document.h"
#include "saml/generator/check.h"

using namespace doorward;

namespace {

void demand(bool holds) {
  if (!holds) std::abort();
}

saml::test::Check strict() { return {}; }

saml::test::Check lenient() {
  saml::test::Check check;
  check.settings.allow_sha1 = true;
  check.settings.allow_cbc = true;
  check.settings.allow_comments = true;
  check.settings.allow_advice = true;
  check.settings.allow_expired_certificates = true;
  return check;
}

void judge(saml::test::Check& check, std::string_view xml) {
  auto checked = check(xml);  // throws where the two verifiers disagree
  if (!checked) {
    demand(!checked.error().message.empty());
    return;
  }
  demand(!checked->id().empty() && checked->remember_until() > check.now);
  const auto assertion = std::move(*checked).accept(true);
  demand(assertion && assertion->issuer == check.settings.provider.entity_id);
  demand(!assertion->name_id.value.empty() && assertion->in_response_to == check.sent->id);
  demand(assertion->attributes.size() <= saml::kMostSamlAttributes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static saml::test::Check by_default = strict();
  static saml::test::Check with_every_switch = lenient();
  judge(by_default, input);
  judge(with_every_switch, input);
  (void)saml::unchecked_in_response_to(input);
  if (const auto message = saml::decode_post_message(input)) demand(message->size() <= saml::kMostXmlBytes);
  return 0;
}
