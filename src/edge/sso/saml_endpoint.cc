#include "edge/sso/saml_endpoint.h"

#include <utility>
#include <variant>

#include "domain/saml_addresses.h"
#include "edge/browser_call.h"
#include "edge/browser_page.h"
#include "protocol/saml/post_binding.h"
#include "protocol/saml/response_check.h"

namespace doorward::edge {
namespace {

constexpr const char* kMetadataType = "application/samlmetadata+xml";  // SAML metadata, appendix A

// A message of single logout, by whichever binding.
struct LogoutMessage {
  saml::MessageKind kind;
  saml::ReceivedMessage received;
};

Result<LogoutMessage> read_logout(const net::Request& request) {
  if (request.method == "POST" && !has_form(request)) {
    return failure(Reason::kMalformedRequest, "Send the message as a form.");
  }
  if (request.method == "GET") {
    DOORWARD_TRY(saml::RedirectMessage message, saml::read_redirect(request.query));
    return LogoutMessage{.kind = message.kind,
                         .received = {.binding = SamlBinding::kHttpRedirect,
                                      .xml = std::move(message.xml),
                                      .relay_state = std::move(message.relay_state),
                                      .query = request.query}};
  }
  DOORWARD_TRY(saml::PostedMessage message, saml::read_post(request.body, request.query));
  DOORWARD_TRY(std::string xml, saml::decode_post_message(message.message));
  return LogoutMessage{.kind = message.kind,
                       .received = {.binding = SamlBinding::kHttpPost,
                                    .xml = std::move(xml),
                                    .relay_state = std::move(message.relay_state),
                                    .query = {}}};
}

// The form of an answer.
Result<saml::PostedMessage> read_answer(const net::Request& request) {
  if (!has_form(request)) return failure(Reason::kMalformedRequest, "Send the answer as a form.");
  DOORWARD_TRY(saml::PostedMessage posted, saml::read_post(request.body, request.query));
  if (posted.kind != saml::MessageKind::kResponse) {
    return failure(Reason::kMalformedRequest, "The form holds no SAMLResponse.");
  }
  return posted;
}

net::Response signed_out_page() { return browser_page(200, "You are signed out", "<p>You can close this page.</p>"); }

}  // namespace

void SamlEndpoint::add_to(net::Router& router) {
  router.add_prefix(std::string(kSamlPath), [this](const net::Request& request) { return handle(request); });
}

// The product of before may have had the same paths. None of its addresses has the id of a connection here: such an
// alias is refused when it is saved, and nobody chooses an id.
task<net::Response> SamlEndpoint::handle(const net::Request& request) {
  if (may_be_alias(request)) {
    if (auto answer = co_await handle_alias(request)) co_return *std::move(answer);
  }
  if (auto place = connection_path(request.path, kSamlPath)) {
    if (place->action == "callback") co_return co_await consume(request, std::move(place->connection), {});
    if (place->action == "metadata") co_return co_await show_metadata(request, std::move(place->connection));
    if (place->action == "slo" || place->action == "slo/callback") {
      co_return co_await log_out(request, std::move(place->connection));
    }
    if (place->action == "test") co_return co_await parts_.pages.test(request, std::move(place->connection));
    if (place->action == "initiate") co_return co_await parts_.pages.initiate(request, std::move(place->connection));
  }
  co_return error_page(request, make_error(Reason::kRouteNotFound, "There is no such page."));
}

task<net::Response> SamlEndpoint::consume(const net::Request& request, ConnectionId connection,
                                          std::string received_at) {
  // The redirect binding is not for responses (SAML profiles 4.1.2).
  if (request.method != "POST") co_return page_only_by(request, "POST");
  BrowserCall call = browser_call(request, parts_.pages.cookie(), AnswerWay::kPost);
  auto posted = read_answer(request);
  if (!posted) {
    co_return error_page(request, co_await parts_.consumer.refuse_form(std::move(connection), std::move(posted).error(),
                                                                       std::move(call)));
  }
  auto end = co_await parts_.consumer.consume(std::move(connection),
                                              {.saml_response = std::move(posted->message),
                                               .relay_state = std::move(posted->relay_state),
                                               .received_at = std::move(received_at)},
                                              std::move(call));
  co_return answer_end(request, std::move(end));
}

task<net::Response> SamlEndpoint::log_out(const net::Request& request, ConnectionId connection) {
  if (request.method != "GET" && request.method != "POST") co_return page_only_by(request, "GET, POST");
  const BrowserCall call = browser_call(request, parts_.pages.cookie());
  auto message = read_logout(request);
  if (!message) {
    co_return error_page(request, parts_.logout.refuse_message(connection, std::move(message).error(), call));
  }
  if (message->kind == saml::MessageKind::kResponse) {
    auto address = co_await parts_.logout.come_back(std::move(connection), std::move(message->received), call);
    if (!address) co_return error_page(request, address.error());
    co_return address->empty() ? signed_out_page() : redirect_browser(request, *std::move(address));
  }
  auto answer = co_await parts_.logout.end_sessions(std::move(connection), std::move(message->received), call);
  if (!answer) co_return error_page(request, answer.error());
  co_return *answer ? answer_message(request, "Signing out", **answer) : signed_out_page();
}

task<net::Response> SamlEndpoint::show_metadata(const net::Request& request, ConnectionId connection) {
  if (request.method != "GET" && request.method != "HEAD") co_return page_only_by(request, "GET");
  auto document = co_await parts_.metadata.document(std::move(connection), request.deadline);
  if (!document) co_return error_page(request, document.error());
  net::Response response;
  response.headers = {{"content-type", kMetadataType},
                      {"content-disposition", "attachment; filename=\"doorward-metadata.xml\""},
                      {"cache-control", "no-cache"},
                      {"x-content-type-options", "nosniff"}};
  response.body = *std::move(document);
  co_return response;
}

bool SamlEndpoint::may_be_alias(const net::Request& request) {
  return request.method == "POST" && has_form(request) && saml::looks_like_post(request.body);
}

bool SamlEndpoint::may_hold_alias(std::string_view path) { return path.starts_with(kSamlPath); }

// A provider that posts to a host of the product of before reaches us, but without the cookie, which is our host's: the
// browser brings the same form to the connection's own address.
task<std::optional<net::Response>> SamlEndpoint::handle_alias(const net::Request& request) {
  std::string path = request.path;
  if (!request.query.empty()) path += "?" + request.query;
  const auto found = co_await parts_.consumer.find_alias(std::move(path), request.deadline);
  if (!found) co_return error_page(request, found.error());
  if (!*found) co_return std::nullopt;
  AssertionConsumer::Alias alias = **found;
  const bool is_own_host = alias.url.starts_with(base_url_ + "/");
  if (is_own_host) co_return co_await consume(request, std::move(alias.connection), std::move(alias.url));
  auto posted = read_answer(request);
  if (!posted) {
    co_return error_page(
        request, co_await parts_.consumer.refuse_form(std::move(alias.connection), std::move(posted).error(),
                                                      browser_call(request, parts_.pages.cookie(), AnswerWay::kPost)));
  }
  co_return post_message("Signing in",
                         {.action = base_url_ + std::string(kSamlPath) + "/" + alias.connection.str() + "/callback",
                          .parameter = std::string(saml::parameter_name(saml::MessageKind::kResponse)),
                          .message = posted->message,
                          .relay_state = posted->relay_state});
}

}  // namespace doorward::edge
