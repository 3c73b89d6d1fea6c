// A certificate of an identity provider as people and metadata write it (S-54).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/saml_settings.h"

namespace doorward::saml {

inline constexpr std::size_t kMostCertificateTextBytes = std::size_t{32} * 1024;

// PEM with anything around the one block, or the base64 between its lines alone. An expired one is read: whether it
// counts is for the check (SamlSettings::allow_expired_certificates).
//
// kCertificateInvalid, with a sentence that says why: a private key, more than one certificate, no certificate, an RSA
// key below 2,048 or above 4,096 bits, an elliptic curve other than P-256, P-384 and P-521, another kind of key.
Result<PinnedCertificate> read_certificate(std::string_view text, Timestamp create_time);
Result<PinnedCertificate> read_certificate_der(std::string_view der, Timestamp create_time);

// With its BEGIN and END lines, 64 characters a line.
std::string to_pem(std::string_view certificate_der);

}  // namespace doorward::saml
