#include "app/sign_in/assertion_consumer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/connections/saml_patch.h"
#include "app/sign_in/failed_attempt.h"
#include "protocol/saml/names.h"
#include "protocol/saml/response_check.h"
#include "protocol/saml/xml_document.h"
#include "protocol/saml/xml_nodes.h"

namespace doorward {
namespace {

// Comments are for the check to refuse, with its reason.
bool is_readable_response(std::string_view xml) {
  const auto document = saml::XmlDocument::parse(xml, {.allow_comments = true});
  return document && saml::is_element(*document->root(), saml::kProtocolNs, "Response");
}

// Of the login that we sent this RelayState along with; nullopt: none of ours looks like it.
std::optional<std::string> request_of(std::string_view relay_state) {
  std::string id = saml_request_id(relay_state);
  return state_in_request_id(id) ? std::optional(std::move(id)) : std::nullopt;
}

}  // namespace

struct AssertionConsumer::Opened {
  std::string xml;
  std::optional<std::string> in_response_to;
};

task<Result<AssertionConsumer::Opened>> AssertionConsumer::open(const PostedAnswer& posted) {
  DOORWARD_CO_TRY(Result<Opened> opened, co_await ports_.offload.run([&]() -> Result<Opened> {
    Opened message;
    DOORWARD_TRY(message.xml, saml::decode_post_message(posted.saml_response));
    message.in_response_to = saml::unchecked_in_response_to(message.xml);
    if (!message.in_response_to && !is_readable_response(message.xml)) {
      message.in_response_to = request_of(posted.relay_state);
    }
    return message;
  }));
  co_return opened;
}

task<SignInResult<SignInEnd>> AssertionConsumer::pass_on(const ConnectionId& connection, PostedAnswer posted,
                                                         Opened opened, const BrowserCall& call) {
  SamlAnswer answer{.xml = std::move(opened.xml),
                    .relay_state = std::move(posted.relay_state),
                    .received_at = std::move(posted.received_at),
                    .source = call.source};
  if (opened.in_response_to) {
    co_return co_await parts_.sign_in.finish(
        connection, {.answer = std::move(answer), .in_response_to = *std::move(opened.in_response_to)}, call);
  }
  auto location = co_await parts_.initiated.begin(connection, std::move(answer), call);
  if (!location) co_return tl::unexpected(std::move(location).error());
  co_return SentBack{*std::move(location)};
}

// Before anything is known of the answer but where it came.
task<void> AssertionConsumer::record_refusal(ConnectionId connection, const Error& error, const BrowserCall& call) {
  failures_.record_failure(call.source);
  AuthRequest attempt = parts_.log.begin(environment_, LoginWorkflow::kServiceProviderInitiated, {}, call.request_id);
  attempt.connection_id = std::move(connection);
  add_failure(attempt, auth_step::kCallback, parts_.log.now(), error.reason, evidence_of(error));
  co_await parts_.log.save(std::move(attempt), call.source);
}

task<Error> AssertionConsumer::refuse_form(ConnectionId connection, Error error, BrowserCall call) {
  if (auto few = failures_.check(call.source); !few) co_return std::move(few).error();
  co_await record_refusal(std::move(connection), error, call);
  co_return error;
}

task<SignInResult<SignInEnd>> AssertionConsumer::consume(ConnectionId connection, PostedAnswer posted,
                                                         BrowserCall call) {
  if (auto few = failures_.check(call.source); !few) co_return refuse(std::move(few).error());
  auto opened = co_await open(posted);
  if (!opened) {
    co_await record_refusal(std::move(connection), opened.error(), call);
    co_return refuse(std::move(opened).error());
  }
  auto end = co_await pass_on(connection, std::move(posted), *std::move(opened), call);
  if (!end) failures_.record_failure(call.source);
  co_return end;
}

task<Result<std::optional<AssertionConsumer::Alias>>> AssertionConsumer::find_alias(
    std::string path, std::chrono::steady_clock::time_point deadline) {
  co_return co_await ports_.store.read("assertion_consumer.alias", {.deadline = deadline},
                                       [&](const ReadTx& tx) -> Result<std::optional<Alias>> {
                                         DOORWARD_TRY(const auto id, tx.saml_keys().connection_at(environment_, path));
                                         if (!id) return std::nullopt;
                                         DOORWARD_TRY(const auto connection, tx.connections().find(environment_, *id));
                                         if (!connection) return std::nullopt;
                                         const auto& aliases = connection->saml.acs_aliases;
                                         const auto alias = std::ranges::find(aliases, path, alias_path);
                                         if (alias == aliases.end()) return std::nullopt;
                                         return Alias{.connection = *id, .url = *alias};
                                       });
}

}  // namespace doorward
