// Encrypted assertions, by OpenSSL directly, with whatever a test changes about them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "saml/generator/openssl_keys.h"

namespace doorward::saml::test {

struct Encrypting {
  const TestKey* key = &own_key(0);
  std::string algorithm = "http://www.w3.org/2009/xmlenc11#aes256-gcm";
  std::string key_transport = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
  std::string oaep_digest;  // "sha256" …: of rsa-oaep, with DigestMethod and MGF; empty: SHA-1, unsaid
  std::string in_key_info;  // XML, before the EncryptedKey
  bool key_beside = false;  // the EncryptedKey behind the EncryptedData, not in it
  std::size_t keys = 1;     // EncryptedKeys
};

// EncryptedAssertion with `plaintext` in it.
std::string encrypted(std::string_view plaintext, const Encrypting& encrypting = {});

// What the EncryptedAssertion of an answer holds, opened by this key with OpenSSL and libxml2 directly; nullopt:
// nothing that it opens.
std::optional<std::string> decrypted(std::string_view answer, const TestKey& key);

// `answer` with its assertion, as it stands, encrypted.
std::string encrypted_answer(std::string_view answer, const Encrypting& encrypting = {});

}  // namespace doorward::saml::test
