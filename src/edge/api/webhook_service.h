// scalekit.v1.webhooks.WebhookService: convert, call, convert.
#pragma once

#include "app/webhooks/test_events.h"
#include "scalekit/v1/webhooks/webhooks.doorward.h"

namespace doorward::api {

class WebhookService : public ::scalekit::v1::webhooks::WebhookServiceInterface {
 public:
  using SendTestEventRequest = ::scalekit::v1::webhooks::SendTestEventRequest;
  using SendTestEventResponse = ::scalekit::v1::webhooks::SendTestEventResponse;

  // `test_events` must outlive this.
  explicit WebhookService(TestEvents& test_events) : test_events_(test_events) {}

  task<Result<SendTestEventResponse>> send_test_event(const rpc::CallContext& call,
                                                      const SendTestEventRequest& request) override;

 private:
  TestEvents& test_events_;
};

}  // namespace doorward::api
