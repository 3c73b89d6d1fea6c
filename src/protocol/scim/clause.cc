#include "protocol/scim/clause.h"

namespace doorward::scim {

std::string_view clause_of(Reason reason) {
  switch (reason) {
    case Reason::kScimInvalidFilter:
      return "RFC 7644 section 3.4.2.2";
    case Reason::kScimTooMany:
      return "RFC 7644 section 3.4.2";
    case Reason::kScimInvalidCursor:
    case Reason::kScimExpiredCursor:
    case Reason::kScimInvalidCount:
      return "RFC 9865 section 2.1";
    case Reason::kScimMutability:
    case Reason::kScimUniqueness:
      return "RFC 7643 section 7";
    case Reason::kScimInvalidSyntax:
    case Reason::kMalformedRequest:
      return "RFC 7644 section 3.12";
    case Reason::kScimInvalidPath:
      return "RFC 7644 section 3.5.2";
    case Reason::kScimNoTarget:
      return "RFC 7644 section 3.5.2.3";
    case Reason::kScimInvalidValue:
    case Reason::kInvalidArgument:
      return "RFC 7643 section 2.3";
    case Reason::kScimSensitive:
      return "RFC 7644 section 7.5.2";
    case Reason::kScimVersionMismatch:
      return "RFC 7644 section 3.14";
    case Reason::kUserNameTaken:
      return "RFC 7643 section 4.1.1";
    case Reason::kGroupNameTaken:
    case Reason::kExternalIdTaken:
      return "RFC 7644 section 3.3";
    case Reason::kDirectorySecretInvalid:
    case Reason::kDirectoryDisabled:
      return "RFC 7644 section 2";
    case Reason::kTokenExpired:
    case Reason::kTokenRevoked:
    case Reason::kWrongTokenClass:
      return "RFC 6750 section 3.1";
    case Reason::kDirectoryUserNotFound:
    case Reason::kDirectoryGroupNotFound:
    case Reason::kDirectoryNotFound:
    case Reason::kScimResourceNotFound:
    case Reason::kRouteNotFound:
    case Reason::kPayloadTooLarge:
      return "RFC 7644 section 3.12";
    case Reason::kMethodNotAllowed:
      return "RFC 9110 section 15.5.6";
    case Reason::kUnsupportedMediaType:
      return "RFC 7644 section 3.8";
    case Reason::kRateLimited:
      return "RFC 6585 section 4";
    default:
      return {};
  }
}

}  // namespace doorward::scim
