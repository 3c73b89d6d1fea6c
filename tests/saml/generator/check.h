// The check under test, with a connection that trusts the generator's provider; and beside each of its answers, the
// oracle's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/saml/response_check.h"
#include "saml/generator/openssl_keys.h"

namespace doorward::saml::test {

SamlSettings settings();
ServiceProvider service_provider();
SentAuthnRequest sent_request();

// Where check_signature and the oracle differ about a signature of `xml`: one accepts what the other does not, or they
// believe other octets. What is encrypted to own_key() is opened, and judged as well. Empty: they agree, or the message
// does not get as far as a signature.
std::string disagreement(std::string_view xml, const SamlSettings& settings, Timestamp now);

// For a check of answer(), with what a test changes.
struct Check {
  SamlSettings settings = test::settings();
  ServiceProvider service_provider = test::service_provider();
  std::optional<SentAuthnRequest> sent = sent_request();
  Timestamp now = kNow;
  std::vector<CheckedFact> facts;

  // Throws std::logic_error on a disagreement.
  Result<UnusedAssertion> operator()(std::string_view xml);
  // The text of the reason; "none" for a success.
  std::string reason(std::string_view xml);
};

// The text of the reason of a result; "none" for a success.
template <class T>
std::string reason_of(const Result<T>& result) {
  return result ? "none" : std::string(reason_name(result.error().reason));
}

}  // namespace doorward::saml::test
