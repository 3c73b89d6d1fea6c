#include "protocol/saml/decryption.h"

#include <libxml/tree.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "crypto/aead.h"
#include "crypto/aes_cbc.h"
#include "crypto/rsa_key.h"
#include "protocol/oidc/mismatch.h"
#include "protocol/saml/names.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward::saml {
namespace {

constexpr std::string_view kElementType = "http://www.w3.org/2001/04/xmlenc#Element";

struct ContentAlgorithm {
  std::string_view uri;
  std::size_t key_bytes;
  bool cbc;
};
constexpr auto kContentAlgorithms = std::to_array<ContentAlgorithm>({{kAes128Gcm, 16, false},
                                                                     {kAes192Gcm, 24, false},
                                                                     {kAes256Gcm, 32, false},
                                                                     {kAes128Cbc, 16, true},
                                                                     {kAes192Cbc, 24, true},
                                                                     {kAes256Cbc, 32, true}});

struct DigestName {
  std::string_view uri;
  crypto::OaepDigest digest;
};
constexpr auto kOaepDigests = std::to_array<DigestName>({{kDigestSha1, crypto::OaepDigest::kSha1},
                                                         {kDigestSha256, crypto::OaepDigest::kSha256},
                                                         {kDigestSha384, crypto::OaepDigest::kSha384},
                                                         {kDigestSha512, crypto::OaepDigest::kSha512}});
constexpr auto kMaskFunctions =
    std::to_array<DigestName>({{"http://www.w3.org/2009/xmlenc11#mgf1sha1", crypto::OaepDigest::kSha1},
                               {"http://www.w3.org/2009/xmlenc11#mgf1sha256", crypto::OaepDigest::kSha256},
                               {"http://www.w3.org/2009/xmlenc11#mgf1sha384", crypto::OaepDigest::kSha384},
                               {"http://www.w3.org/2009/xmlenc11#mgf1sha512", crypto::OaepDigest::kSha512}});

struct WrappedKey {
  crypto::OaepDigest digest = crypto::OaepDigest::kSha1;
  crypto::OaepDigest mgf1 = crypto::OaepDigest::kSha1;
  std::string ciphertext;
};

struct Encryption {
  ContentAlgorithm algorithm;
  std::string ciphertext;
  std::vector<WrappedKey> keys;
};

tl::unexpected<Error> misshapen(const char* detail) {
  return tl::unexpected(
      make_error(Reason::kEncShape, "The encrypted assertion is not of the form that SAML has.", detail));
}

tl::unexpected<Error> forbidden(std::string_view algorithm) {
  return tl::unexpected(make_error(Reason::kEncAlgForbidden,
                                   "The assertion is encrypted with an algorithm that is not accepted.",
                                   oidc::mismatch("AES-GCM with RSA-OAEP", algorithm)));
}

std::string algorithm_of(const _xmlNode& element) {
  const _xmlNode* method = find_child(element, kEncryptionNs, "EncryptionMethod");
  return method == nullptr ? std::string() : attribute(*method, "Algorithm").value_or("");
}

// The octets in CipherData/CipherValue; nullopt for a CipherReference, and for what is no base64.
std::optional<std::string> cipher_value(const _xmlNode& element) {
  const _xmlNode* data = find_child(element, kEncryptionNs, "CipherData");
  const _xmlNode* value = data == nullptr ? nullptr : first_element(*data);
  if (value == nullptr || !is_element(*value, kEncryptionNs, "CipherValue") || next_element(*value) != nullptr) {
    return std::nullopt;
  }
  std::optional<std::string> text = text_of(*value);
  if (!text) return std::nullopt;
  std::erase_if(*text, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return base64_decode(*text);
}

// The EncryptedKeys of a KeyInfo are taken wherever SAML lets them stand, so a RetrievalMethod that points at one has
// nothing to add; one that points out of the message is refused.
Result<void> collect_keys(const _xmlNode& parent, std::vector<const _xmlNode*>& keys) {
  for (const _xmlNode& child : elements_of(parent)) {
    if (is_element(child, kEncryptionNs, "EncryptedKey")) keys.push_back(&child);
    if (local_name(child) == "RetrievalMethod" && !attribute(child, "URI").value_or("").starts_with('#')) {
      return misshapen("RetrievalMethod");
    }
    if (local_name(child) == "KeyInfoReference") return misshapen("KeyInfoReference");
    if (local_name(child) == "AgreementMethod") return forbidden(attribute(child, "Algorithm").value_or(""));
  }
  if (keys.size() > kMostEncryptedKeys) return misshapen("too many EncryptedKey");
  return {};
}

std::optional<crypto::OaepDigest> find_digest(std::span<const DigestName> names, const _xmlNode* method) {
  if (method == nullptr) return crypto::OaepDigest::kSha1;  // XML Encryption 5.5.2: the default of both
  const auto found = std::ranges::find(names, attribute(*method, "Algorithm").value_or(""), &DigestName::uri);
  if (found == names.end()) return std::nullopt;
  return found->digest;
}

Result<WrappedKey> read_key(const _xmlNode& element) {
  const std::string algorithm = algorithm_of(element);
  if (algorithm != kRsaOaepMgf1p && algorithm != kRsaOaep) return forbidden(algorithm);
  const _xmlNode& method = *find_child(element, kEncryptionNs, "EncryptionMethod");
  if (find_child(method, kEncryptionNs, "OAEPparams") != nullptr) return forbidden("OAEPparams");
  const _xmlNode* mask = find_child(method, kEncryption11Ns, "MGF");
  const auto digest = find_digest(kOaepDigests, find_child(method, kSignatureNs, "DigestMethod"));
  const auto mgf1 = find_digest(kMaskFunctions, algorithm == kRsaOaep ? mask : nullptr);
  if (!digest || !mgf1) return forbidden("digest of RSA-OAEP");
  if (const _xmlNode* info = find_child(element, kSignatureNs, "KeyInfo")) {
    std::vector<const _xmlNode*> nested;
    DOORWARD_CHECK(collect_keys(*info, nested));
    if (!nested.empty()) return misshapen("an EncryptedKey in an EncryptedKey");
  }
  auto ciphertext = cipher_value(element);
  if (!ciphertext) return misshapen("CipherData of the EncryptedKey");
  return WrappedKey{.digest = *digest, .mgf1 = *mgf1, .ciphertext = *std::move(ciphertext)};
}

Result<Encryption> read(const _xmlNode& encrypted, bool allow_cbc) {
  const _xmlNode* data = first_element(encrypted);
  if (data == nullptr || !is_element(*data, kEncryptionNs, "EncryptedData")) return misshapen("EncryptedData");
  if (attribute(*data, "Type").value_or(std::string(kElementType)) != kElementType) return misshapen("Type");
  std::vector<const _xmlNode*> keys;
  if (const _xmlNode* info = find_child(*data, kSignatureNs, "KeyInfo")) DOORWARD_CHECK(collect_keys(*info, keys));
  DOORWARD_CHECK(collect_keys(encrypted, keys));
  if (keys.empty()) return misshapen("no EncryptedKey");

  const std::string algorithm = algorithm_of(*data);
  const auto found = std::ranges::find(kContentAlgorithms, algorithm, &ContentAlgorithm::uri);
  if (found == kContentAlgorithms.end() || (found->cbc && !allow_cbc)) return forbidden(algorithm);
  Encryption encryption{.algorithm = *found};
  for (const _xmlNode* key : keys) {
    DOORWARD_TRY(WrappedKey wrapped, read_key(*key));
    encryption.keys.push_back(std::move(wrapped));
  }
  auto ciphertext = cipher_value(*data);
  if (!ciphertext) return misshapen("CipherData");
  encryption.ciphertext = *std::move(ciphertext);
  return encryption;
}

// XML Encryption 5.2.1: the last octet counts the padding, whose other octets may be anything. Where it does not fit,
// all is kept, so that what follows costs the same time.
DecryptedAssertion without_padding(std::string plaintext) {
  const auto padding = static_cast<unsigned char>(plaintext.back());
  const bool fits = padding >= 1 && padding <= crypto::kAesBlockBytes;
  if (fits) plaintext.resize(plaintext.size() - padding);
  return {.xml = std::move(plaintext), .authenticated = false, .padding_fits = fits};
}

// nullopt: the key is another, or the content was changed.
std::optional<DecryptedAssertion> decrypt(const Encryption& encryption, const Secret<std::string>& key) {
  const std::string_view octets = encryption.ciphertext;
  if (key.reveal().size() != encryption.algorithm.key_bytes) return std::nullopt;
  const std::size_t iv_bytes = encryption.algorithm.cbc ? crypto::kAesBlockBytes : crypto::kAeadNonceBytes;
  if (octets.size() < iv_bytes) return std::nullopt;
  const std::string_view iv = octets.substr(0, iv_bytes);
  if (encryption.algorithm.cbc) {
    auto plaintext = crypto::decrypt_aes_cbc(key, iv, octets.substr(iv_bytes));
    if (!plaintext) return std::nullopt;
    return without_padding(*std::move(plaintext));
  }
  auto plaintext = crypto::open_aes_gcm(key, iv, octets.substr(iv_bytes));
  if (!plaintext) return std::nullopt;
  return DecryptedAssertion{.xml = *std::move(plaintext), .authenticated = true};
}

}  // namespace

tl::unexpected<Error> decryption_failed() {
  return failure(Reason::kDecryptFailed, "The assertion cannot be decrypted with any of our keys.");
}

Result<DecryptedAssertion> decrypt_assertion(const _xmlNode& encrypted, std::span<const Secret<std::string>> keys,
                                             bool allow_cbc) {
  DOORWARD_TRY(const Encryption encryption, read(encrypted, allow_cbc));
  std::size_t operations = 0;
  for (const Secret<std::string>& der : keys) {
    const auto own = crypto::RsaPrivateKey::from_pkcs8(der);
    if (!own) continue;
    for (const WrappedKey& wrapped : encryption.keys) {
      if (operations++ == kMostKeyOperations) return decryption_failed();
      const auto key = own->decrypt_oaep(wrapped.digest, wrapped.mgf1, wrapped.ciphertext);
      if (!key) continue;
      if (auto decrypted = decrypt(encryption, *key)) return *std::move(decrypted);
    }
  }
  return decryption_failed();
}

}  // namespace doorward::saml
