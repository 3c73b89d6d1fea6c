// The authorization response that a browser brings back from an identity provider (RFC 6749 section 4.1.2, RFC 9207).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace doorward::oidc {

inline constexpr std::size_t kMostStateBytes = 512;
inline constexpr std::size_t kMostCodeBytes = std::size_t{8} * 1024;

// Unverified: whoever can make a browser open a URL chooses all of it.
struct CallbackParameters {
  std::string state;
  std::string code;                   // empty: the provider refused
  std::optional<std::string> issuer;  // "iss"
  std::string error;                  // empty: there is a code
  std::string error_description;      // any text, up to the bound of the query
};

// `query` is what follows '?'. kMalformedRequest: no form (broken escapes, not UTF-8), a parameter twice, `code` and
// `error` together or neither, `code` or `state` beyond bounds. kState: no `state`. kPayloadTooLarge: over
// oauth::kMostFormBytes.
Result<CallbackParameters> read_callback(std::string_view query);

}  // namespace doorward::oidc
