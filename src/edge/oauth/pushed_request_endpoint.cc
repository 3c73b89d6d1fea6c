#include "edge/oauth/pushed_request_endpoint.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "edge/oauth/client_call.h"
#include "protocol/oauth/metadata.h"

namespace doorward::edge {

task<net::Response> PushedRequestEndpoint::handle(const net::Request& request) {
  auto sent = read_client_form(request);
  if (!sent) co_return oauth_refusal(request, "par.refused", {}, sent.error());
  const auto work = [&]() -> task<Result<PushedReference>> {
    DOORWARD_CO_TRY(
        const AuthenticatedClient client,
        co_await clients_.authenticate(sent->client, oauth::pushed_request_endpoint, request.peer, request.deadline));
    co_return co_await requests_.push(client, std::move(sent->form), request.peer, request.deadline);
  };
  const auto reference = co_await work();
  if (!reference) co_return oauth_refusal(request, "par.refused", sent->client.client_id, reference.error());
  co_return oauth_answer(201,
                         boost::json::serialize(boost::json::object{{"request_uri", reference->request_uri},
                                                                    {"expires_in", reference->expires_in.count()}}));
}

}  // namespace doorward::edge
