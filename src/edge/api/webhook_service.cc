#include "edge/api/webhook_service.h"

#include <boost/json/parse.hpp>

#include "edge/api/conversion.h"
#include "rpc/call_context.h"
#include "scalekit/v1/webhooks/webhooks.pb.h"

namespace doorward::api {

task<Result<WebhookService::SendTestEventResponse>> WebhookService::send_test_event(
    const rpc::CallContext& call, const SendTestEventRequest& request) {
  DOORWARD_CO_TRY(const std::string body, co_await test_events_.send_to_all(call.caller, request.event_type()));
  SendTestEventResponse response;
  response.set_event_type(request.event_type());
  to_proto(boost::json::parse(body).as_object(), *response.mutable_event_payload());
  co_return response;
}

}  // namespace doorward::api
