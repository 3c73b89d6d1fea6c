// Names that SAML 2.0 and the standards below it fix.
#pragma once

#include <string_view>

#include "domain/saml_settings.h"

namespace doorward::saml {

// Namespaces, by the prefix that everybody gives them.
inline constexpr std::string_view kAssertionNs = "urn:oasis:names:tc:SAML:2.0:assertion";
inline constexpr std::string_view kProtocolNs = "urn:oasis:names:tc:SAML:2.0:protocol";
inline constexpr std::string_view kMetadataNs = "urn:oasis:names:tc:SAML:2.0:metadata";
inline constexpr std::string_view kSignatureNs = "http://www.w3.org/2000/09/xmldsig#";
inline constexpr std::string_view kEncryptionNs = "http://www.w3.org/2001/04/xmlenc#";
inline constexpr std::string_view kEncryption11Ns = "http://www.w3.org/2009/xmlenc11#";
inline constexpr std::string_view kExclusiveC14nNs = "http://www.w3.org/2001/10/xml-exc-c14n#";
inline constexpr std::string_view kSchemaInstanceNs = "http://www.w3.org/2001/XMLSchema-instance";

// SAML bindings 3.
inline constexpr std::string_view kHttpRedirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
inline constexpr std::string_view kHttpPostBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";

// SAML core 3.7.3.
inline constexpr std::string_view kLogoutByUser = "urn:oasis:names:tc:SAML:2.0:logout:user";

// SAML core 8.3.
inline constexpr std::string_view kNameIdUnspecified = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
inline constexpr std::string_view kNameIdEmail = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
inline constexpr std::string_view kNameIdTransient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
inline constexpr std::string_view kNameIdPersistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
inline constexpr std::string_view kNameIdEntity = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
inline constexpr std::string_view kNameIdEncrypted = "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted";

// SAML profiles 3.3.
inline constexpr std::string_view kBearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

// SAML core 3.2.2.2.
inline constexpr std::string_view kStatusSuccess = "urn:oasis:names:tc:SAML:2.0:status:Success";
inline constexpr std::string_view kStatusRequester = "urn:oasis:names:tc:SAML:2.0:status:Requester";
inline constexpr std::string_view kStatusResponder = "urn:oasis:names:tc:SAML:2.0:status:Responder";
inline constexpr std::string_view kStatusPartialLogout = "urn:oasis:names:tc:SAML:2.0:status:PartialLogout";
inline constexpr std::string_view kStatusRequestDenied = "urn:oasis:names:tc:SAML:2.0:status:RequestDenied";
inline constexpr std::string_view kStatusUnknownPrincipal = "urn:oasis:names:tc:SAML:2.0:status:UnknownPrincipal";

// Algorithms (XML Signature 6, RFC 9231).
inline constexpr std::string_view kExclusiveC14n = "http://www.w3.org/2001/10/xml-exc-c14n#";
inline constexpr std::string_view kEnvelopedTransform = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
inline constexpr std::string_view kDigestSha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
inline constexpr std::string_view kDigestSha384 = "http://www.w3.org/2001/04/xmldsig-more#sha384";
inline constexpr std::string_view kDigestSha512 = "http://www.w3.org/2001/04/xmlenc#sha512";
inline constexpr std::string_view kDigestSha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
inline constexpr std::string_view kRsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
inline constexpr std::string_view kRsaSha384 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384";
inline constexpr std::string_view kRsaSha512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512";
inline constexpr std::string_view kEcdsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
inline constexpr std::string_view kEcdsaSha384 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
inline constexpr std::string_view kEcdsaSha512 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512";
inline constexpr std::string_view kRsaSha1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1";

// Encryption (XML Encryption 5).
inline constexpr std::string_view kAes128Gcm = "http://www.w3.org/2009/xmlenc11#aes128-gcm";
inline constexpr std::string_view kAes192Gcm = "http://www.w3.org/2009/xmlenc11#aes192-gcm";
inline constexpr std::string_view kAes256Gcm = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
inline constexpr std::string_view kAes128Cbc = "http://www.w3.org/2001/04/xmlenc#aes128-cbc";
inline constexpr std::string_view kAes192Cbc = "http://www.w3.org/2001/04/xmlenc#aes192-cbc";
inline constexpr std::string_view kAes256Cbc = "http://www.w3.org/2001/04/xmlenc#aes256-cbc";
inline constexpr std::string_view kRsaOaepMgf1p = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
inline constexpr std::string_view kRsaOaep = "http://www.w3.org/2009/xmlenc11#rsa-oaep";

inline constexpr std::string_view kVersion = "2.0";

// The format's URI; empty for kNil.
std::string_view name_id_format_uri(NameIdFormat format);

}  // namespace doorward::saml
