// What a SAML connection is configured with: the identity provider as its metadata or administrator describe it, and
// how strictly its answers are judged.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

// Numbers as on the wire (scalekit.v1.connections).
enum class SamlBinding : std::uint8_t { kUnspecified = 0, kHttpPost = 1, kHttpRedirect = 2 };
enum class NameIdFormat : std::uint8_t { kNil = 0, kUnspecified = 1, kEmail = 2, kTransient = 3, kPersistent = 4 };
// Which of Response and Assertion must be signed. kNoSigning is stored for clients that write it, and judged as
// kResponseOrAssertion: what nobody signed is never accepted.
enum class SamlSigningOption : std::uint8_t {
  kUnspecified = 0,
  kNoSigning = 1,
  kResponse = 2,
  kAssertion = 3,
  kResponseAndAssertion = 4,
  kResponseOrAssertion = 5,
};

// Certificates of one provider that are trusted at a time: the one in use, the next, and one to spare for each of two
// sites.
inline constexpr std::size_t kMostPinnedCertificates = 4;
inline constexpr std::chrono::seconds kSamlClockSkew{120};
inline constexpr std::chrono::seconds kMostSamlClockSkew{300};
// How long from now an assertion may be good. Beyond the most nobody could remember for long enough that it was used.
inline constexpr std::chrono::seconds kLeastSamlAssertionLife{60};
inline constexpr std::chrono::seconds kMostSamlAssertionLife{std::chrono::hours(24)};
inline constexpr std::size_t kMostSamlEntityIdBytes = 1024;  // SAML core 8.3.6
inline constexpr std::size_t kMostSamlAcsAliases = 5;

// A certificate that answers of the provider are checked against. Only its key counts, and its dates where
// allow_expired_certificates is off; never its issuer.
struct PinnedCertificate {
  std::string id;   // first 16 hexadecimal digits of the SHA-256 of `der`
  std::string der;  // X.509
  std::string subject;
  std::string issuer;
  Timestamp not_before;
  Timestamp not_after;
  Timestamp create_time;
  std::optional<Timestamp> warn_time;  // when its coming end was announced
};

// What a provider's metadata says of it.
struct SamlProviderDescription {
  std::string entity_id;
  std::string sso_url;
  SamlBinding sso_binding = SamlBinding::kUnspecified;
  std::string slo_url;
  std::string slo_response_url;  // empty: as slo_url
  SamlBinding slo_binding = SamlBinding::kUnspecified;
  std::vector<PinnedCertificate> certificates;
  bool want_requests_signed = false;
};

struct SamlSettings {
  SamlProviderDescription provider;
  NameIdFormat name_id_format = NameIdFormat::kNil;  // kNil: none is asked for
  SamlSigningOption signing_option = SamlSigningOption::kUnspecified;
  bool assertion_encrypted = false;  // plain ones are refused
  bool want_request_signed = false;  // ours are signed, also when the provider does not ask for it
  std::string certificate_id;        // of our key; empty: the environment's current one
  bool force_authn = false;
  bool login_hint_as_subject = false;                 // the request names the person (SAML core 3.4.1)
  std::vector<std::string> authn_context_class_refs;  // asked for exactly; empty: any
  bool slo_required = false;                          // the application's logout logs out at the provider too
  std::string default_redirect_uri;  // where an IdP-initiated login goes when the client has no initiate-login URL
  std::chrono::seconds clock_skew = kSamlClockSkew;
  std::chrono::seconds assertion_life = kMostSamlAssertionLife;  // one that is good for longer is refused

  // Of Doorward at this provider, where they are not the ones derived from the connection's id.
  std::string sp_entity_id;              // empty: derived
  std::vector<std::string> acs_aliases;  // absolute URLs that also end at our ACS, or did in the product of before

  // Each weakens what is refused by default.
  bool allow_sha1 = false;
  bool allow_cbc = false;  // AES-CBC of encrypted assertions
  bool allow_comments = false;
  bool allow_advice = false;  // assertions inside Advice, which are never read
  bool allow_expired_certificates = false;

  // Where the description comes from. A change of keys or entity id waits for an administrator.
  std::string metadata_url;                      // empty: given as XML or by fields
  std::string metadata_certificate_der;          // the metadata's own signer; empty: it need not be signed
  std::optional<Timestamp> metadata_fetch_time;  // of the last success
  std::string metadata_error;                    // of the last try; empty: it succeeded
  std::optional<SamlProviderDescription> pending_description;
  std::string declined_description;  // id of the one that an administrator declined: it is not offered again
};

// A key pair of Doorward's own as service provider: it signs requests, and providers encrypt to it. One of an
// environment is current; others serve the connections that name them until they are removed.
enum class SamlKeyState : std::uint8_t { kCurrent = 1, kRetired = 2 };
struct SamlKey {
  EnvironmentId environment_id;
  SamlCertificateId id;
  SamlKeyState state = SamlKeyState::kCurrent;
  std::string certificate_der;     // self-signed, X.509
  std::string sealed_private_key;  // envelope text, place {"saml_keys", id, "private_key"}: PKCS #8, DER
  Timestamp not_after;
  Timestamp create_time;
  std::optional<Timestamp> retire_time;
  std::optional<Timestamp> decrypt_until;  // of a retired one; what is encrypted to it is refused after
};

}  // namespace doorward
