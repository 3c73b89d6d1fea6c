// The check of a SAML Response (SAML core 2, 3.2, 3.4; profiles 4.1.4). Pure: a function of the bytes, the connection,
// our own side, the clock, and, in the end, of the answer whether the assertion was seen before.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "domain/saml_settings.h"

namespace doorward::saml {

inline constexpr std::size_t kMostSessionIndexBytes = 512;
inline constexpr std::size_t kMostSamlAttributes = 500;
inline constexpr std::size_t kMostSamlAttributeValues = 2'000;  // of all attributes
inline constexpr std::size_t kMostSamlValueBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMostNameIdCharacters = 256;

// Doorward as this connection's service provider.
struct ServiceProvider {
  std::string entity_id;
  std::vector<std::string> acs_urls;                 // the derived one first, then aliases
  std::string received_at;                           // one of acs_urls: where the message was posted
  std::vector<Secret<std::string>> decryption_keys;  // PKCS #8, DER; tried in this order
};

// What was asked for, when a login began with us. Absent: an IdP-initiated login.
struct SentAuthnRequest {
  std::string id;
  Timestamp sent_at;
  bool force_authn = false;
  std::vector<std::string> authn_context_class_refs;  // exact; empty: any
};

struct SamlNameId {
  std::string value;
  std::string format;  // URI; unspecified when it was not said
  std::string name_qualifier;
  std::string sp_name_qualifier;
};

struct SamlAttribute {
  std::string name;
  std::string friendly_name;
  std::vector<std::string> values;
};

// What the identity provider says, checked.
struct SamlAssertion {
  std::string id;
  std::string response_id;
  std::string issuer;
  std::optional<std::string> in_response_to;
  SamlNameId name_id;
  std::string session_index;  // empty: not said
  Timestamp authn_instant;
  std::optional<Timestamp> session_not_on_or_after;
  std::string authn_context_class_ref;
  std::vector<SamlAttribute> attributes;  // in order; those of one name are one
  std::string certificate_id;             // of the pinned certificate that signed
};

// Everything about the answer is right, unless it was used before. Made by check_response alone.
class UnusedAssertion {
 public:
  // By which the connection remembers it, until `remember_until`.
  const std::string& id() const { return assertion_.id; }
  Timestamp remember_until() const { return remember_until_; }

  // `first`: the store had not seen it. kReplay otherwise.
  Result<SamlAssertion> accept(bool first) &&;

 private:
  friend class ResponseCheck;
  UnusedAssertion(SamlAssertion assertion, Timestamp remember_until)
      : assertion_(std::move(assertion)), remember_until_(remember_until) {}

  SamlAssertion assertion_;
  Timestamp remember_until_;
};

// One fact of a check for the authentication log, told also when it fails: "signature", "audience", "recipient",
// "clock", "in_response_to", "issuer", …; expected and received hold no secret and are short.
struct CheckedFact {
  std::string name;
  bool ok = true;
  std::string expected;
  std::string received;
};

struct ResponseCheckInput {
  const SamlSettings& settings;
  const ServiceProvider& service_provider;
  std::optional<SentAuthnRequest> sent;
  Timestamp now;
  std::function<void(CheckedFact)> on_fact;  // may be empty
};

// `xml`: decoded from the form. In the order of the catalogue: the gate (xml_document.h), kWrongRoot, kBadVersion,
// kDuplicateId, kAssertionCount (with none, kStatusNotSuccess where the provider says why), kSignatureMisplaced,
// kSignatureCount, those of check_signature, those of decrypt_assertion, kNotEncrypted, kStatusNotSuccess,
// kIssuerMismatch, kDestination, kInResponseTo, kAudience, kTimeWindow, kBadTime, kUnknownCondition,
// kSubjectConfirmation, kNoAuthnStatement, kSessionExpired, kAuthnContext, kStaleAuthn, kUnsupportedEncryptedId,
// kNameIdShape, kNameIdInvalid, kTooManyAttributeValues; kSamlShape wherever something that SAML demands is absent.
//
// Of an assertion that AES-CBC hides in a Response that is not signed, kDecryptFailed is all that is said, in error and
// facts, until its own signature holds (S-60).
//
// What the provider did not sign can only be a reason to refuse: where the assertion alone is signed, neither the
// Response's Destination nor its InResponseTo nor its Status makes up for anything.
Result<UnusedAssertion> check_response(std::string_view xml, const ResponseCheckInput& input);

// `InResponseTo` of a message (of any root) that nobody has checked: only to find what it may answer to. nullopt: not
// there, or the gate refuses the bytes.
std::optional<std::string> unchecked_in_response_to(std::string_view xml);

// The form field SAMLResponse or SAMLRequest of the POST binding: base64 with white space anywhere. kTooLarge before
// anything is decoded, kBadBase64 for any other character and for wrong padding.
Result<std::string> decode_post_message(std::string_view field);

}  // namespace doorward::saml
