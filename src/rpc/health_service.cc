#include "rpc/health_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "grpc/health/v1/health.pb.h"
#include "rpc/bind.h"

namespace doorward::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using Answer = Result<std::unique_ptr<google::protobuf::Message>>;

Answer status_answer(HealthCheckResponse::ServingStatus status) {
  auto answer = std::make_unique<HealthCheckResponse>();
  answer->set_status(status);
  return answer;
}

}  // namespace

class HealthService::Watch final : public StreamingCall {
 public:
  explicit Watch(const HealthService& health) : health_(health), begun_(health.now_()) {}

  task<Answer> next(RequestStream& requests) override {
    if (over_) co_return failure(Reason::kStreamClosed, "The server stops.");
    while (!service_) {
      DOORWARD_CO_TRY(const auto event, co_await requests.next(begun_ + kQuestionWithin));
      switch (event.what) {
        case RequestStream::What::kMessage:
          service_ = static_cast<const HealthCheckRequest&>(*event.message).service();
          break;
        case RequestStream::What::kEnd:
          co_return failure(Reason::kUnimplemented, "The call carries no message; this method takes one.");
        case RequestStream::What::kTime:
          co_return failure(Reason::kDeadlineExceeded, "Nothing was asked for a while.");
        case RequestStream::What::kDraining:
          co_return failure(Reason::kStreamClosed, "The server stops.");
        case RequestStream::What::kGone:
          co_return nullptr;
      }
    }
    const auto until = begun_ + kWatchAtMost;
    for (;;) {
      if (const auto status = co_await now_serving(); status != told_) {
        told_ = status;
        co_return status_answer(status);
      }
      const auto now = health_.now_();
      if (now >= until) co_return failure(Reason::kStreamClosed, "The watch has lasted long enough; begin another.");
      DOORWARD_CO_TRY(const auto event, co_await requests.next(std::min(until, now + kWatchInterval)));
      switch (event.what) {
        case RequestStream::What::kMessage:
          co_return failure(Reason::kUnimplemented, "The call carries several messages; this method takes one.");
        case RequestStream::What::kGone:
          co_return nullptr;
        case RequestStream::What::kDraining:
          over_ = true;
          co_return status_answer(HealthCheckResponse::NOT_SERVING);
        case RequestStream::What::kEnd:
        case RequestStream::What::kTime:
          break;
      }
    }
  }

 private:
  task<HealthCheckResponse::ServingStatus> now_serving() const {
    if (!health_.knows(*service_)) co_return HealthCheckResponse::SERVICE_UNKNOWN;
    co_return co_await health_.ready_() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING;
  }

  const HealthService& health_;
  const std::chrono::steady_clock::time_point begun_;
  std::optional<std::string> service_;
  HealthCheckResponse::ServingStatus told_ = HealthCheckResponse::UNKNOWN;  // never told
  bool over_ = false;
};

task<Answer> HealthService::check(const google::protobuf::Message& request) const {
  if (!knows(static_cast<const HealthCheckRequest&>(request).service())) {
    co_return failure(Reason::kServiceNotFound, "There is no service of this name on this server.");
  }
  co_return status_answer(co_await ready_() ? HealthCheckResponse::SERVING : HealthCheckResponse::NOT_SERVING);
}

void HealthService::add_to(Registry& registry) const {
  const auto* service = declared_service("grpc.health.v1.Health");
  Binding check_binding{
      service->FindMethodByName("Check"), &HealthCheckRequest::default_instance(),
      [this](const CallContext&, const google::protobuf::Message& request) { return check(request); }};
  registry.add(std::move(check_binding));
  Binding watch{service->FindMethodByName("Watch"), &HealthCheckRequest::default_instance(), nullptr};
  watch.stream = [this](const CallContext&) { return std::make_unique<Watch>(*this); };
  registry.add(std::move(watch));
}

}  // namespace doorward::rpc
