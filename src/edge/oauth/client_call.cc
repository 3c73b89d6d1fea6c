#include "edge/oauth/client_call.h"

#include <cstdint>
#include <utility>

#include "base/log.h"
#include "protocol/oauth/token_response.h"

namespace doorward::edge {
namespace {

constexpr std::size_t kLoggedClientIdBytes = 64;
constexpr std::uint32_t kDefaultRetryAfterSeconds = 1;

}  // namespace

Result<void> check_form_post(const net::Request& request) {
  if (request.method != "POST") return failure(Reason::kMethodNotAllowed, "This endpoint answers POST only.");
  const std::string* type = net::find_header(request.headers, "content-type");
  if (type == nullptr || !oauth::is_form_media_type(*type)) {
    return failure(Reason::kUnsupportedMediaType, "Send the parameters as application/x-www-form-urlencoded.");
  }
  return {};
}

std::string_view authorization_of(const net::Request& request) {
  const std::string* authorization = net::find_header(request.headers, "authorization");
  return authorization == nullptr ? std::string_view() : *authorization;
}

Result<ClientForm> read_client_form(const net::Request& request) {
  DOORWARD_CHECK(check_form_post(request));
  DOORWARD_TRY(oauth::Form form, oauth::parse_form(request.body));
  DOORWARD_TRY(oauth::ClientCredential client,
               oauth::read_client_credential(form, request.query, authorization_of(request)));
  return ClientForm{std::move(form), std::move(client)};
}

net::Response oauth_answer(int status, std::string json) {
  net::Response response;
  response.status = status;
  response.headers = {{"content-type", "application/json"}, {"cache-control", "no-store"}, {"pragma", "no-cache"}};
  response.body = std::move(json);
  return response;
}

net::Response oauth_refusal(const net::Request& request, std::string_view event, std::string_view client_id,
                            const Error& error) {
  log::warning(event, {{"reason", reason_name(error.reason)},
                       {"client_id", client_id.substr(0, kLoggedClientIdBytes)},
                       {"source", request.peer},
                       {"request_id", request.request_id},
                       {"detail", error.detail}});
  const oauth::ErrorAnswer answer = oauth::error_answer(error.reason);
  net::Response response = oauth_answer(answer.status, oauth::error_response(error));
  response.reason = reason_name(error.reason);
  if (answer.challenge) response.headers.push_back({"www-authenticate", R"(Basic realm="Doorward", charset="UTF-8")"});
  if (answer.status == 429 || answer.status == 503) {
    response.headers.push_back(
        {"retry-after", std::to_string(error.retry_after_seconds.value_or(kDefaultRetryAfterSeconds))});
  }
  if (answer.status == 405) response.headers.push_back({"allow", "POST"});
  return response;
}

}  // namespace doorward::edge
