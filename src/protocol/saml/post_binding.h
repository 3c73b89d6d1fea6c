// The HTTP-POST binding as it arrives (SAML bindings 3.5): a form with a message in base64.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "protocol/saml/redirect_binding.h"

namespace doorward::saml {

// A message of kMostXmlBytes in base64, with line ends, and every character that a form escapes.
inline constexpr std::size_t kMostPostFormBytes = std::size_t{1} * 1024 * 1024;
inline constexpr std::size_t kMostPostFields = 64;

struct PostedMessage {
  MessageKind kind = MessageKind::kRequest;
  std::string message;  // base64, as it came
  std::string relay_state;
};

// `body` of application/x-www-form-urlencoded and the query that it was posted with. kTooLarge over kMostPostFormBytes,
// before anything is decoded, and for a RelayState over kMostReceivedRelayStateBytes; kDuplicateParam: any of
// SAMLRequest, SAMLResponse and RelayState twice, in the query too, or a request and a response; kMalformedRequest: a
// broken escape, more than kMostPostFields fields, no message. Other fields are ignored.
Result<PostedMessage> read_post(std::string_view body, std::string_view query);

// Whether it is worth reading: one of its fields has the name of a message.
bool looks_like_post(std::string_view body);

}  // namespace doorward::saml
