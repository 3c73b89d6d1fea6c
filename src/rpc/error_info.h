// The one error type on the two wires.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/http.h"

namespace doorward::rpc {

// Stable code for callers: the reason in capitals, for example "ORGANIZATION_NOT_FOUND".
std::string error_code(Reason reason);

// HTTP status of a code as google.rpc.Code and Connect have it: 499 for cancelled, 404 for not found.
int http_status(Code code);

// The code as Connect spells it: "not_found".
std::string connect_code(Code code);

// REST status of an error: by code, with a few reasons that HTTP has a closer status for (404 route, 405, 413, 415).
int http_status(const Error& error);

// What an error of a handler means on the wire. UNAUTHENTICATED says "your bearer is bad" and makes clients fetch a new
// token and repeat, some without bound; so an error of that code that does not come from the authenticator is sent as
// INVALID_ARGUMENT. Its reason stays.
enum class ErrorSource : std::uint8_t { kAuthentication, kHandler };
Code wire_code(const Error& error, ErrorSource source);

// google.rpc.Status with the ErrorInfo as its detail, serialized and in unpadded base64, as grpc-status-details-bin
// carries it. `code` and `message` are those of the call's grpc-status and grpc-message.
std::string status_details(const Error& error, Code code, std::string_view message, std::string_view request_id);

// The ErrorInfo alone, serialized and in unpadded base64, as a detail of a Connect error carries it.
std::string error_detail(const Error& error, std::string_view request_id);
inline constexpr std::string_view kErrorDetailType = "scalekit.v1.errdetails.ErrorInfo";

// ErrorInfo as JSON, the whole body of a refused REST call.
std::string error_json(const Error& error, std::string_view request_id);

// The message as sent: at most kMaxErrorMessageBytes, cut at a character.
std::string wire_message(const Error& error);

// The seconds for Retry-After: the error's own, 1 for other unavailable and resource-exhausted errors, else none.
std::optional<std::uint32_t> retry_after(const Error& error);

// A refused REST call: status, ErrorInfo JSON, Retry-After, WWW-Authenticate.
net::Response rest_error(const Error& error, ErrorSource source, std::string_view request_id);

}  // namespace doorward::rpc
