#include "saml/generator/encryption.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

#include "base/encoding.h"
#include "saml/generator/answer.h"
#include "saml/generator/canonical.h"

namespace doorward::saml::test {
namespace {

constexpr std::size_t kTagBytes = 16;
constexpr std::string_view kEncryptedKey = "EncryptedKey";

void demand(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL refuses what the generator wants");
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* mutable_bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

struct Cipher {
  const EVP_CIPHER* cipher;
  bool gcm;
};

Cipher cipher_named(std::string_view uri) {
  if (uri.ends_with("aes128-gcm")) return {EVP_aes_128_gcm(), true};
  if (uri.ends_with("aes192-gcm")) return {EVP_aes_192_gcm(), true};
  if (uri.ends_with("aes128-cbc")) return {EVP_aes_128_cbc(), false};
  if (uri.ends_with("aes192-cbc")) return {EVP_aes_192_cbc(), false};
  if (uri.ends_with("aes256-cbc")) return {EVP_aes_256_cbc(), false};
  if (uri.ends_with("tripledes-cbc")) return {EVP_des_ede3_cbc(), false};
  return {EVP_aes_256_gcm(), true};
}

// Fixed: nothing here is secret, and tests are the same at every run.
std::string octets(std::size_t count, char first) {
  std::string made(count, first);
  for (std::size_t i = 0; i < count; ++i) made[i] = static_cast<char>(first + static_cast<char>(i));
  return made;
}

std::string enciphered(const Cipher& cipher, const std::string& key, std::string_view plaintext) {
  std::string iv = octets(static_cast<std::size_t>(EVP_CIPHER_get_iv_length(cipher.cipher)), 'a');
  EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
  demand(EVP_EncryptInit_ex(context, cipher.cipher, nullptr, bytes_of(key), bytes_of(iv)) == 1);
  std::string out(plaintext.size() + kTagBytes * 2, '\0');
  int first = 0;
  int last = 0;
  demand(EVP_EncryptUpdate(context, mutable_bytes(out), &first, bytes_of(plaintext),
                           static_cast<int>(plaintext.size())) == 1);
  demand(EVP_EncryptFinal_ex(context, mutable_bytes(out) + first, &last) == 1);
  out.resize(static_cast<std::size_t>(first + last));
  if (cipher.gcm) {
    std::string tag(kTagBytes, '\0');
    demand(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagBytes), tag.data()) == 1);
    out += tag;
  }
  EVP_CIPHER_CTX_free(context);
  return iv + out;
}

std::string wrapped(const Encrypting& encrypting, const std::string& content_key) {
  const unsigned char* at = bytes_of(encrypting.key->pin.der);
  X509* certificate = d2i_X509(nullptr, &at, static_cast<long>(encrypting.key->pin.der.size()));
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new(X509_get0_pubkey(certificate), nullptr);
  demand(EVP_PKEY_encrypt_init(context) == 1);
  const bool oaep = encrypting.key_transport.find("oaep") != std::string::npos;
  demand(EVP_PKEY_CTX_set_rsa_padding(context, oaep ? RSA_PKCS1_OAEP_PADDING : RSA_PKCS1_PADDING) == 1);
  if (oaep && !encrypting.oaep_digest.empty()) {
    const EVP_MD* digest = EVP_get_digestbyname(encrypting.oaep_digest.c_str());
    demand(EVP_PKEY_CTX_set_rsa_oaep_md(context, digest) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest) == 1);
  }
  std::size_t size = 0;
  demand(EVP_PKEY_encrypt(context, nullptr, &size, bytes_of(content_key), content_key.size()) == 1);
  std::string out(size, '\0');
  demand(EVP_PKEY_encrypt(context, mutable_bytes(out), &size, bytes_of(content_key), content_key.size()) == 1);
  out.resize(size);
  EVP_PKEY_CTX_free(context);
  X509_free(certificate);
  return out;
}

