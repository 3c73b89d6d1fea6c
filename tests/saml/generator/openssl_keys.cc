#include "saml/generator/openssl_keys.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include <array>
#include <map>
#include <memory>
#include <stdexcept>

#include "base/encoding.h"

namespace doorward::saml::test {
namespace {

template <auto Free>
struct FreeBy {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>>;

constexpr std::string_view kProviderKey =
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCPeXJXr9L0Obi+YIPizE7JuuW9prWHhJu/qlrbz00ay4CAKnlouIP9M9b77/5y"
    "eTgZAte6r1OnKN7lweqVddaSAb0Wy10jfwkOhbBIEPzQML81y7LVwFGOHmzLOWv1KIUvxPGyW9vkq5j6Fj21pFSnc57YkyueQ4lmykeFv1gasMRp"
    "uN0kdkkjcrJ7u4gaTp+NC9qIkcGUp8aMEQQZO5gAkR74hr3fMc9wArTCSFX+vBcjmqJnptxix+GdqIe0bhsVI3etDe1i99ETDyOUtiGX8euZJrUJ"
    "WzH327m3EV6q5ZcH8pc2yj7PQ60ckljvVMXUnaJ6tp8ADygCCFHCjn8rAgMBAAECggEAECMVlcA8XA9xSdRa28j6pEeQVyw80aZmytVzIl2mwKNF"
    "QOUbbQhdLBRHE2TIZoFff7dT9/bdU/lNrLjf/3nWrZW4JKwF6Jv9XZ6dbQBKzHMXJoqn2CZ+kHC38C71XLMh28rCcTr8uLOw4TwG1SXLsbPYQ2gL"
    "frb+PstJ5RoC46l1TcjgeiKrVmSEOx2BQaQEl8i0aCuaXsydFN36hWQWHSzNOEA+07kdKYemi/Dh9OIKr6ABC0jWelumMcTtWHPPNtLEyCULxZ81"
    "daYSrUAOMOMu2p7FAI1aAok4/3qpdmfJtCAax4YAu6mDfkV2J1YHcORjKDWen02aVSouHYlndQKBgQDGPbzEFf1NbKRqsw0RZ5RSPNUi1b2ZOUeQ"
    "1RE13bsjxlgq/nWH1Fm4yFxE4SCO8q2eYUEDd2kHPnRmDlNO0rsKqdtGxW5Z8qqIuEOsJWDNsZBm0sBhXE6PNUGU+FUJ9zZe7LDNCiotvq18Z52D"
    "+BoZShqt8//c7l396eFo8yQi/QKBgQC5Rs6t7oKcNGTsRBj/EN768lcLY/H3UN7eQQaBrj7lNNMsxR3s4ofO+R8Xhf9iaG6wROehoymfSsp1sYC/"
    "EhWdto9HjrcG/ai6vhqWXLuwvx4Kp3H96qjWU5AAT+mpRc7DAA2B1U9rsUvtMBNTznGzIAegpm4Y7O8nEb/p9dlnRwKBgQCM5H/ulPpMNrS8KLlW"
    "71jZAecxNNvltHIKm4P51rcUe/lZxTPe76s8yxnY0nADaLLAZ7p/LjT1MwwjJHdNBDRvJb10lQkS4IcXWG6wQHiGeHZ6vbqA98vVuDH+IGjABnUc"
    "DfiyIVFM5cIDMtkeXAyggKxpiYsFiFxBBCJyJqw+OQKBgFHWaOyC8cY1jm6eFbx0o0mNSc2KNBLd8dOSPWGCqd1sW+rmlrVPylUtzQIC+i9pmZra"
    "lMXc4EGwM4WRBiFfx5SGUvt0mnvIB4OU/QF1rKIBiS+DjuJtiG5DMtQweDGA2DdiCpVSt2YGRldaaO8XvTk16KiZWwA/h9NmD7M0GPd5AoGAVCop"
    "G89DQk82FEEF+UIXnHxUyEfO3XDfDUVg7zA8y3GOpGsmgPZcTmCyuNdbCVJlgpbRNZehNzvdFUISV4QZVGsHlPyBYtRRNr/HWStdL6ZeOkiBWkzR"
    "dG8cfMTHul5H57zan/857g0d62NkRyTtv1hwBWlThlP0PG08/pS6e3c=";

constexpr std::string_view kOwnKey =
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC0DcktTeruQEMfrgkVrnt44KytXI8Q/ZAmdMSdj6bAqMs2C+2FkAPqQta52ecQ"
    "ZoYH+CCKxDtp5dtUR7kJbDegj46stnNjTYWQA1hcOw5FbNkIN6KnoCR3m4VKBnhYwY48ezS23KusApOiyqBo15yzEoi6VUsumlZzi4SALWJG0U4X"
    "MCMfe2nVkqyXyJK/QwGLmYgB6CkfXUKdDiOK2DzU/3V8qRAGPBtreCjnQQvi/lCbmnhuHGwogUWkSKfIQEyvLtx+bKwhZetv2OPL5qkBs+O0qEtd"
    "laCUrgDFcaOCQHXeRNFXUEug+MIedgZuzwvPyxxQg6dtjFdinIUNvSvzAgMBAAECggEAGXfRuvzIfEbOt85wLobtpB1zj1oGSorzNt1RalAFcD7v"
    "74ckY74JL7ugj81Ip8M4tivcvoQfO01uBq/WdoS+IZHsxnVQQP2YJNS0TOd1j1BkKotkEH3QarKu2descjF+owNyY2M3TS9YHrC2m93Tpmi6ulCS"
    "P9dI3zMe3NqOiiGX7gfaO/8Rgehq0TWLY+ZQ4wl5fOLPMXpgsQ11B1LQbW/vjKXDJvHcPiwZ8K2jL2zUYTJ4UXesw8BBITMxCpyO5WpGf/OprXDg"
    "eKDWS9I/WYv66iL9zUAIKY2l/40GFpdDA8rxBr/g7rmVWDqyAN4j3GjL71GIL7lvPzhbxHfGAQKBgQDubJ8BO+XaV5PWS4saxqhW5sOAcYHivT+M"
    "eBhA94XecWdts+5tlyoRcuqEefoKeA36PL4kKG9U8jHxSzxbbIA78OtzT1tUKgAEqLVXcd/fRnUkNy2EDxWgdtoJkenvdib1+Dc+zBO3Yj6/527P"
    "pMo56CtmL54BRBvmMKWsnbmQgQKBgQDBU6NL3pPOikJPfKskh/BriBr/7p3yT/Tj8oeVq8s5Gb0ed+N02RZ63TQ3/CyNn0xb8r+RFZG+lKxQ0/xG"
    "O6vrWhhxWhbEPuh44Uhcx17n5MxLcdQI+IIrtLoTAUvJYJ9WY+2D6nyaBxgC8CodOpPZu4fXfEPxkvFToMU4TCBCcwKBgGc3tw59s+B2kZXwVmRd"
    "JHuao4Bzo1tZuq1BQJ6/icDnL3OatdnT2256ZXS8qbbmioaOzXIx3yDTSTPA8nxR2KIahpQBAvTIygE6WGdm8RhkFEp9aMMHFMHHMlV6SeBVMkDC"
    "GIijKNX3PlsuAhb6rGGtVTyD2M+LgNiCrvavwaoBAoGAIm/dlLQvLAlgynvwmG9GmkECXjiJFhK8EqavFDAn4SH+mCDO+Y95+6TPmnFnFksb9P0G"
    "trda4NHm5/b65x/V/fRsijR7/bUe//lRRIWXGEOfSIkcNgTeWx60TpJah6KYf3EJbAgm7eD5m/xf5Bj9ITnQdsgB6lQ8fKMUvnSBApUCgYEAia2+"
    "EBHsJ/VkWmhZlZPy1puX9xqogiSKO3PcX07qIZ74ZsFdgDrfg+OaUlvzw7yrjSx/6pNrBSHmtz+wgMN7xUM7AtvYENoMYX6V93BRozv2VCthoQwX"
    "DuFuV/5OniDeouciXz+IW7ldzRV3abqh5okvQ4QNN4Hfz/Pz1BVYwTM=";

void demand(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL refuses what the generator wants");
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

template <class Write>
std::string der_of(Write write) {
  unsigned char* out = nullptr;
  const int size = write(&out);
  demand(size > 0);
  std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  return der;
}

Key private_key(std::string_view pkcs8) {
  const unsigned char* at = bytes_of(pkcs8);
  Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pkcs8.size())));
  demand(key != nullptr);
  return key;
}

std::string pkcs8_of(EVP_PKEY* key) {
  PKCS8_PRIV_KEY_INFO* info = EVP_PKEY2PKCS8(key);
  demand(info != nullptr);
  std::string der = der_of([&](unsigned char** out) { return i2d_PKCS8_PRIV_KEY_INFO(info, out); });
  PKCS8_PRIV_KEY_INFO_free(info);
  return der;
}

TestKey with_certificate(const Key& key, const char* name) {
  constexpr std::chrono::hours kHalfLife{24 * 183};
  const Certificate certificate(X509_new());
  const Timestamp begin = kNow - kHalfLife;
  const Timestamp end = kNow + kHalfLife;
  demand(X509_set_version(certificate.get(), 2) == 1);
  demand(ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1) == 1);
  demand(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), to_unix_seconds(begin)) != nullptr);
  demand(ASN1_TIME_set(X509_getm_notAfter(certificate.get()), to_unix_seconds(end)) != nullptr);
  demand(X509_set_pubkey(certificate.get(), key.get()) == 1);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  demand(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes_of(name), -1, -1, 0) == 1);
  demand(X509_set_issuer_name(certificate.get(), subject) == 1);
  demand(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  TestKey made{.pkcs8 = pkcs8_of(key.get()), .pin = {}};
  made.pin.der = der_of([&](unsigned char** out) { return i2d_X509(certificate.get(), out); });
  made.pin.id = hex_encode(digest_octets("", made.pin.der).substr(0, 8));
  made.pin.not_before = begin;
  made.pin.not_after = end;
  return made;
}

