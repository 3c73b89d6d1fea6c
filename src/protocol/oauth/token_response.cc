#include "protocol/oauth/token_response.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "protocol/oauth/error_description.h"

namespace doorward::oauth {
namespace {

namespace json = boost::json;

ErrorAnswer answer_by_code(Code code) {
  switch (code) {
    case Code::kInvalidArgument:
    case Code::kOutOfRange:
    case Code::kFailedPrecondition:
      return {400, "invalid_request", false};
    case Code::kUnauthenticated:
      return {401, "invalid_client", true};
    case Code::kNotFound:
      return {404, "invalid_request", false};
    case Code::kResourceExhausted:
      return {429, "temporarily_unavailable", false};
    case Code::kUnavailable:
      return {503, "temporarily_unavailable", false};
    case Code::kDeadlineExceeded:
      return {504, "temporarily_unavailable", false};
    default:
      return {500, "server_error", false};
  }
}

}  // namespace

std::string token_response(const TokenAnswer& answer) {
  json::object document{{"access_token", answer.access_token.reveal()},
                        {"token_type", "Bearer"},
                        {"expires_in", answer.expires_in.count()},
                        {"scope", answer.scope}};
  if (!answer.id_token.reveal().empty()) document["id_token"] = answer.id_token.reveal();
  if (!answer.refresh_token.reveal().empty()) document["refresh_token"] = answer.refresh_token.reveal();
  return json::serialize(document);
}

ErrorAnswer error_answer(Reason reason) {
  switch (reason) {
    case Reason::kUnsupportedGrantType:
      return {400, "unsupported_grant_type", false};
    case Reason::kInvalidScope:
      return {400, "invalid_scope", false};
    case Reason::kInvalidGrant:
    case Reason::kCodeReuse:
    case Reason::kRefreshReuse:
      return {400, "invalid_grant", false};
    case Reason::kUnauthorizedClient:
      return {400, "unauthorized_client", false};
    case Reason::kUnsupportedResponseType:  // of a pushed request (RFC 9126 section 2.3)
      return {400, "unsupported_response_type", false};
    case Reason::kRequestNotSupported:
      return {400, "request_not_supported", false};
    case Reason::kUnsupportedTokenType:
      return {400, "unsupported_token_type", false};  // RFC 7009 section 2.2.1
    case Reason::kMethodNotAllowed:
      return {405, "invalid_request", false};
    case Reason::kPayloadTooLarge:
      return {413, "invalid_request", false};
    case Reason::kUnsupportedMediaType:
      return {415, "invalid_request", false};
    default:
      return answer_by_code(reason_code(reason));
  }
}

std::string error_response(const Error& error) {
  return json::serialize(json::object{{"error", error_answer(error.reason).code},
                                      {"error_description", error_description(error.message)}});
}

}  // namespace doorward::oauth