std::string digest_elements(const std::string& digest) {
  if (digest.empty()) return {};
  std::string uri = "http://www.w3.org/2001/04/xmlenc#" + digest;
  if (digest == "sha1") uri = "http://www.w3.org/2000/09/xmldsig#sha1";
  if (digest == "sha384") uri = "http://www.w3.org/2001/04/xmldsig-more#sha384";
  return "<ds:DigestMethod Algorithm=\"" + uri + "\"/><xenc11:MGF xmlns:xenc11=\"http://www.w3.org/2009/xmlenc11#\"" +
         " Algorithm=\"http://www.w3.org/2009/xmlenc11#mgf1" + digest + "\"/>";
}

std::string cipher_data(std::string_view octets) {
  return "<xenc:CipherData><xenc:CipherValue>" + base64_encode(octets) + "</xenc:CipherValue></xenc:CipherData>";
}

using Key = std::unique_ptr<EVP_PKEY, decltype([](EVP_PKEY* key) { EVP_PKEY_free(key); })>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype([](EVP_PKEY_CTX* context) { EVP_PKEY_CTX_free(context); })>;
using CipherContext =
    std::unique_ptr<EVP_CIPHER_CTX, decltype([](EVP_CIPHER_CTX* context) { EVP_CIPHER_CTX_free(context); })>;

std::string algorithm_of(const xmlNode* element, const char* method) {
  return attribute_of(child_named(element, method), "Algorithm");
}

std::optional<std::string> cipher_value(const xmlNode* element) {
  std::string text = content_of(child_named(child_named(element, "CipherData"), "CipherValue"));
  std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return base64_decode(text);
}

// By the end of a name: "#sha256", "#mgf1sha256". SHA-1 where nothing is said.
const EVP_MD* digest_at_end_of(std::string_view uri) {
  for (const char* name : {"sha256", "sha384", "sha512"}) {
    if (uri.ends_with(name)) return EVP_get_digestbyname(name);
  }
  return EVP_sha1();
}

std::optional<std::string> unwrapped(const xmlNode* encrypted_key, EVP_PKEY* own) {
  const auto ciphertext = cipher_value(encrypted_key);
  const xmlNode* method = child_named(encrypted_key, "EncryptionMethod");
  const std::string algorithm = attribute_of(method, "Algorithm");
  if (!ciphertext || algorithm.find("oaep") == std::string::npos) return std::nullopt;
  const EVP_MD* mask = algorithm.ends_with("mgf1p")
                           ? EVP_sha1()
                           : digest_at_end_of(attribute_of(child_named(method, "MGF"), "Algorithm"));
  const EVP_MD* digest = digest_at_end_of(attribute_of(child_named(method, "DigestMethod"), "Algorithm"));
  const KeyContext context(EVP_PKEY_CTX_new(own, nullptr));
  demand(EVP_PKEY_decrypt_init(context.get()) == 1 &&
         EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_OAEP_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_oaep_md(context.get(), digest) == 1 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context.get(), mask) == 1);
  std::string key(static_cast<std::size_t>(EVP_PKEY_get_size(own)), '\0');
  std::size_t size = key.size();
  if (EVP_PKEY_decrypt(context.get(), mutable_bytes(key), &size, bytes_of(*ciphertext), ciphertext->size()) != 1) {
    return std::nullopt;
  }
  key.resize(size);
  return key;
}

