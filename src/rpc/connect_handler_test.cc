#include "rpc/connect_handler.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "rpc/testing/echo_fixture.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;

class Connect : public testing::EchoTest {
 protected:
  static constexpr std::string_view kService = "/doorward.rpc.testing.EchoService/";

  static net::Request post(std::string_view method, std::string body, std::string type = "application/json") {
    net::Request out = request("POST", std::string(kService) + std::string(method));
    out.headers.push_back({"content-type", std::move(type)});
    out.body = std::move(body);
    return out;
  }
  net::Response get(std::string_view method, std::string_view query) {
    return send(request("GET", std::string(kService) + std::string(method) + "?" + std::string(query)));
  }
  // Status and code of a refusal.
  static std::string refusal(const net::Response& response) {
    return std::to_string(response.status) + " " + std::string(json::parse(response.body).at("code").as_string());
  }
};

TEST_F(Connect, AnswersWithTheBareMessage) {
  const auto response = send(post("Create", R"({"text":"hello"})"));
  EXPECT_EQ(response.status, 200) << "whatever REST answers success with";
  EXPECT_EQ(header(response.headers, "content-type"), "application/json");
  EXPECT_EQ(json::parse(response.body).at("text"), "hello");
  EXPECT_TRUE(response.trailers.empty());
  EXPECT_EQ(send(post("Create", "{}", "application/json; charset=utf-8")).status, 200);
  const auto binary = send(post("Create", "", "application/proto"));
  EXPECT_EQ(header(binary.headers, "content-type"), "application/proto");
  EXPECT_EQ(binary.body, "");
}

TEST_F(Connect, AnErrorIsJsonWhateverTheCodec) {
  handlers_.fail_with = make_error(Reason::kOrganizationNotFound, "There is none.", "row 7");
  const auto response = send(post("Create", "", "application/proto"));
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(header(response.headers, "content-type"), "application/json");
  const auto body = json::parse(response.body);
  EXPECT_EQ(body.at("code"), "not_found");
  EXPECT_EQ(body.at("message"), "There is none.");
  EXPECT_EQ(body.at("details").at(0).at("type"), "scalekit.v1.errdetails.ErrorInfo");
  EXPECT_EQ(response.body.find("row 7"), std::string::npos);
}

TEST_F(Connect, EmptyJsonIsNoMessage) {
  EXPECT_EQ(refusal(send(post("Create", ""))), "400 invalid_argument");
  EXPECT_EQ(refusal(send(post("Create", "{}{}"))), "400 invalid_argument");
  EXPECT_EQ(refusal(send(post("Create", "[]"))), "400 invalid_argument");
}

TEST_F(Connect, OtherContentTypesAre415WithWhatIsTaken) {
  for (const auto* type : {"text/plain", "application/connect+json", "application/connect+proto",
                           "application/grpc-web", "application/grpc+thrift", "application/jsonx", ""}) {
    const auto response = send(post("Create", "{}", type));
    EXPECT_EQ(response.status, 415) << type;
    EXPECT_EQ(header(response.headers, "accept-post"),
              "application/grpc, application/grpc+json, application/grpc+proto, application/json, application/proto");
  }
  auto none = post("Create", "{}");
  none.headers.pop_back();
  EXPECT_EQ(send(none).status, 415);
  EXPECT_EQ(authenticator_.asked, 0);
}

TEST_F(Connect, UnknownMethodsAreUnimplementedForAnyone) {
  EXPECT_EQ(refusal(send(post("Missing", "{}"))), "501 unimplemented");
  auto announced = post("x", "{}");
  announced.path = "/scalekit.v1.users.UserService/GetUser";
  EXPECT_EQ(refusal(send(announced)), "501 unimplemented");
  EXPECT_EQ(authenticator_.asked, 0);
}

TEST_F(Connect, OtherPathsWithADotAreNotItsOwn) {
  for (const auto* path : {"/favicon.ico/x", "/.well-known/x", "/a.b/"}) {
    EXPECT_EQ(send(request("GET", path)).status, 404) << path;
  }
}

TEST_F(Connect, ChecksTheProtocolVersion) {
  auto sent = post("Create", "{}");
  sent.headers.push_back({"connect-protocol-version", "1"});
  EXPECT_EQ(send(sent).status, 200);
  for (const auto* version : {"2", "", "v1", "1.0"}) {
    sent.headers.back().value = version;
    EXPECT_EQ(refusal(send(sent)), "400 invalid_argument") << version;
  }
  const std::string good = "encoding=json&message=%7B%7D";
  EXPECT_EQ(get("Get", good + "&connect=v1").status, 200);
  EXPECT_EQ(get("Get", good).status, 200);
  EXPECT_EQ(refusal(get("Get", good + "&connect=v2")), "400 invalid_argument");
}

TEST_F(Connect, GetIsForMethodsThatOnlyRead) {
  const auto response = get("Create", "encoding=json&message=%7B%7D");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response.headers, "allow"), "POST");
  auto put = post("Get", "{}");
  put.method = "PUT";
  EXPECT_EQ(header(send(put).headers, "allow"), "GET, POST");
  EXPECT_EQ(handlers_.calls, 0);
  EXPECT_EQ(authenticator_.asked, 0);
}

TEST_F(Connect, GetTakesEveryFormOfAMessage) {
  const auto answered = [&](const std::string& query) {
    const auto response = get("Get", query);
    return response.status == 200 ? std::string(json::parse(response.body).at("shelf").as_string()) : refusal(response);
  };
  EXPECT_EQ(answered("connect=v1&encoding=json&message=%7B%22shelf%22%3A%22s%22%7D"), "s");
  EXPECT_EQ(answered("message=%7B%22shelf%22:%22s+1%22%7D&encoding=json"), "s 1");
  EXPECT_EQ(answered("encoding=json&base64=1&message=eyJzaGVsZiI6InMifQ"), "s");
  EXPECT_EQ(answered("encoding=json&base64=1&message=eyJzaGVsZiI6InMifQ=="), "s");
  EXPECT_EQ(answered("encoding=json&base64=1&message=eyJzaGVsZiI6InMifQ%3D%3D"), "s");
  testing::GetTicket ticket;
  ticket.set_shelf("s");
  EXPECT_EQ(get("Get", "encoding=proto&message=%0A%01s").body, ticket.SerializeAsString());
  EXPECT_EQ(answered("encoding=json&base64=1&message=***"), "400 invalid_argument");
  EXPECT_EQ(answered("encoding=json"), "400 invalid_argument");
  EXPECT_EQ(get("Ping", "encoding=proto").status, 200) << "an empty message is a message";
  EXPECT_EQ(answered("encoding=json&message=%zz"), "400 invalid_argument");
  EXPECT_EQ(get("Get", "message=%7B%7D").status, 415);
  EXPECT_EQ(get("Get", "encoding=xml&message=x").status, 415);
}

TEST_F(Connect, SaysWhenToComeBack) {
  handlers_.fail_with = make_error(Reason::kRateLimited, "Slower.");
  EXPECT_EQ(header(send(post("Create", "{}")).headers, "retry-after"), "1");
}

}  // namespace
}  // namespace doorward::rpc
