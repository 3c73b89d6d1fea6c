#include "edge/oauth/token_control_endpoint.h"

#include <boost/json/serialize.hpp>
#include <utility>

#include "edge/oauth/client_call.h"
#include "protocol/oauth/metadata.h"

namespace doorward::edge {
namespace {

Result<Secret<std::string>> token_of(const ClientForm& sent) {
  // token_type_hint is not needed: what a token is shows in its form.
  if (!sent.form.contains("token")) return failure(Reason::kMalformedRequest, "The parameter token is missing.");
  return Secret<std::string>(oauth::value_of(sent.form, "token"));
}

}  // namespace

task<net::Response> TokenControlEndpoint::revoke(const net::Request& request) {
  const auto sent = read_client_form(request);
  if (!sent) co_return oauth_refusal(request, "revocation.refused", {}, sent.error());
  const auto work = [&]() -> task<Result<void>> {
    DOORWARD_CO_TRY(
        const AuthenticatedClient client,
        co_await clients_.authenticate(sent->client, oauth::revocation_endpoint, request.peer, request.deadline));
    DOORWARD_CO_TRY(auto token, token_of(*sent));
    co_return co_await tokens_.revoke(client, std::move(token), request.deadline);
  };
  const auto done = co_await work();
  if (!done) co_return oauth_refusal(request, "revocation.refused", sent->client.client_id, done.error());
  co_return oauth_answer(200, {});
}

task<net::Response> TokenControlEndpoint::introspect(const net::Request& request) {
  const auto sent = read_client_form(request);
  if (!sent) co_return oauth_refusal(request, "introspection.refused", {}, sent.error());
  const auto work = [&]() -> task<Result<boost::json::object>> {
    DOORWARD_CO_TRY(
        const AuthenticatedClient client,
        co_await clients_.authenticate(sent->client, oauth::introspection_endpoint, request.peer, request.deadline));
    DOORWARD_CO_TRY(auto token, token_of(*sent));
    co_return co_await tokens_.introspect(client, std::move(token), request.peer, request.deadline);
  };
  const auto answer = co_await work();
  if (!answer) co_return oauth_refusal(request, "introspection.refused", sent->client.client_id, answer.error());
  co_return oauth_answer(200, boost::json::serialize(*answer));
}

}  // namespace doorward::edge