std::optional<std::string> deciphered(const Cipher& cipher, const std::string& key, std::string_view octets) {
  const auto iv_bytes = static_cast<std::size_t>(EVP_CIPHER_get_iv_length(cipher.cipher));
  const std::size_t tag_bytes = cipher.gcm ? kTagBytes : 0;
  if (key.size() != static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher.cipher))) return std::nullopt;
  if (octets.size() < iv_bytes + tag_bytes) return std::nullopt;
  const std::string_view body = octets.substr(iv_bytes, octets.size() - iv_bytes - tag_bytes);
  std::string tag(octets.substr(octets.size() - tag_bytes));
  const CipherContext context(EVP_CIPHER_CTX_new());
  demand(EVP_DecryptInit_ex(context.get(), cipher.cipher, nullptr, bytes_of(key), bytes_of(octets)) == 1);
  demand(EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1);
  if (cipher.gcm) {
    demand(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagBytes), tag.data()) == 1);
  }
  std::string plaintext(body.size() + kTagBytes * 2, '\0');
  int first = 0;
  int last = 0;
  if (EVP_DecryptUpdate(context.get(), mutable_bytes(plaintext), &first, bytes_of(body),
                        static_cast<int>(body.size())) != 1 ||
      EVP_DecryptFinal_ex(context.get(), mutable_bytes(plaintext) + first, &last) != 1) {
    return std::nullopt;
  }
  plaintext.resize(static_cast<std::size_t>(first + last));
  if (cipher.gcm) return plaintext;
  const auto padding = plaintext.empty() ? std::size_t{0} : static_cast<unsigned char>(plaintext.back());
  if (padding < 1 || padding > kTagBytes) return std::nullopt;
  plaintext.resize(plaintext.size() - padding);
  return plaintext;
}

}  // namespace

std::optional<std::string> decrypted(std::string_view answer, const TestKey& key) {
  const Document document = parsed(answer);
  const xmlNode* root = document == nullptr ? nullptr : xmlDocGetRootElement(document.get());
  const xmlNode* assertion = child_named(root, "EncryptedAssertion");
  const xmlNode* data = child_named(assertion, "EncryptedData");
  const auto octets = cipher_value(data);
  if (!octets) return std::nullopt;
  const Cipher cipher = cipher_named(algorithm_of(data, "EncryptionMethod"));
  const unsigned char* at = bytes_of(key.pkcs8);
  const Key own(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(key.pkcs8.size())));
  demand(own != nullptr);
  for (const xmlNode* place : {static_cast<const xmlNode*>(child_named(data, "KeyInfo")), assertion}) {
    for (const xmlNode* node = place == nullptr ? nullptr : place->children; node != nullptr; node = node->next) {
      if (node->type != XML_ELEMENT_NODE || reinterpret_cast<const char*>(node->name) != kEncryptedKey) continue;
      const auto content_key = unwrapped(node, own.get());
      if (!content_key) continue;
      if (auto plaintext = deciphered(cipher, *content_key, *octets)) return plaintext;
    }
  }
  return std::nullopt;
}

std::string encrypted(std::string_view plaintext, const Encrypting& encrypting) {
  const Cipher cipher = cipher_named(encrypting.algorithm);
  const std::string key = octets(static_cast<std::size_t>(EVP_CIPHER_get_key_length(cipher.cipher)), 'A');
  const std::string one_key = "<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm=\"" + encrypting.key_transport +
                              "\">" + digest_elements(encrypting.oaep_digest) + "</xenc:EncryptionMethod>" +
                              cipher_data(wrapped(encrypting, key)) + "</xenc:EncryptedKey>";
  const std::string keys = repeated(one_key, encrypting.keys);
  return R"(<saml:EncryptedAssertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion")"
         R"( xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">)"
         R"(<xenc:EncryptedData Type="http://www.w3.org/2001/04/xmlenc#Element"><xenc:EncryptionMethod Algorithm=")" +
         encrypting.algorithm + R"("/><ds:KeyInfo>)" + encrypting.in_key_info + (encrypting.key_beside ? "" : keys) +
         "</ds:KeyInfo>" + cipher_data(enciphered(cipher, key, plaintext)) + "</xenc:EncryptedData>" +
         (encrypting.key_beside ? keys : "") + "</saml:EncryptedAssertion>";
}

std::string encrypted_answer(std::string_view answer, const Encrypting& encrypting) {
  const std::string_view plain = assertion_of(answer);
  return replaced(answer, plain, encrypted(plain, encrypting));
}

}  // namespace doorward::saml::test
