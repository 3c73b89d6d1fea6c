#include "edge/oauth/token_exchange.h"

#include <cstdint>
#include <string>
#include <utility>

#include "base/log.h"
#include "protocol/oauth/token_response.h"

namespace doorward::edge {
namespace {

constexpr std::size_t kLoggedClientIdBytes = 64;
constexpr std::uint32_t kDefaultRetryAfterSeconds = 1;

net::Response respond(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}, {"pragma", "no-cache"}};
  response.body = std::move(body);
  return response;
}

net::Response refuse(const Error& error) {
  const oauth::ErrorAnswer answer = oauth::error_answer(error.reason);
  net::Response response = respond(answer.status, oauth::error_response(error));
  if (answer.challenge) response.headers.push_back({"www-authenticate", R"(Basic realm="Doorward", charset="UTF-8")"});
  if (answer.status == 429 || answer.status == 503) {
    response.headers.push_back(
        {"retry-after", std::to_string(error.retry_after_seconds.value_or(kDefaultRetryAfterSeconds))});
  }
  if (answer.status == 405) response.headers.push_back({"allow", "POST"});
  return response;
}

void log_refusal(const net::Request& request, std::string_view client_id, const Error& error) {
  log::warning("token.refused", {{"reason", reason_name(error.reason)},
                                 {"client_id", client_id.substr(0, kLoggedClientIdBytes)},
                                 {"source", request.peer},
                                 {"request_id", request.request_id},
                                 {"detail", error.detail}});
}

}  // namespace

Result<oauth::ClientCredentialsGrant> read_grant(const net::Request& request) {
  if (request.method != "POST") {
    return failure(Reason::kMethodNotAllowed, "The token endpoint answers POST only.");
  }
  const std::string* type = net::find_header(request.headers, "content-type");
  if (type == nullptr || !oauth::is_form_media_type(*type)) {
    return failure(Reason::kUnsupportedMediaType, "Send the parameters as application/x-www-form-urlencoded.");
  }
  const std::string* authorization = net::find_header(request.headers, "authorization");
  return oauth::parse_token_request(request.body, request.query,
                                    authorization == nullptr ? std::string_view() : *authorization);
}

net::Response answer_grant(const net::Request& request, std::string_view client_id, const Result<IssuedToken>& issued) {
  if (issued) return respond(200, oauth::token_response(issued->access_token, issued->expires_in, issued->scope));
  log_refusal(request, client_id, issued.error());
  return refuse(issued.error());
}

}  // namespace doorward::edge
