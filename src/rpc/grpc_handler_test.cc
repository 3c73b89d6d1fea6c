#include "rpc/grpc_handler.h"

#include <gtest/gtest.h>

#include "rpc/testing/echo_fixture.h"

namespace doorward::rpc {
namespace {

using namespace std::string_literals;
using testing::Ticket;
using testing::UpdateTicket;

class Grpc : public testing::EchoTest {
 protected:
  net::Response call(const std::string& method, const google::protobuf::Message& message) {
    return send(grpc_request(method, message));
  }
};

TEST_F(Grpc, AnswersWithAFramedMessageAndTrailers) {
  Ticket ticket;
  ticket.set_text("hello");
  ticket.mutable_at()->set_seconds(7);
  const auto response = call("Create", ticket);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response.headers, "content-type"), "application/grpc+proto");
  EXPECT_EQ(header(response.trailers, "grpc-status"), "0");
  Ticket answered;
  ASSERT_TRUE(answered.ParseFromString(std::string(unframe(response.body).value().bytes)));
  EXPECT_EQ(answered.SerializeAsString(), ticket.SerializeAsString());
}

TEST_F(Grpc, AnswersWithTheContentTypeItWasAsked) {
  auto request = grpc_request("Create", Ticket());
  request.headers.back().value = "application/grpc";
  EXPECT_EQ(header(send(request).headers, "content-type"), "application/grpc");
}

TEST_F(Grpc, TellsTheHandlerWhoCallsAndUntilWhen) {
  auto request = grpc_request("Create", Ticket());
  request.headers.push_back({"x-api-version", "20260716"});
  request.headers.push_back({"grpc-timeout", "5S"});
  send(request);
  EXPECT_EQ(handlers_.caller.id, "skc_1");
  EXPECT_EQ(handlers_.caller.request_id, "req_1");
  EXPECT_EQ(handlers_.api_version, "20260716");
  EXPECT_EQ(handlers_.caller.deadline, kNow + std::chrono::seconds{5});
}

TEST_F(Grpc, ALongTimeoutDoesNotOutliveTheRequest) {
  auto request = grpc_request("Create", Ticket());
  request.headers.push_back({"grpc-timeout", "99999999H"});
  send(request);
  EXPECT_EQ(handlers_.caller.deadline, kNow + kNetPatience);
}

