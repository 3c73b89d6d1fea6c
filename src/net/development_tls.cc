#include "net/development_tls.h"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <memory>
#include <stdexcept>
#include <utility>

namespace doorward::net {
namespace {

constexpr unsigned kKeyMode = 0600;
constexpr unsigned kCertificateMode = 0644;
constexpr int kSerialBits = 127;  // RFC 5280 section 4.1.2.2: positive, at most 20 bytes
constexpr std::chrono::hours kClockSkew{1};

template <auto free>
struct Free {
  template <class T>
  void operator()(T* pointer) const {
    free(pointer);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

struct Signed {
  Key key;
  Certificate certificate;
  explicit operator bool() const { return key && certificate; }
};

// OpenSSL fails here only for want of memory or by a bug of ours.
void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(fmt::format("development TLS: {}", what));
}

Key read_key(const std::string& path) {
  const Bio file(BIO_new_file(path.c_str(), "r"));
  return Key(file ? PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr) : nullptr);
}

Certificate read_certificate(const std::string& path) {
  const Bio file(BIO_new_file(path.c_str(), "r"));
  return Certificate(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(EVP_PKEY* key) {
  const Bio out(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "key to PEM");
  return text_of(out);
}

std::string pem(X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(out.get(), certificate) == 1, "certificate to PEM");
  return text_of(out);
}

Timestamp end_of(const X509* certificate) {
  std::tm parts{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts);
  return from_micros(std::int64_t{timegm(&parts)} * 1'000'000);
}

Key new_key() {
  Key key(EVP_EC_gen("P-256"));
  require(key != nullptr, "new key");
  return key;
}

struct Profile {
  const char* name;
  Timestamp end;
  std::initializer_list<std::pair<int, const char*>> extensions;
};

// `issuer` signs; nullptr means the certificate signs itself.
Certificate sign(EVP_PKEY* key, const Signed* issuer, const Profile& profile, Timestamp now) {
  Certificate made(X509_new());
  require(made && X509_set_version(made.get(), X509_VERSION_3) == 1, "new certificate");
  const std::unique_ptr<BIGNUM, Free<BN_free>> serial(BN_new());
  require(serial && BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(made.get())) != nullptr,
          "serial");
  require(ASN1_TIME_set(X509_getm_notBefore(made.get()), to_unix_seconds(now - kClockSkew)) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(made.get()), to_unix_seconds(profile.end)) != nullptr,
          "validity");
  X509_NAME* name = X509_get_subject_name(made.get());
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(profile.name),
                                     -1, -1, 0) == 1,
          "name");
  X509* signer = issuer != nullptr ? issuer->certificate.get() : made.get();
  require(X509_set_issuer_name(made.get(), X509_get_subject_name(signer)) == 1 && X509_set_pubkey(made.get(), key) == 1,
          "issuer");
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, signer, made.get(), nullptr, nullptr, 0);
  for (const auto& [nid, value] : profile.extensions) {
    const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    require(extension && X509_add_ext(made.get(), extension.get(), -1) == 1, "extension");
  }
  require(X509_sign(made.get(), issuer != nullptr ? issuer->key.get() : key, EVP_sha256()) > 0, "signature");
  return made;
}

Certificate make_ca(EVP_PKEY* key, Timestamp now) {
  return sign(key, nullptr,
              {"Doorward development CA",
               now + kDevelopmentCaLifetime,
               {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                {NID_key_usage, "critical,keyCertSign,cRLSign"},
                // No constraint on addresses: the TLS library under gRPC's C core knows none of that type, and refuses
                // a chain in which one applies.
                {NID_name_constraints, "critical,permitted;DNS:localhost"},
                {NID_subject_key_identifier, "hash"}}},
              now);
}

Certificate make_leaf(EVP_PKEY* key, const Signed& ca, Timestamp now) {
  return sign(key, &ca,
              {"localhost",
               std::min(now + kDevelopmentCertificateLifetime, end_of(ca.certificate.get())),
               {{NID_basic_constraints, "critical,CA:FALSE"},
                {NID_key_usage, "critical,digitalSignature"},
                {NID_ext_key_usage, "serverAuth"},
                {NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:0:0:0:0:0:0:0:1"},
                {NID_subject_key_identifier, "hash"},
                {NID_authority_key_identifier, "keyid:always"}}},
              now);
}

bool lasts(const Signed& pair, Timestamp now) {
  return pair && X509_check_private_key(pair.certificate.get(), pair.key.get()) == 1 &&
         end_of(pair.certificate.get()) - now > kDevelopmentRenewBefore;
}

}  // namespace

Result<DevelopmentTls> ensure_development_tls(const std::string& folder, Timestamp now, const WriteFile& write_file) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return tl::unexpected(internal_error(fmt::format("cannot make {}: {}", folder, std::strerror(errno))));
  }
  const std::string ca_key_file = folder + "/ca.key";
  DevelopmentTls files{folder + "/ca.pem", folder + "/cert.pem", folder + "/key.pem"};

  // Each pair is made key first: a crash between the two leaves a pair that does not fit, which is made again here.
  Signed ca{read_key(ca_key_file), read_certificate(files.ca_file)};
  if (!lasts(ca, now)) {
    ca.key = new_key();
    ca.certificate = make_ca(ca.key.get(), now);
    DOORWARD_CHECK(write_file(ca_key_file, pem(ca.key.get()), kKeyMode));
    DOORWARD_CHECK(write_file(files.ca_file, pem(ca.certificate.get()), kCertificateMode));
  }

  Signed leaf{read_key(files.key_file), read_certificate(files.certificate_file)};
  if (lasts(leaf, now) && X509_verify(leaf.certificate.get(), ca.key.get()) == 1) return files;
  if (!leaf.key) {
    leaf.key = new_key();
    DOORWARD_CHECK(write_file(files.key_file, pem(leaf.key.get()), kKeyMode));
  }
  leaf.certificate = make_leaf(leaf.key.get(), ca, now);
  DOORWARD_CHECK(write_file(files.certificate_file, pem(leaf.certificate.get()), kCertificateMode));
  return files;
}

}  // namespace doorward::net
