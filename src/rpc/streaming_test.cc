// Calls that stream: health and reflection over scripted requests.
#include <gtest/gtest.h>

#include <deque>

#include "grpc/health/v1/health.pb.h"
#include "grpc/reflection/v1/reflection.pb.h"
#include "grpc/reflection/v1alpha/reflection.pb.h"
#include "rpc/limits.h"
#include "rpc/reflection_service.h"
#include "rpc/stream_gate.h"
#include "rpc/testing/echo_fixture.h"

namespace doorward::rpc {
namespace {

using grpc::health::v1::HealthCheckRequest;
using grpc::health::v1::HealthCheckResponse;
using grpc::reflection::v1::ServerReflectionRequest;
using grpc::reflection::v1::ServerReflectionResponse;
using std::chrono::steady_clock;

// Tells what the test wrote; after that, that time passes.
class Script : public net::Incoming {
 public:
  explicit Script(steady_clock::time_point& clock) : clock_(clock) {}
  task<Event> wait(steady_clock::time_point until) override {
    if (events.empty()) {
      clock_ = std::max(clock_, until);
      co_return Event{What::kTime, {}};
    }
    Event next = std::move(events.front());
    events.pop_front();
    co_return next;
  }
  void say(const google::protobuf::Message& message) { events.push_back({What::kPiece, frame(message)}); }
  void say(What what) { events.push_back({what, {}}); }

  std::deque<Event> events;

 private:
  steady_clock::time_point& clock_;
};

class Streams : public testing::EchoTest {
 protected:
  static constexpr std::string_view kWatch = "/grpc.health.v1.Health/Watch";
  static constexpr std::string_view kReflect = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

  Streams() {
    api_ = Api::make(registry_, authenticator_,
                     {.now = [this] { return clock; }, .ready = [this]() -> task<bool> { co_return ready; }})
               .value();
    script = std::make_shared<Script>(clock);
  }

  // A call without a token, whose requests the script says.
  net::Response& open(std::string_view path, net::Headers more = {}) {
    asked = std::make_unique<net::Request>(request("POST", path));
    asked->headers = std::move(more);
    asked->headers.push_back({"content-type", "application/grpc"});
    asked->incoming = script;
    EXPECT_TRUE(api_->streams(*asked));
    response = send(*asked);
    asked->headers.clear();  // as net does once it has the answer
    asked->headers.shrink_to_fit();
    return response;
  }
  template <class Message>
  std::optional<Message> next() {
    const auto piece = sync_wait(response.stream());
    if (!piece) return std::nullopt;
    Message message;
    EXPECT_TRUE(message.ParseFromString(std::string(unframe(*piece).value().bytes)));
    return message;
  }
  std::optional<HealthCheckResponse::ServingStatus> health() {
    const auto answer = next<HealthCheckResponse>();
    if (!answer) return std::nullopt;
    return answer->status();
  }
  ServerReflectionResponse reflect(const ServerReflectionRequest& question) {
    script->say(question);
    return next<ServerReflectionResponse>().value();
  }
  std::string ended() { return header(response.final_trailers(), "grpc-status"); }