TestKey new_rsa(const char* name) { return with_certificate(Key(EVP_RSA_gen(2048U)), name); }

const EVP_MD* digest_named_in(std::string_view algorithm) {
  if (algorithm.ends_with("sha1")) return EVP_sha1();
  if (algorithm.ends_with("sha224")) return EVP_sha224();
  if (algorithm.ends_with("sha384")) return EVP_sha384();
  if (algorithm.ends_with("sha512")) return EVP_sha512();
  if (algorithm.ends_with("md5")) return EVP_md5();
  return EVP_sha256();
}

// Of r, and of s.
std::size_t half_of(const EVP_PKEY* key) { return (static_cast<std::size_t>(EVP_PKEY_get_bits(key)) + 7) / 8; }

std::string side_by_side(std::string_view der, std::size_t half) {
  const unsigned char* at = bytes_of(der);
  const EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  demand(signature != nullptr);
  std::string both(half * 2, '\0');
  auto* out = reinterpret_cast<unsigned char*>(both.data());
  demand(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, static_cast<int>(half)) >= 0);
  demand(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + half, static_cast<int>(half)) >= 0);
  return both;
}

// Empty: not two numbers of that size.
std::string der_of_halves(std::string_view both, std::size_t half) {
  if (both.size() != half * 2) return {};
  const EcSignature signature(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(bytes_of(both), static_cast<int>(half), nullptr);
  BIGNUM* s = BN_bin2bn(bytes_of(both.substr(half)), static_cast<int>(half), nullptr);
  demand(ECDSA_SIG_set0(signature.get(), r, s) == 1);
  return der_of([&](unsigned char** out) { return i2d_ECDSA_SIG(signature.get(), out); });
}

}  // namespace

