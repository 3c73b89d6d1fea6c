// The test service behind an Api, an authenticator that knows one token, and requests against both wires.
#pragma once

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/completion.h"
#include "base/encoding.h"
#include "echo.doorward.h"
#include "echo.pb.h"
#include "google/rpc/status.pb.h"
#include "net/http.h"
#include "rpc/api.h"
#include "rpc/grpc_wire.h"
#include "scalekit/v1/errdetails/errdetails.pb.h"

namespace doorward::rpc::testing {

inline constexpr std::string_view kGoodToken = "Bearer good";
inline constexpr std::string_view kDirectoryToken = "Bearer directory";

// Answers with what it was asked and keeps what it saw of the call.
class EchoHandlers : public EchoServiceInterface {
 public:
  template <class Message>
  task<Result<Message>> answer(const CallContext& call, Message message) {
    ++calls;
    caller = call.caller;
    api_version = call.api_version;
    for (const auto& field : *call.metadata) {
      if (field.name.starts_with("x-echo")) seen.push_back(field);
    }
    call.answer = metadata;
    if (throws) throw std::runtime_error("secret of the handler");
    if (fail_with) co_return failure(*fail_with);
    co_return message;
  }
  task<Result<Ticket>> create(const CallContext& call, const Ticket& request) override { return answer(call, request); }
  task<Result<GetTicket>> get(const CallContext& call, const GetTicket& request) override {
    return answer(call, request);
  }
  task<Result<UpdateTicket>> update(const CallContext& call, const UpdateTicket& request) override {
    return answer(call, request);
  }
  task<Result<google::protobuf::Empty>> delete_(const CallContext& call, const GetTicket&) override {
    return answer(call, google::protobuf::Empty());
  }
  task<Result<GetTicket>> close(const CallContext& call, const GetTicket& request) override {
    return answer(call, request);
  }
  task<Result<Revealed>> reveal(const CallContext& call, const Ticket& request) override {
    Revealed revealed;
    *revealed.mutable_ticket() = request;
    revealed.add_keys()->set_plain("secret");
    return answer(call, revealed);
  }
  task<Result<google::protobuf::Empty>> ping(const CallContext& call, const google::protobuf::Empty&) override {
    return answer(call, google::protobuf::Empty());
  }

  std::optional<Error> fail_with;
  bool throws = false;
  int calls = 0;
  Caller caller;
  std::string api_version;
  net::Headers seen;        // request fields x-echo…
  AnswerMetadata metadata;  // to be sent
};

class OneToken : public Authenticator {
 public:
  task<Result<Caller>> authenticate(const net::Request& request) override {
    ++asked;
    for (const auto& header : request.headers) {
      if (header.name != "authorization") continue;
      if (header.value == kGoodToken) co_return Caller{.kind = CallerKind::kApiClient, .id = "skc_1"};
      if (header.value == kDirectoryToken) co_return Caller{.kind = CallerKind::kDirectory, .id = "sec_1"};
    }
    co_return failure(Reason::kInvalidToken, "The bearer token is not valid.");
  }
  int asked = 0;
};

class EchoTest : public ::testing::Test {
 protected:
  static constexpr std::chrono::steady_clock::time_point kNow{std::chrono::hours{1}};
  static constexpr std::chrono::seconds kNetPatience{30};

  EchoTest() {
    bind(registry_, handlers_);
    api_ = Api::make(registry_, authenticator_, {.announced = announced_, .now = [] { return kNow; }}).value();
  }

  static net::Request request(std::string method, std::string_view target) {
    net::Request out;
    out.method = std::move(method);
    out.path = std::string(target.substr(0, target.find('?')));
    if (const auto mark = target.find('?'); mark != std::string_view::npos) out.query = target.substr(mark + 1);
    out.headers = {{"authorization", std::string(kGoodToken)}};
    out.peer = "192.0.2.7";
    out.request_id = "req_1";
    out.deadline = kNow + kNetPatience;
    return out;
  }

  net::Response send(const net::Request& request) { return sync_wait(api_->handler()(request)); }

  net::Response rest(std::string method, std::string_view target, std::string body = {}) {
    net::Request out = request(std::move(method), target);
    if (!body.empty()) out.headers.push_back({"content-type", "application/json"});
    out.body = std::move(body);
    return send(out);
  }

  static net::Request grpc_request(const std::string& method, const google::protobuf::Message& message) {
    net::Request out = request("POST", "/doorward.rpc.testing.EchoService/" + method);
    out.headers.push_back({"content-type", "application/grpc+proto"});
    out.body = frame(message);
    return out;
  }

  static std::string header(const net::Headers& headers, std::string_view name) {
    const auto* value = net::find_header(headers, name);
    return value == nullptr ? std::string("(absent)") : *value;
  }

  // The ErrorInfo of a refused gRPC call, after checking that status, message and details agree.
  static scalekit::v1::errdetails::ErrorInfo grpc_error(const net::Response& response, Code code) {
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(header(response.headers, "grpc-status"), std::to_string(static_cast<int>(code)));
    std::string details = header(response.headers, "grpc-status-details-bin");
    while (details.size() % 4 != 0) details += '=';
    google::rpc::Status status;
    EXPECT_TRUE(status.ParseFromString(base64_decode(details).value_or("")));
    EXPECT_EQ(status.code(), static_cast<int>(code));
    EXPECT_EQ(percent_encode_message(status.message()), header(response.headers, "grpc-message"));
    scalekit::v1::errdetails::ErrorInfo info;
    EXPECT_EQ(status.details_size(), 1);
    if (status.details_size() == 1) {
      EXPECT_EQ(status.details(0).type_url(), "type.googleapis.com/scalekit.v1.errdetails.ErrorInfo");
      EXPECT_TRUE(status.details(0).UnpackTo(&info));
    }
    return info;
  }

  static constexpr AnnouncedBinding announced_[] = {
      {"doorward.rpc.testing.LaterService.Later", "GET", "/later/v1/things/{id}"},
      {"doorward.rpc.testing.EchoService.Create", "POST", "/test/v1/tickets"},
  };

  EchoHandlers handlers_;
  OneToken authenticator_;
  Registry registry_;
  std::unique_ptr<Api> api_;
};

}  // namespace doorward::rpc::testing
