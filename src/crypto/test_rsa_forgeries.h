// What is no signature of RSASSA-PKCS1-v1_5 (RFC 8017 sections 8.2.2 and 9.2), though a check that parses what it
// should compare, or that skips a step, takes it for one. Made with the private key, as forgers without it would like
// to see the block after the public operation. For *_test.cc files only.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/key_handle.h"

namespace doorward::crypto::test {

// A private key without any of the padding's rules.
class RawRsa {
 public:
  explicit RawRsa(const Secret<std::string>& pkcs8)
      : key_(private_key_from_pkcs8("RSA", pkcs8)),
        modulus_(number_from(component(key_.get(), OSSL_PKEY_PARAM_RSA_N))),
        exponent_(number_from(component(key_.get(), OSSL_PKEY_PARAM_RSA_D))) {}

  // Of the modulus, in bytes.
  std::size_t size() const { return static_cast<std::size_t>(BN_num_bytes(modulus_.get())); }

  // What the public operation turns into `block`, which is below the modulus.
  std::string sign(std::string_view block) const {
    const std::unique_ptr<BN_CTX, FreeBy<BN_CTX_free>> context(BN_CTX_new());
    const OwnedNumber signature(BN_new());
    require(BN_mod_exp(signature.get(), number_from(block).get(), exponent_.get(), modulus_.get(), context.get()) == 1,
            "BN_mod_exp");
    return bytes(signature);
  }

  // The modulus, and what is so much above it.
  std::string modulus_and(int more) const { return sum(std::string(1, static_cast<char>(more))); }
  // The signature and the modulus together: the same number to the public operation. Maybe a byte longer.
  std::string sum(std::string_view signature) const {
    const OwnedNumber number = number_from(signature);
    require(BN_add(number.get(), number.get(), modulus_.get()) == 1, "BN_add");
    return bytes(number);
  }
  // The modulus without the signature: the public operation changes the sign, too.
  std::string difference(std::string_view signature) const {
    const OwnedNumber number = number_from(signature);
    require(BN_sub(number.get(), modulus_.get(), number.get()) == 1, "BN_sub");
    return bytes(number);
  }

 private:
  std::string bytes(const OwnedNumber& number) const {
    std::string text(std::max(size(), static_cast<std::size_t>(BN_num_bytes(number.get()))), '\0');
    require(BN_bn2binpad(number.get(), mutable_bytes(text), static_cast<int>(text.size())) > 0, "BN_bn2binpad");
    return text;
  }

