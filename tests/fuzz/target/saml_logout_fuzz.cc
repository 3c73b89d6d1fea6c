// What a browser brings from a provider by the redirect binding or by form, and what we write of anything that people
// give.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "crypto/test_certificates.h"
#include "protocol/saml/certificate_text.h"
#include "protocol/saml/logout.h"
#include "protocol/saml/redirect_binding.h"
#include "protocol/saml/xml_document.h"
#include "protocol/saml/xml_element.h"
#include "protocol/saml/xml_nodes.h"

using namespace doorward;

namespace {

constexpr Timestamp kNow{std::chrono::seconds(1'800'000'000)};

void require(bool holds) {
  if (!holds) std::abort();
}

// Its key is nobody's who writes inputs.
const SamlSettings& settings() {
  static const SamlSettings made = [] {
    SamlSettings some;
    some.provider.entity_id = "https://idp.test/";
    some.provider.certificates = {*saml::read_certificate(crypto::test::kP521, kNow)};
    some.allow_sha1 = true;
    some.allow_comments = true;
    return some;
  }();
  return made;
}

void check(SamlBinding binding, std::string_view text) {
  const saml::LogoutCheckInput input{.settings = settings(), .slo_urls = {"https://sp.test/slo"}, .now = kNow};
  const saml::ReceivedMessage message{
      .binding = binding, .xml = std::string(text), .relay_state = "", .query = std::string(text)};
  require(!saml::check_logout_request(message, input));
  require(!saml::check_logout_response(message, input, "_1"));
}

void read_query(std::string_view text) {
  const auto read = saml::read_redirect(text);
  if (!read) return;
  require(read->xml.size() <= saml::kMostInflatedBytes && is_valid_utf8(read->relay_state));
  const std::string url = saml::redirect_url("https://sp.test/slo", read->kind, read->xml, read->relay_state, nullptr);
  const auto again = saml::read_redirect(std::string_view(url).substr(url.find('?') + 1));
  require(!again || (again->xml == read->xml && again->relay_state == read->relay_state));
}

void write_text(std::string_view text) {
  if (text.size() > saml::kMostXmlBytes / 16) return;
  saml::XmlElement element("saml:NameID");
  element.set("NameQualifier", text).text(text);
  const auto read = saml::XmlDocument::parse(element.to_xml());
  require(read.has_value());
  const auto content = saml::text_of(*read->root());
  require(content && content == saml::attribute(*read->root(), "NameQualifier"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(SamlBinding::kHttpRedirect, text);
  check(SamlBinding::kHttpPost, text);
  read_query(text);
  write_text(text);
  if (const auto id = saml::unchecked_message_id(text)) require(!id->empty());
  return 0;
}