const TestKey& provider_key() {
  static const TestKey key = with_certificate(private_key(*base64_decode(kProviderKey)), "idp.test");
  return key;
}

const TestKey& other_key() {
  static const TestKey key = new_rsa("other.test");
  return key;
}

const TestKey& ec_key(std::string_view curve) {
  static std::map<std::string, TestKey, std::less<>> keys;
  const auto found = keys.find(curve);
  if (found != keys.end()) return found->second;
  const std::string name(curve);
  return keys.emplace(name, with_certificate(Key(EVP_EC_gen(name.c_str())), name.c_str())).first->second;
}

const TestKey& own_key(int number) {
  static const std::array keys{with_certificate(private_key(*base64_decode(kOwnKey)), "sp.test"), new_rsa("sp2.test")};
  return keys.at(static_cast<std::size_t>(number));
}

std::string sign_octets(const TestKey& key, std::string_view algorithm, std::string_view octets,
                        std::string_view hmac_key) {
  const EVP_MD* digest = digest_named_in(algorithm);
  if (!hmac_key.empty()) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
    unsigned int size = 0;
    demand(HMAC(digest, hmac_key.data(), static_cast<int>(hmac_key.size()), bytes_of(octets), octets.size(), mac.data(),
                &size) != nullptr);
    return {reinterpret_cast<char*>(mac.data()), size};
  }
  const Key own = private_key(key.pkcs8);
  const DigestContext context(EVP_MD_CTX_new());
  demand(EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, own.get()) == 1);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(own.get())), '\0');
  std::size_t size = signature.size();
  demand(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes_of(octets),
                        octets.size()) == 1);
  signature.resize(size);
  return EVP_PKEY_is_a(own.get(), "EC") == 1 ? side_by_side(signature, half_of(own.get())) : signature;
}

bool verify_octets(std::string_view certificate_der, std::string_view algorithm, std::string_view octets,
                   std::string_view signature) {
  const unsigned char* at = bytes_of(certificate_der);
  const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(certificate_der.size())));
  demand(certificate != nullptr);
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  const bool is_ec = EVP_PKEY_is_a(key, "EC") == 1;
  if (is_ec != (algorithm.find("#ecdsa-") != std::string_view::npos)) return false;
  const std::string raw = is_ec ? der_of_halves(signature, half_of(key)) : std::string(signature);
  const DigestContext context(EVP_MD_CTX_new());
  demand(EVP_DigestVerifyInit(context.get(), nullptr, digest_named_in(algorithm), nullptr, key) == 1);
  return EVP_DigestVerify(context.get(), bytes_of(raw), raw.size(), bytes_of(octets), octets.size()) == 1;
}

std::string digest_octets(std::string_view algorithm, std::string_view octets) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  demand(EVP_Digest(octets.data(), octets.size(), digest.data(), &size, digest_named_in(algorithm), nullptr) == 1);
  return {reinterpret_cast<char*>(digest.data()), size};
}

}  // namespace doorward::saml::test