  steady_clock::time_point clock = kNow;
  bool ready = true;
  std::shared_ptr<Script> script;
  std::unique_ptr<net::Request> asked;
  net::Response response;
};

std::string check(const net::Response& response) {
  HealthCheckResponse answer;
  if (response.body.empty()) return *net::find_header(response.headers, "grpc-status");
  answer.ParseFromString(std::string(unframe(response.body).value().bytes));
  return HealthCheckResponse::ServingStatus_Name(answer.status());
}

TEST_F(Streams, HealthIsCheckedByName) {
  const auto ask = [&](const std::string& service) {
    HealthCheckRequest question;
    question.set_service(service);
    net::Request out = request("POST", "/grpc.health.v1.Health/Check");
    out.headers = {{"content-type", "application/grpc"}};
    out.body = frame(question);
    return check(send(out));
  };
  for (const auto* name : {"", "doorward.rpc.testing.EchoService", "grpc.health.v1.Health"}) {
    ready = true;
    EXPECT_EQ(ask(name), "SERVING") << name;
    ready = false;
    EXPECT_EQ(ask(name), "NOT_SERVING") << name;
  }
  EXPECT_EQ(ask("scalekit.v1.users.UserService"), "5");
  EXPECT_EQ(authenticator_.asked, 0);
}

TEST_F(Streams, AWatchTellsEveryChangeAndNothingElse) {
  HealthCheckRequest question;
  script->say(question);
  script->say(net::Incoming::What::kEnd);
  open(kWatch);
  EXPECT_EQ(health(), HealthCheckResponse::SERVING);
  ready = false;
  EXPECT_EQ(health(), HealthCheckResponse::NOT_SERVING);
  ready = true;
  EXPECT_EQ(health(), HealthCheckResponse::SERVING);
  script->say(net::Incoming::What::kDraining);
  EXPECT_EQ(health(), HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(health(), std::nullopt);
  EXPECT_EQ(ended(), "14");
}

TEST_F(Streams, AWatchOfAnUnknownServiceSaysSoAndWaits) {
  HealthCheckRequest question;
  question.set_service("nobody");
  script->say(question);
  open(kWatch);
  EXPECT_EQ(health(), HealthCheckResponse::SERVICE_UNKNOWN);
  EXPECT_EQ(health(), std::nullopt);
  EXPECT_GE(clock, kNow + HealthService::kWatchAtMost);
  EXPECT_EQ(ended(), "14");
}

TEST_F(Streams, AWatchEndsWithItsPeerAndWithItsDeadline) {
  script->say(HealthCheckRequest());
  open(kWatch);
  EXPECT_EQ(health(), HealthCheckResponse::SERVING);
  script->say(net::Incoming::What::kGone);
  EXPECT_EQ(health(), std::nullopt);

  script->say(HealthCheckRequest());
  open(kWatch, {{"grpc-timeout", "5S"}});
  EXPECT_EQ(health(), HealthCheckResponse::SERVING);
  EXPECT_EQ(health(), std::nullopt);
  EXPECT_EQ(ended(), "4");
}

TEST_F(Streams, AWatchWaitsForItsQuestionOnlySoLong) {
  open(kWatch);
  EXPECT_EQ(health(), std::nullopt);
  EXPECT_EQ(clock, kNow + HealthService::kQuestionWithin);
  EXPECT_EQ(ended(), "4");
  script->say(net::Incoming::What::kDraining);
  open(kWatch);
  EXPECT_EQ(health(), std::nullopt);
  EXPECT_EQ(ended(), "14");
  script->say(net::Incoming::What::kGone);
  open(kWatch);
  EXPECT_EQ(health(), std::nullopt);
}

TEST_F(Streams, AWatchTakesOneRequest) {
  script->say(net::Incoming::What::kEnd);
  open(kWatch);
  EXPECT_EQ(health(), std::nullopt);
  EXPECT_EQ(ended(), "12");
  script->say(HealthCheckRequest());
  script->say(HealthCheckRequest());
  open(kWatch);
  EXPECT_EQ(health(), HealthCheckResponse::SERVING);
  EXPECT_EQ(health(), std::nullopt);
  EXPECT_EQ(ended(), "12");
}

TEST_F(Streams, ReflectionAnswersEachQuestionWhenItComes) {
  open(kReflect);
  ServerReflectionRequest question;
  question.set_host("h");
  question.set_list_services("*");
  auto answer = reflect(question);
  EXPECT_EQ(answer.valid_host(), "h");
  EXPECT_EQ(answer.original_request().SerializeAsString(), question.SerializeAsString());
  std::vector<std::string> names;
  for (const auto& service : answer.list_services_response().service()) names.push_back(service.name());
  EXPECT_EQ(names, (std::vector<std::string>{"doorward.rpc.testing.EchoService", "grpc.health.v1.Health",
                                             "grpc.reflection.v1.ServerReflection",
                                             "grpc.reflection.v1alpha.ServerReflection"}));

  question.set_file_containing_symbol("doorward.rpc.testing.EchoService.Create");
  answer = reflect(question);
  google::protobuf::FileDescriptorProto file;
  ASSERT_TRUE(file.ParseFromString(answer.file_descriptor_response().file_descriptor_proto(0)));
  EXPECT_EQ(file.name(), "echo.proto");
  const int all = answer.file_descriptor_response().file_descriptor_proto_size();
  EXPECT_GT(all, 5) << "with what it imports";
  EXPECT_EQ(reflect(question).file_descriptor_response().file_descriptor_proto_size(), all) << "asked again";

  question.set_file_by_filename("google/protobuf/descriptor.proto");
  EXPECT_GE(reflect(question).file_descriptor_response().file_descriptor_proto_size(), 1);
  question.set_all_extension_numbers_of_type("google.protobuf.MethodOptions");
  answer = reflect(question);
  EXPECT_EQ(answer.all_extension_numbers_response().base_type_name(), "google.protobuf.MethodOptions");
  EXPECT_GE(answer.all_extension_numbers_response().extension_number_size(), 3);
  question.mutable_file_containing_extension()->set_containing_type("google.protobuf.MethodOptions");
  question.mutable_file_containing_extension()->set_extension_number(50117);
  EXPECT_TRUE(reflect(question).has_file_descriptor_response());

  script->say(net::Incoming::What::kEnd);
  EXPECT_EQ(next<ServerReflectionResponse>(), std::nullopt);
  EXPECT_EQ(ended(), "0");
}

TEST_F(Streams, ReflectionHidesWhatIsNotServed) {
  open(kReflect);
  ServerReflectionRequest question;
  const auto refused = [&] { return reflect(question).error_response().error_code(); };
  question.set_file_by_filename("scalekit/v1/organizations/organizations.proto");
  EXPECT_EQ(refused(), 5);
  question.set_file_containing_symbol("google.rpc.Status");
  EXPECT_EQ(refused(), 5);
  question.set_file_containing_symbol("scalekit.v1.errdetails.ErrorInfo");
  EXPECT_TRUE(reflect(question).has_file_descriptor_response()) << "every error has one";
  question.set_all_extension_numbers_of_type("no.Type");
  EXPECT_EQ(refused(), 5);
  question.mutable_file_containing_extension()->set_containing_type("no.Type");
  EXPECT_EQ(refused(), 5);
  EXPECT_EQ(reflect(ServerReflectionRequest()).error_response().error_code(), 3);
}

// The descriptor pool searches once for each dot: this would keep the thread for a second each.
TEST_F(Streams, ReflectionLooksForNoNameThatIsTooLong) {
  std::string dots;
  while (dots.size() < kMaxStreamMessageBytes - 1024) dots += "a.";
  open(kReflect);
  ServerReflectionRequest question;
  question.set_file_containing_symbol(dots);
  EXPECT_EQ(reflect(question).error_response().error_code(), 5);
  question.set_all_extension_numbers_of_type(dots);
  EXPECT_EQ(reflect(question).error_response().error_code(), 5);
  question.mutable_file_containing_extension()->set_containing_type(dots);
  EXPECT_EQ(reflect(question).error_response().error_code(), 5);
}

TEST_F(Streams, TheOlderReflectionIsTheSame) {
  open("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
  grpc::reflection::v1alpha::ServerReflectionRequest question;
  question.set_list_services("");
  script->say(question);
  EXPECT_EQ(next<grpc::reflection::v1alpha::ServerReflectionResponse>()->list_services_response().service_size(), 4);
}

TEST_F(Streams, ReflectionEndsWhenNothingIsAskedAndWhenTheServerStops) {
  open(kReflect);
  EXPECT_EQ(next<ServerReflectionResponse>(), std::nullopt);
  EXPECT_EQ(clock, kNow + ReflectionService::kIdleAtMost);
  EXPECT_EQ(ended(), "4");
  script->say(net::Incoming::What::kDraining);
  open(kReflect);
  EXPECT_EQ(next<ServerReflectionResponse>(), std::nullopt);
  EXPECT_EQ(ended(), "14");
}

TEST_F(Streams, MessagesMayArriveInPiecesAndTogether) {
  open(kReflect);
  ServerReflectionRequest question;
  question.set_list_services("*");
  const std::string bytes = frame(question) + frame(question);
  for (const char c : bytes) script->events.push_back({net::Incoming::What::kPiece, {c}});
  EXPECT_TRUE(next<ServerReflectionResponse>());
  script->events.clear();
  script->events.push_back({net::Incoming::What::kPiece, bytes});
  EXPECT_TRUE(next<ServerReflectionResponse>());
  EXPECT_TRUE(next<ServerReflectionResponse>());
}

TEST_F(Streams, BrokenMessagesEndTheCall) {
  using namespace std::string_literals;
  const std::pair<std::string, std::string> cases[] = {
      {"\x02\0\0\0\0"s, "3"},
      {"\0\0\0\0\x01\xff"s, "3"},
      {"\x01\0\0\0\x01x"s, "13"},
      {"\0\0\x01\0\x01"s, "8"},  // larger than a message of a stream may be
  };
  for (const auto& [bytes, status] : cases) {
    script->events.push_back({net::Incoming::What::kPiece, bytes});
    open(kReflect);
    EXPECT_EQ(next<ServerReflectionResponse>(), std::nullopt);
    EXPECT_EQ(ended(), status);
  }
  script->events.push_back({net::Incoming::What::kPiece, "\0\0"s});
  script->say(net::Incoming::What::kEnd);
  open(kReflect);
  EXPECT_EQ(next<ServerReflectionResponse>(), std::nullopt);
  EXPECT_EQ(ended(), "3");
}

TEST_F(Streams, MessagesAreCompressedBothWays) {
  ServerReflectionRequest question;
  question.set_file_containing_symbol("doorward.rpc.testing.EchoService");
  std::string body(kFrameHeaderBytes, '\0');
  gzip(question.SerializeAsString(), body);
  finish_frame(body, true);
  script->events.push_back({net::Incoming::What::kPiece, body});
  open(kReflect, {{"grpc-encoding", "gzip"}, {"grpc-accept-encoding", "gzip"}});
  EXPECT_EQ(header(response.headers, "grpc-encoding"), "gzip");
  const auto piece = sync_wait(response.stream());
  const Frame answered = unframe(piece.value()).value();
  EXPECT_TRUE(answered.compressed);
  ServerReflectionResponse answer;
  EXPECT_TRUE(answer.ParseFromString(gunzip(answered.bytes, kMaxInflatedBytes).value()));
  EXPECT_TRUE(answer.has_file_descriptor_response());
}

TEST_F(Streams, ACompressedMessageIsHeldToTheSameSize) {
  ServerReflectionRequest question;
  question.set_host(std::string(kMaxStreamMessageBytes, 'h'));
  std::string body(kFrameHeaderBytes, '\0');
  gzip(question.SerializeAsString(), body);
  finish_frame(body, true);
  script->events.push_back({net::Incoming::What::kPiece, body});
  open(kReflect, {{"grpc-encoding", "gzip"}});
  EXPECT_EQ(next<ServerReflectionResponse>(), std::nullopt);
  EXPECT_EQ(ended(), "8");
}

TEST_F(Streams, TooManyOfOneSourceAreRefused) {
  std::deque<net::Response> held;
  for (std::size_t i = 0; i < kMaxStreamsPerSource; ++i) held.push_back(std::move(open(kReflect)));
  EXPECT_EQ(grpc_error(open(kReflect), Code::kResourceExhausted).error_code(), "TOO_MANY_STREAMS");
  held.pop_front();
  EXPECT_TRUE(open(kReflect).stream);
}

TEST(StreamGates, CountWhatOnePartyCommands) {
  const StreamGate gate(3, 1);
  const auto home = gate.admit("2001:db8:1:2::3");
  EXPECT_TRUE(home);
  EXPECT_FALSE(gate.admit("2001:db8:1:2:ffff::4")) << "of the same /64";
  EXPECT_TRUE(gate.admit("2001:db8:1:3::3"));
  const auto other = gate.admit("192.0.2.1");
  EXPECT_TRUE(other);
  EXPECT_FALSE(gate.admit("::ffff:192.0.2.1"));
  const auto last = gate.admit("192.0.2.2");
  EXPECT_TRUE(last);
  EXPECT_FALSE(gate.admit("192.0.2.3")) << "too many of all";
}

TEST_F(Streams, NeedHttp2AndGrpc) {
  auto out = request("POST", kReflect);
  out.headers.push_back({"content-type", "application/grpc"});
  EXPECT_EQ(grpc_error(send(out), Code::kUnimplemented).error_code(), "UNIMPLEMENTED");
  out.headers.back().value = "application/json";
  EXPECT_FALSE(api_->streams(out));
  const auto refused = send(out);
  EXPECT_EQ(refused.status, 415);
  EXPECT_EQ(header(refused.headers, "accept-post"), "application/grpc, application/grpc+json, application/grpc+proto");
}

}  // namespace
}  // namespace doorward::rpc