TEST_F(Grpc, ALateCallIsNotBegun) {
  auto request = grpc_request("Create", Ticket());
  request.headers.push_back({"grpc-timeout", "0m"});
  const auto info = grpc_error(send(request), Code::kDeadlineExceeded);
  EXPECT_EQ(info.error_code(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(handlers_.calls, 0);
}

TEST_F(Grpc, AnUnknownMethodIsUnimplementedForAnyone) {
  auto request = grpc_request("Missing", Ticket());
  request.headers.erase(request.headers.begin());
  const auto response = send(request);
  EXPECT_EQ(grpc_error(response, Code::kUnimplemented).error_code(), "UNIMPLEMENTED");
  request.path = "/scalekit.v1.users.UserService/GetUser";
  EXPECT_EQ(grpc_error(send(request), Code::kUnimplemented).error_code(), "UNIMPLEMENTED");
  EXPECT_EQ(authenticator_.asked, 0);
}

TEST_F(Grpc, AuthenticatesBeforeItLooksAtTheMessage) {
  auto request = grpc_request("Update", UpdateTicket());
  request.headers.front().value = "Bearer bad";
  request.body = "not a frame";
  const auto info = grpc_error(send(request), Code::kUnauthenticated);
  EXPECT_EQ(info.error_code(), "INVALID_TOKEN");
  EXPECT_FALSE(info.has_validation_error_info());
}

TEST_F(Grpc, AcceptsAGoodBearerBesideAStaleOne) {
  auto request = grpc_request("Create", Ticket());
  request.headers.insert(request.headers.begin(), {"authorization", "Bearer stale"});
  EXPECT_EQ(header(send(request).trailers, "grpc-status"), "0");
}

TEST_F(Grpc, RefusesACallerWhomTheAccessRuleDoesNotName) {
  auto request = grpc_request("Create", Ticket());
  request.headers.front().value = testing::kDirectoryToken;
  EXPECT_EQ(grpc_error(send(request), Code::kPermissionDenied).error_code(), "ACCESS_DENIED");
  EXPECT_EQ(handlers_.calls, 0);
}

TEST_F(Grpc, AnOpenMethodAsksForNoBearer) {
  auto request = grpc_request("Ping", google::protobuf::Empty());
  request.headers.erase(request.headers.begin());
  EXPECT_EQ(header(send(request).trailers, "grpc-status"), "0");
  EXPECT_EQ(authenticator_.asked, 0);
  EXPECT_EQ(handlers_.caller.kind, CallerKind::kNone);
}

TEST_F(Grpc, SendsEveryViolation) {
  UpdateTicket update;
  update.set_id("abc");
  const auto info = grpc_error(call("Update", update), Code::kInvalidArgument);
  EXPECT_EQ(info.error_code(), "INVALID_ARGUMENT");
  ASSERT_EQ(info.validation_error_info().field_violations_size(), 2);
  EXPECT_EQ(info.validation_error_info().field_violations(0).field(), "id");
  EXPECT_EQ(info.validation_error_info().field_violations(0).constraint(), "string.min_len");
  EXPECT_EQ(info.validation_error_info().field_violations(1).field(), "ticket");
  EXPECT_EQ(info.validation_error_info().field_violations(1).constraint(), "required");
  EXPECT_EQ(info.request_info().request_id(), "req_1");
  EXPECT_EQ(handlers_.calls, 0);
}

TEST_F(Grpc, KeepsAnErrorWithinWhatClientsTakeAsHeaders) {
  UpdateTicket update;
  update.set_id("tkt_1");
  for (int i = 0; i < 500; ++i)
    (*update.mutable_ticket()->mutable_named())[std::string(300, 'k') + std::to_string(i)].set_slug("A");
  const auto response = call("Update", update);
  EXPECT_GE(grpc_error(response, Code::kInvalidArgument).validation_error_info().field_violations_size(), 2);
  std::size_t bytes = 0;
  for (const auto& field : response.headers) bytes += field.name.size() + field.value.size() + 32;
  EXPECT_LT(bytes, 8192u);
}

TEST_F(Grpc, SendsTheHandlersError) {
  handlers_.fail_with = make_error(Reason::kOrganizationNotFound, "There is no organization \u201ex\u201c.", "row 7");
  const auto response = call("Create", Ticket());
  const auto info = grpc_error(response, Code::kNotFound);
  EXPECT_EQ(info.error_code(), "ORGANIZATION_NOT_FOUND");
  EXPECT_EQ(info.localized_message_info().message(), "There is no organization \u201ex\u201c.");
  EXPECT_TRUE(response.body.empty());
  for (const auto& field : response.headers) EXPECT_EQ(field.value.find("row 7"), std::string::npos);
}

TEST_F(Grpc, OnlyABadBearerIsUnauthenticated) {
  handlers_.fail_with = make_error(Reason::kDirectorySecretInvalid, "The secret is not valid.");
  EXPECT_EQ(grpc_error(call("Create", Ticket()), Code::kInvalidArgument).error_code(), "DIRECTORY_SECRET_INVALID");
}

TEST_F(Grpc, AnExceptionIsAnInternalErrorThatSaysNothing) {
  handlers_.throws = true;
  const auto info = grpc_error(call("Create", Ticket()), Code::kInternal);
  EXPECT_EQ(info.error_code(), "INTERNAL");
  EXPECT_EQ(info.SerializeAsString().find("secret of the handler"), std::string::npos);
}

TEST_F(Grpc, UnavailableSaysWhenToComeBack) {
  handlers_.fail_with = make_error(Reason::kStoreUnavailable, "The database is away.");
  handlers_.fail_with->retry_after_seconds = 3;
  const auto response = call("Create", Ticket());
  grpc_error(response, Code::kUnavailable);
  EXPECT_EQ(header(response.headers, "retry-after"), "3");
}

TEST_F(Grpc, RefusesBrokenBytes) {
  auto request = grpc_request("Create", Ticket());
  request.body = "\0\0\0\0\x01\xff"s;
  EXPECT_EQ(grpc_error(send(request), Code::kInvalidArgument).error_code(), "MALFORMED_REQUEST");
  request.body = "\x02\0\0\0\x01x"s;
  EXPECT_EQ(grpc_error(send(request), Code::kInvalidArgument).error_code(), "MALFORMED_REQUEST");
}

TEST_F(Grpc, RefusesABadTimeout) {
  auto request = grpc_request("Create", Ticket());
  request.headers.push_back({"grpc-timeout", "soon"});
  EXPECT_EQ(grpc_error(send(request), Code::kInvalidArgument).error_code(), "MALFORMED_REQUEST");
}

TEST_F(Grpc, IsPostOnly) {
  auto request = grpc_request("Create", Ticket());
  request.method = "GET";
  const auto response = send(request);
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response.headers, "allow"), "POST");
}

TEST_F(Grpc, IsKnownByItsContentType) {
  for (const auto* type :
       {"application/grpc", "application/grpc+proto", "application/grpc+json", "Application/gRPC; charset=x"}) {
    EXPECT_TRUE(is_grpc_content_type(type)) << type;
  }
  for (const auto* type : {"application/json", "application/grpc-web", "application/grpc+thrift", ""}) {
    EXPECT_FALSE(is_grpc_content_type(type)) << type;
  }
}

}  // namespace
}  // namespace doorward::rpc
