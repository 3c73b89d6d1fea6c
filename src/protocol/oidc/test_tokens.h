// For the unit tests of this folder: a provider's tokens and what a refusal was for.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "protocol/jose/foreign_jws.h"
#include "protocol/jose/jwk.h"
#include "protocol/jose/test_keys.h"

namespace doorward::oidc::test {

inline constexpr Timestamp kNow{std::chrono::seconds(1'800'000'000)};
inline constexpr std::string_view kIssuer = "https://idp.test";
inline constexpr std::string_view kClientId = "client-1";

// The text of the reason; "none" for a success.
template <class T>
std::string reason_of(const Result<T>& result) {
  return result ? "none" : std::string(reason_name(result.error().reason));
}

inline std::string text_of(Reason reason) { return std::string(reason_name(reason)); }

inline jose::VerifiedJws signed_text(std::string_view payload, jose::Algorithm algorithm = jose::Algorithm::kRs256) {
  const jose::PrivateKey& key = jose::test::private_key(algorithm);
  const std::vector keys{key.verification_key("k1")};
  return jose::verify_foreign(key.sign_compact("k1", "JWT", payload),
                              *jose::ForeignKeySet::read(jose::to_key_set(keys)), {})
      .value();
}

inline jose::VerifiedJws signed_claims(const boost::json::object& claims,
                                       jose::Algorithm algorithm = jose::Algorithm::kRs256) {
  return signed_text(boost::json::serialize(claims), algorithm);
}

}  // namespace doorward::oidc::test
