#include "rpc/error_info.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "google/rpc/status.pb.h"
#include "rpc/json_writer.h"
#include "rpc/limits.h"
#include "rpc/message_plan.h"
#include "scalekit/v1/errdetails/errdetails.pb.h"

namespace doorward::rpc {
namespace {

using scalekit::v1::errdetails::ErrorInfo;

// At most `limit` bytes, not cut inside a UTF-8 sequence; what is not UTF-8 cannot travel in a string field.
std::string text_within(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    text = text.substr(0, limit);
  }
  return is_valid_utf8(text) ? std::string(text) : std::string("(text that is not UTF-8)");
}

ErrorInfo error_info(const Error& error, std::string_view request_id) {
  ErrorInfo info;
  info.set_error_code(error_code(error.reason));
  if (!error.message.empty()) {
    auto& sentence = *info.mutable_localized_message_info();
    sentence.set_locale("en");
    sentence.set_message(wire_message(error));
  }
  if (!request_id.empty()) info.mutable_request_info()->set_request_id(std::string(request_id));
  std::size_t left = kMaxViolationBytes;
  std::size_t count = 0;
  for (const FieldViolation& violation : error.violations) {
    const std::size_t size = violation.field.size() + violation.description.size() + violation.constraint.size();
    if (count == kMaxViolations || (size > left && count > 0)) break;
    ++count;
    left -= std::min(left, size);
    auto& sent = *info.mutable_validation_error_info()->add_field_violations();
    sent.set_field(text_within(violation.field, kMaxViolationBytes / 2));
    sent.set_description(text_within(violation.description, kMaxViolationBytes / 2));
    sent.set_constraint(violation.constraint);
  }
  return info;
}

std::string unpadded_base64(std::string_view bytes) {
  std::string text = base64_encode(bytes);
  while (text.ends_with('=')) text.pop_back();
  return text;
}

const MessagePlan& error_info_plan() {
  static PlanSet plans;
  static const MessagePlan* const plan = plans.plan(ErrorInfo::descriptor()).value();
  return *plan;
}

}  // namespace

std::string error_code(Reason reason) {
  std::string text(reason_name(reason));
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return text;
}

int http_status(Code code) {
  switch (code) {
    case Code::kOk:
      return 200;
    case Code::kCancelled:
      return 499;
    case Code::kInvalidArgument:
    case Code::kFailedPrecondition:
    case Code::kOutOfRange:
      return 400;
    case Code::kUnauthenticated:
      return 401;
    case Code::kPermissionDenied:
      return 403;
    case Code::kNotFound:
      return 404;
    case Code::kAlreadyExists:
    case Code::kAborted:
      return 409;
    case Code::kResourceExhausted:
      return 429;
    case Code::kUnimplemented:
      return 501;
    case Code::kUnavailable:
      return 503;
    case Code::kDeadlineExceeded:
      return 504;
    case Code::kUnknown:
    case Code::kInternal:
    case Code::kDataLoss:
      return 500;
  }
  return 500;
}

std::string connect_code(Code code) {
  if (code == Code::kCancelled) return "canceled";  // as Connect spells it
  return ascii_lower(code_name(code));
}

int http_status(const Error& error) {
  switch (error.reason) {
    case Reason::kMethodNotAllowed:
      return 405;
    case Reason::kPayloadTooLarge:
      return 413;
    case Reason::kUnsupportedMediaType:
    case Reason::kUnsupportedEncoding:
      return 415;
    default:
      return http_status(error.code());
  }
}

Code wire_code(const Error& error, ErrorSource source) {
  const Code code = error.code();
  if (code == Code::kUnauthenticated && source == ErrorSource::kHandler) return Code::kInvalidArgument;
  return code;
}

std::string status_details(const Error& error, Code code, std::string_view message, std::string_view request_id) {
  google::rpc::Status status;
  status.set_code(static_cast<int>(code));
  status.set_message(std::string(message));
  status.add_details()->PackFrom(error_info(error, request_id));
  return unpadded_base64(status.SerializeAsString());
}

std::string error_detail(const Error& error, std::string_view request_id) {
  return unpadded_base64(error_info(error, request_id).SerializeAsString());
}

std::string error_json(const Error& error, std::string_view request_id) {
  std::string out;
  write_json(error_info(error, request_id), error_info_plan(), out);
  return out;
}

std::string wire_message(const Error& error) { return text_within(error.message, kMaxErrorMessageBytes); }

std::optional<std::uint32_t> retry_after(const Error& error) {
  if (error.retry_after_seconds) return error.retry_after_seconds;
  if (error.code() == Code::kUnavailable || error.reason == Reason::kRateLimited) return 1;
  return std::nullopt;
}

net::Response rest_error(const Error& error, ErrorSource source, std::string_view request_id) {
  net::Response response;
  const Code code = wire_code(error, source);
  response.status = code == error.code() ? http_status(error) : http_status(code);
  response.headers.push_back({"content-type", "application/json"});
  if (const auto seconds = retry_after(error)) response.headers.push_back({"retry-after", fmt::to_string(*seconds)});
  // RFC 9110 section 11.6.1: a 401 names the scheme that would help (RFC 6750 section 3).
  if (response.status == 401) response.headers.push_back({"www-authenticate", "Bearer"});
  // RFC 9110 section 12.5.3: a refusal of a content coding names those that are taken.
  if (error.reason == Reason::kUnsupportedEncoding) response.headers.push_back({"accept-encoding", "gzip"});
  response.body = error_json(error, request_id);
  return response;
}

}  // namespace doorward::rpc
