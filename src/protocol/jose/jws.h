// JSON Web Signature, compact serialization (RFC 7515 section 7.1), strict: three parts, unpadded base64url of which
// each value has one text, a header with unique members, an algorithm of algorithm.h that is the key's own. Tokens of
// our own name their key (`kid`); those of others may leave that out. Keys in the header (`jwk`, `jku`, `x5u`, `x5c`)
// are never looked at. Pure and safe from any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "protocol/jose/algorithm.h"
#include "protocol/jose/verification_key.h"

namespace doorward::jose {

inline constexpr std::size_t kMostTokenBytes = std::size_t{16} * 1024;
// With a certificate chain (`x5c`) that nobody reads.
inline constexpr std::size_t kMostHeaderBytes = std::size_t{8} * 1024;
inline constexpr std::size_t kMostKeyIdBytes = 256;

struct JwsHeader {
  Algorithm algorithm = Algorithm::kRs256;
  std::string key_id;  // empty when absent
  std::string type;    // "typ" as sent; empty when absent
};

// A token whose form is right and whose signature nobody has checked: good for choosing the key, for nothing else.
struct UnverifiedJws {
  JwsHeader header;
  std::string signing_input;  // the first two parts with their dot
  std::string payload;        // decoded
  std::string signature;      // decoded
};

// kJwtMalformed: not three parts, over `most_bytes`, base64url or JSON not strict, `kid` empty or too long, `typ` not a
// string; `crit` or `b64`, which ask for an extension (none is understood: RFC 7515 section 4.1.11); `enc` or `zip`,
// which belong to encryption. kAlgForbidden: `alg` absent or not in the table.
Result<UnverifiedJws> parse_compact(std::string_view token, std::size_t most_bytes = kMostTokenBytes);

// Returns the key of a `kid`, or nullptr. The key must outlive the call of verify_compact.
using FindKey = std::function<const VerificationKey*(std::string_view key_id)>;

class ForeignKeySet;
struct ForeignRules;

// A token whose signature is right. Only verify_compact and verify_foreign (foreign_jws.h) make one.
class VerifiedJws {
 public:
  const JwsHeader& header() const { return header_; }
  const std::string& payload() const { return payload_; }

 private:
  friend Result<VerifiedJws> verify_compact(std::string_view, const FindKey&, std::string_view);
  friend Result<VerifiedJws> verify_foreign(std::string_view, const ForeignKeySet&, const ForeignRules&);
  VerifiedJws(JwsHeader header, std::string payload) : header_(std::move(header)), payload_(std::move(payload)) {}
  JwsHeader header_;
  std::string payload_;
};

// A token of our own. What parse_compact refuses, and:
// kJwtMalformed: no `kid`; kTypeMismatch: `typ` is not `expected_type`, compared without case and without an
// "application/" before it (RFC 7515 section 4.1.9); kUnknownKid: no such key; kAlgForbidden: the key is for another
// algorithm; kSignatureInvalid. Everything cheap is checked before the signature.
Result<VerifiedJws> verify_compact(std::string_view token, const FindKey& find_key, std::string_view expected_type);

// Whether the type of a header is `expected`, as RFC 7515 section 4.1.9 compares them.
bool is_type(const JwsHeader& header, std::string_view expected);

// The first two parts of a new token, joined by their dot: what is to be signed.
std::string signing_input(const JwsHeader& header, std::string_view payload);

// The whole token.
std::string append_signature(std::string signing_input, std::string_view signature);

}  // namespace doorward::jose