  KeyHandle key_;
  OwnedNumber modulus_;
  OwnedNumber exponent_;
};

inline constexpr char kDerOctets = '\x04';
inline constexpr char kDerNull = '\x05';
inline constexpr char kDerName = '\x06';
inline constexpr char kDerSequence = '\x30';

inline std::string der(char tag, std::string_view content) {
  std::string text{tag};
  if (content.size() >= 0x80) text += '\x81';
  return text.append(1, static_cast<char>(content.size())).append(content);
}
// In BER, which has many ways to say a length.
inline std::string ber(char tag, std::string_view length_in_front, std::string_view content) {
  std::string text{tag};
  return text.append(length_in_front).append(1, static_cast<char>(content.size())).append(content);
}

// The object identifier's content (RFC 8017 appendix B.1).
inline std::string name_of(Digest digest) {
  std::string name = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";
  if (digest == Digest::kSha384) name.back() = '\x02';
  if (digest == Digest::kSha512) name.back() = '\x03';
  return name;
}
inline std::string digest_info(Digest digest, std::string_view message) {
  return der(kDerSequence, der(kDerSequence, der(kDerName, name_of(digest)) + der(kDerNull, "")) +
                               der(kDerOctets, crypto::digest(digest, message)));
}

// EM of section 9.2 but for its last part: 00, type, padding, 00.
inline std::string head(std::size_t padding, char type = '\x01', char with = '\xff') {
  return std::string{'\0', type}.append(padding, with).append(1, '\0');
}
inline std::string padded(std::string_view info, std::size_t size, char type = '\x01', char with = '\xff') {
  return head(size - info.size() - 3, type, with).append(info);
}

struct RsaForgery {
  std::string what;
  std::string signature;
};

inline std::vector<RsaForgery> rsa_forgeries(const Secret<std::string>& pkcs8, Digest digest,
                                             const std::string& message) {
  const RawRsa rsa(pkcs8);
  const std::size_t size = rsa.size();
  const Digest other = digest == Digest::kSha256 ? Digest::kSha512 : Digest::kSha256;
  const std::string hash = crypto::digest(digest, message);
  const std::string name = der(kDerName, name_of(digest));
  const std::string null = der(kDerNull, "");
  const std::string algorithm = der(kDerSequence, name + null);
  const std::string octets = der(kDerOctets, hash);
  const std::string info = digest_info(digest, message);
  const std::string garbage = der(kDerOctets, std::string(64, 'g'));
  const std::string genuine = rsa.sign(padded(info, size));

  std::vector<RsaForgery> made;
  const auto block = [&](std::string what, const std::string& text) {
    made.push_back({std::move(what), rsa.sign(text)});
  };
  const auto filled = [&](std::string what, std::string text) {
    text.resize(size, 'g');
    block(std::move(what), text);
  };
  const auto encoded = [&](std::string what, const std::string& text) { block(std::move(what), padded(text, size)); };
  const auto parts = [&](std::string what, const std::string& first, const std::string& second) {
    encoded(std::move(what), der(kDerSequence, first + second));
  };

  filled("garbage after the DigestInfo", head(8) + info);
  block("a byte after the DigestInfo", padded(info + std::string(1, '\0'), size));
  parts("garbage after the hash", algorithm, octets + garbage);
  parts("garbage for parameters", der(kDerSequence, name + garbage), octets);
  parts("garbage after the parameters", der(kDerSequence, name + null + garbage), octets);
  parts("a NULL that is not empty", der(kDerSequence, name + der(kDerNull, std::string(1, '\0'))), octets);
  parts("no parameters", der(kDerSequence, name), octets);

  const std::string two_zeros(2, '\0');
  const std::string content = algorithm + octets;
  encoded("BER length of the DigestInfo", ber(kDerSequence, "\x81", content));
  encoded("BER length with a zero", ber(kDerSequence, std::string("\x82\0", 2), content));
  encoded("BER without a length", std::string("\x30\x80").append(content).append(two_zeros));
  parts("BER length of the algorithm", ber(kDerSequence, "\x81", name + null), octets);
  parts("BER algorithm without a length", std::string("\x30\x80").append(name).append(null).append(two_zeros), octets);
  parts("BER length of the name", der(kDerSequence, ber(kDerName, "\x81", name_of(digest)) + null), octets);
  parts("BER length of the NULL", der(kDerSequence, name + ber(kDerNull, "\x81", "")), octets);
  parts("BER length of the hash", algorithm, ber(kDerOctets, "\x81", hash));
  parts("BER hash in pieces", algorithm,
        der('\x24', der(kDerOctets, hash.substr(0, 8)) + der(kDerOctets, hash.substr(8))));

  encoded("the hash alone", hash);
  encoded("the hash alone, as octets", octets);
  parts("no name", der(kDerSequence, null), octets);
  parts("no algorithm", "", octets);
  parts("no hash", algorithm, "");
  parts("another algorithm's name", der(kDerSequence, der(kDerName, name_of(other)) + null), octets);
  parts("SHA-1's name", der(kDerSequence, der(kDerName, "\x2b\x0e\x03\x02\x1a") + null), octets);
  parts("another algorithm's hash", algorithm, der(kDerOctets, crypto::digest(other, message)));
  encoded("another algorithm", digest_info(other, message));
  encoded("another message", digest_info(digest, message + " "));
  parts("a hash without its last byte", algorithm, der(kDerOctets, hash.substr(0, hash.size() - 1)));
  parts("a hash with one byte more", algorithm, der(kDerOctets, hash + std::string(1, '\0')));
  parts("an empty hash", algorithm, der(kDerOctets, ""));

  filled("seven bytes of padding", head(7) + info);
  filled("no padding", head(0) + info);
  for (const std::size_t at : {std::size_t{2}, size / 3, size - info.size() - 2}) {
    std::string bent = padded(info, size);
    bent[at] = '\xfe';
    block("a byte of the padding is 0xfe", bent);
  }
  block("padding of zeros", padded(info, size, '\x01', '\0'));
  block("padding of ones", padded(info, size, '\x01', '\x01'));
  std::string unparted = padded(info, size);
  unparted[size - info.size() - 1] = '\xff';
  block("no zero behind the padding", unparted);
  unparted[size - info.size() - 1] = '\x01';
  block("no zero behind the padding, but 0x01", unparted);
  block("block type 00, of zeros", padded(info, size, '\0', '\0'));
  block("block type 00", padded(info, size, '\0'));
  block("block type 02", padded(info, size, '\x02', '\xab'));
  block("block type 02, of 0xff", padded(info, size, '\x02'));
  block("block type 03", padded(info, size, '\x03'));
  std::string first = padded(info, size);
  first.front() = '\x01';
  block("0x01 in front", first);
  block("no zero in front", padded(info, size + 1).substr(1));

  const auto as_it_is = [&](std::string what, std::string signature) {
    made.push_back({std::move(what), std::move(signature)});
  };
  as_it_is("nothing", "");
  as_it_is("without its first byte", genuine.substr(1));
  as_it_is("without its last byte", genuine.substr(0, size - 1));
  as_it_is("a zero in front", std::string(1, '\0') + genuine);
  as_it_is("a zero behind", genuine + std::string(1, '\0'));
  as_it_is("twice", genuine + genuine);
  as_it_is("zero", std::string(size, '\0'));
  as_it_is("zero, in a byte", std::string(1, '\0'));
  as_it_is("one", std::string(size - 1, '\0') + '\x01');
  as_it_is("the modulus without one", rsa.difference("\x01"));
  as_it_is("the modulus", rsa.modulus_and(0));
  as_it_is("the modulus and one", rsa.modulus_and(1));
  as_it_is("the modulus and the signature", rsa.sum(genuine));
  as_it_is("the modulus without the signature", rsa.difference(genuine));
  as_it_is("the largest number", std::string(size, '\xff'));
  as_it_is("the block itself", padded(info, size));
  return made;
}

}  // namespace doorward::crypto::test
