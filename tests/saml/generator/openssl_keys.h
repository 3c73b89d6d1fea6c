// Keys for the generator, with self-signed certificates, by OpenSSL directly.
#pragma once

#include <string>
#include <string_view>

#include "domain/saml_settings.h"

namespace doorward::saml::test {

inline constexpr Timestamp kNow{std::chrono::seconds(1'800'000'000)};  // 2027-01-15T08:00:00Z

struct TestKey {
  std::string pkcs8;      // DER
  PinnedCertificate pin;  // valid for a year around kNow
};

// The identity provider's: RSA, and the same at every run, since the seeds of the fuzzer are signed with it.
const TestKey& provider_key();
// Of nobody that is trusted, unless a test does.
const TestKey& other_key();
// "P-256", "P-384", "P-521".
const TestKey& ec_key(std::string_view curve);
// Of ourselves, to decrypt with: the first, which is the same at every run, too; the second.
const TestKey& own_key(int number = 0);

// By the algorithm that the URI names: RSA (PKCS #1 v1.5) or ECDSA (r and s side by side) with any SHA; HMAC where
// `hmac_key` is not empty. Of an algorithm that is not known, RSA with SHA-256.
std::string sign_octets(const TestKey& key, std::string_view algorithm, std::string_view octets,
                        std::string_view hmac_key = {});
bool verify_octets(std::string_view certificate_der, std::string_view algorithm, std::string_view octets,
                   std::string_view signature);

// By the digest that the URI names; SHA-256 of one that is not known.
std::string digest_octets(std::string_view algorithm, std::string_view octets);

}  // namespace doorward::saml::test
