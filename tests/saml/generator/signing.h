// Enveloped XML signatures that are right in every respect but the one that a test changes: whatever SignedInfo says,
// it is digested and signed as it stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "saml/generator/openssl_keys.h"

namespace doorward::saml::test {

inline constexpr std::string_view kTransforms =
    R"(<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>)"
    R"(<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>)";

struct Signing {
  const TestKey* key = &provider_key();
  std::string algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
  std::string hmac_key;
  std::string digest = "http://www.w3.org/2001/04/xmlenc#sha256";
  std::string canonicalization = "http://www.w3.org/2001/10/xml-exc-c14n#";
  std::string transforms{kTransforms};       // may be empty
  std::optional<std::string> reference_uri;  // with its quotes; else that of the signed element
  std::string digested_id;                   // the element that is digested; empty: the signed one
  std::string more_references;
  std::string in_signature_method;
  std::string in_canonicalization_method;
  std::string prefixes;            // PrefixList of the canonicalization of the element
  std::string before_signed_info;  // XML, beside SignedInfo
  std::string after_signature;     // XML, behind SignatureValue: KeyInfo, Object
  std::string prefix = "ds";       // of the signature's elements
};

// `xml` with the element of this ID signed, behind its Issuer if it has one. Throws std::logic_error when there is
// none.
std::string sign(std::string_view xml, std::string_view id, const Signing& signing = {});

// The answer that most tests want: with the assertion signed, the Response, or both (the assertion first).
std::string signed_assertion(std::string_view answer, const Signing& signing = {});
std::string signed_response(std::string_view answer, const Signing& signing = {});
std::string signed_both(std::string_view answer);

// ds:KeyInfo with this certificate.
std::string key_info(std::string_view certificate_der);

}  // namespace doorward::saml::test
