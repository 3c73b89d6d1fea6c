// Tokens that somebody else signed, under the keys that they publish: ID tokens, logout tokens, client assertions. Pure
// and safe from any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "protocol/jose/algorithm.h"
#include "protocol/jose/jws.h"
#include "protocol/jose/verification_key.h"

namespace doorward::jose {

// Larger than our own: an identity provider may put every group of a person into its tokens.
inline constexpr std::size_t kMostForeignTokenBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMostKeysInSet = 64;
inline constexpr std::size_t kMostKeySetBytes = std::size_t{256} * 1024;
// Of the keys that could have signed a token which names none.
inline constexpr std::size_t kMostKeysTried = 4;

// A JWK set (RFC 7517 section 5) of somebody else: keys with or without `kid`, and RSA keys without `alg`, which are
// good for each RSA algorithm. Immutable.
class ForeignKeySet {
 public:
  // A set without keys.
  ForeignKeySet() = default;

  // Every usable signature key; others are passed over. kJwkInvalid: not a set, over kMostKeySetBytes or
  // kMostKeysInSet, or two different usable keys with one `kid` that fit one algorithm, because nothing would say which
  // is meant.
  static Result<ForeignKeySet> read(std::string_view text);

  std::span<const VerificationKey> keys() const { return keys_; }

  // Those that could have signed a token with this header: all that fit its algorithm when it names no key.
  std::vector<const VerificationKey*> fitting(const JwsHeader& header) const;

  // Whether the set has a key of this name, usable or not.
  bool names(std::string_view key_id) const;

 private:
  std::vector<VerificationKey> keys_;
  // Of keys that are not for verifying signatures, or not with an algorithm of the table.
  std::vector<std::string> unusable_key_ids_;
};

// What was agreed with the issuer, never what the token says.
struct ForeignRules {
  std::optional<Algorithm> pinned;      // absent: any of the table that the key fits
  std::vector<std::string_view> types;  // accepted values of "typ"; empty: any. A token without "typ" is accepted
};

// What parse_compact refuses (tokens may be kMostForeignTokenBytes long and lack `kid`), and:
// kAlgForbidden: not the pinned algorithm, or the key that `kid` names is not for verifying with it. kTypeMismatch.
// kUnknownKid: the set has no such key; or the token names none, and more than kMostKeysTried keys fit or none of them
// has signed it. This is the moment to fetch the set anew, once.
// kSignatureInvalid: the key that `kid` names has not signed it.
Result<VerifiedJws> verify_foreign(std::string_view token, const ForeignKeySet& keys, const ForeignRules& rules);

}  // namespace doorward::jose
