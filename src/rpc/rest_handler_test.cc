#include "rpc/rest_handler.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "rpc/testing/echo_fixture.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;

class Rest : public testing::EchoTest {
 protected:
  static json::value body(const net::Response& response) { return json::parse(response.body); }

  // Sends a GET that must succeed; the field that came back.
  json::value field(std::string_view target, std::string_view name) {
    const auto response = rest("GET", target);
    EXPECT_EQ(response.status, 200) << response.body;
    const auto answer = body(response);
    const auto* found = answer.as_object().if_contains(name);
    return found == nullptr ? json::value("(absent)") : *found;
  }

  // Status and error_code of a refusal.
  static std::string refusal(const net::Response& response) {
    return std::to_string(response.status) + " " + std::string(body(response).at("error_code").as_string());
  }
  static std::string first_violation(const net::Response& response) {
    const auto parsed = body(response);
    const auto& violation = parsed.at("validation_error_info").at("field_violations").at(0);
    return std::string(violation.at("field").as_string()) + " " + std::string(violation.at("constraint").as_string());
  }
};

TEST_F(Rest, FillsPathVariables) {
  EXPECT_EQ(field("/test/v1/shelves/s%201/tickets/a%2Fb", "shelf"), "s 1");
  EXPECT_EQ(field("/test/v1/shelves/s/tickets/a%2Fb", "id"), "a/b");
  EXPECT_EQ(field("/test/v1/tickets:external/x:y", "external_id"), "x:y");
  EXPECT_EQ(field("/test/v1/shelves/a/drawers/b:open", "name"), "shelves/a/drawers/b");
  EXPECT_EQ(field("/test/v1/files/a/b/c", "name"), "a/b/c");
}

TEST_F(Rest, FillsFieldsFromTheQuery) {
  const std::string base = "/test/v1/tickets:external/x?";
  EXPECT_EQ(field(base + "page_size=7", "page_size"), 7);
  EXPECT_EQ(field(base + "pageSize=7", "page_size"), 7);
  EXPECT_EQ(field(base + "labels=a&labels=b%20c+d", "labels"), json::parse(R"(["a","b c d"])"));
  EXPECT_EQ(field(base + "include_detail=true", "include_detail"), true);
  EXPECT_EQ(field(base, "include_detail"), "(absent)");
  EXPECT_EQ(field(base + "filter.child.text=deep", "filter").at("child").at("text"), "deep");
  EXPECT_EQ(field(base + "after=2026-11-22T07:00:00%2B01:00", "after"), "2026-11-22T06:00:00Z");
  EXPECT_EQ(field(base + "limit=5", "limit"), 5);
  EXPECT_EQ(field(base + "colors=RED&colors=2", "colors"), json::parse(R"(["RED","GREEN"])"));
  EXPECT_EQ(field(base + "unknown=1&filter.unknown=2&&page_size=3", "page_size"), 3);
}

TEST_F(Rest, TheQueryDoesNotTouchWhatThePathSays) {
  EXPECT_EQ(field("/test/v1/tickets:external/x?external_id=y", "external_id"), "x");
}

TEST_F(Rest, RefusesASecondMemberOfAOneof) {
  const auto response = rest("GET", "/test/v1/tickets:external/x?id=tkt_1");
  EXPECT_EQ(refusal(response), "400 INVALID_ARGUMENT");
  EXPECT_EQ(first_violation(response), "id oneof");
}

TEST_F(Rest, RefusesTextThatIsNoValue) {
  const std::string base = "/test/v1/tickets:external/x?";
  for (const auto* query : {"page_size=-1", "page_size=x", "include_detail=yes", "after=yesterday", "limit=1.5",
                            "colors=BLUE", "filter=x", "labels=%FF", "filter.metadata=x"}) {
    EXPECT_EQ(refusal(rest("GET", base + query)), "400 INVALID_ARGUMENT") << query;
  }
  EXPECT_EQ(refusal(rest("GET", base + "labels=%zz")), "400 MALFORMED_REQUEST");
  std::string many = base;
  for (int i = 0; i < 1000; ++i) many += "labels=x&";
  EXPECT_EQ(refusal(rest("GET", many)), "400 MALFORMED_REQUEST");
}

TEST_F(Rest, ABodyCanBeTheWholeRequest) {
  const auto response = rest("POST", "/test/v1/tickets?text=ignored", R"({"int32Field": 5, "labels": ["a"]})");
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(header(response.headers, "content-type"), "application/json");
  EXPECT_EQ(body(response).at("int32_field"), 5);
  EXPECT_EQ(body(response).at("text"), "");
}

TEST_F(Rest, ABodyCanBeOneField) {
  const auto response = rest("PATCH", "/test/v1/tickets/tkt_1?mask=slug&ticket.slug=ignored",
                             R"({"short_text": "abc", "needed": ["x"]})");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(body(response).at("id"), "tkt_1");
  EXPECT_EQ(body(response).at("ticket").at("short_text"), "abc");
  EXPECT_EQ(body(response).at("ticket").as_object().if_contains("slug"), nullptr);
  EXPECT_EQ(body(response).at("mask"), "slug");
}

TEST_F(Rest, AnAbsentBodyLeavesItsFieldUnset) {
  const auto response = rest("PATCH", "/test/v1/tickets/tkt_1");
  EXPECT_EQ(refusal(response), "400 INVALID_ARGUMENT");
  EXPECT_EQ(first_violation(response), "ticket required");
}

TEST_F(Rest, ABodyWhereNoneIsDeclaredIsIgnored) {
  EXPECT_EQ(rest("DELETE", "/test/v1/tickets/tkt_1", "not json").status, 200);
  EXPECT_EQ(rest("DELETE", "/test/v1/tickets/tkt_1").body, "{}");
  EXPECT_EQ(body(rest("POST", "/test/v1/tickets/7:close")).at("id"), "7");
}

TEST_F(Rest, RefusesBodiesThatAreNotJson) {
  auto request = this->request("POST", "/test/v1/tickets");
  request.body = "text=x";
  request.headers.push_back({"content-type", "application/x-www-form-urlencoded"});
  EXPECT_EQ(refusal(send(request)), "415 UNSUPPORTED_MEDIA_TYPE");
  request.body = R"({"text": "x"})";
  request.headers.back().value = "Application/JSON ; charset=utf-8";
  EXPECT_EQ(send(request).status, 201);
  request.headers.pop_back();
  EXPECT_EQ(send(request).status, 201);
  EXPECT_EQ(refusal(rest("POST", "/test/v1/tickets", "{")), "400 MALFORMED_REQUEST");
}

TEST_F(Rest, TellsUnknownPathsFromUnknownMethodsAndUnbuiltOnes) {
  EXPECT_EQ(refusal(rest("GET", "/test/v1/nothing")), "404 ROUTE_NOT_FOUND");
  const auto response = rest("PUT", "/test/v1/tickets/7");
  EXPECT_EQ(refusal(response), "405 METHOD_NOT_ALLOWED");
  EXPECT_EQ(header(response.headers, "allow"), "DELETE, PATCH");
  EXPECT_EQ(refusal(rest("GET", "/later/v1/things/7")), "501 UNIMPLEMENTED");
  EXPECT_EQ(refusal(rest("POST", "/later/v1/things/7")), "405 METHOD_NOT_ALLOWED");
  EXPECT_EQ(authenticator_.asked, 0);
}

TEST_F(Rest, AuthenticatesBeforeItLooksAtTheBody) {
  auto request = this->request("POST", "/test/v1/tickets");
  request.headers = {{"content-type", "text/plain"}};
  request.body = "{";
  const auto response = send(request);
  EXPECT_EQ(refusal(response), "401 INVALID_TOKEN");
  EXPECT_EQ(header(response.headers, "www-authenticate"), "Bearer");
}

TEST_F(Rest, RefusesACallerWhomTheAccessRuleDoesNotName) {
  auto request = this->request("DELETE", "/test/v1/tickets/7");
  request.headers.front().value = testing::kDirectoryToken;
  EXPECT_EQ(refusal(send(request)), "403 ACCESS_DENIED");
}

TEST_F(Rest, EveryCodeHasItsStatus) {
  const std::pair<Reason, std::string> expected[] = {
      {Reason::kOrganizationNotFound, "404 ORGANIZATION_NOT_FOUND"},
      {Reason::kExternalIdTaken, "409 EXTERNAL_ID_TAKEN"},
      {Reason::kStoreConflict, "409 STORE_CONFLICT"},
      {Reason::kDirectoryEnabled, "400 DIRECTORY_ENABLED"},
      {Reason::kAccessDenied, "403 ACCESS_DENIED"},
      {Reason::kRateLimited, "429 RATE_LIMITED"},
      {Reason::kStoreUnavailable, "503 STORE_UNAVAILABLE"},
      {Reason::kPayloadTooLarge, "413 PAYLOAD_TOO_LARGE"},
      {Reason::kDeadlineExceeded, "504 DEADLINE_EXCEEDED"},
      {Reason::kInternal, "500 INTERNAL"},
      {Reason::kUnimplemented, "501 UNIMPLEMENTED"},
      {Reason::kDirectorySecretInvalid, "400 DIRECTORY_SECRET_INVALID"},
  };
  for (const auto& [reason, text] : expected) {
    handlers_.fail_with = make_error(reason, "No.");
    EXPECT_EQ(refusal(rest("GET", "/test/v1/ping")), text);
  }
}

TEST_F(Rest, SaysWhenToComeBack) {
  handlers_.fail_with = make_error(Reason::kRateLimited, "Slower.");
  EXPECT_EQ(header(rest("GET", "/test/v1/ping").headers, "retry-after"), "1");
  handlers_.fail_with->retry_after_seconds = 60;
  EXPECT_EQ(header(rest("GET", "/test/v1/ping").headers, "retry-after"), "60");
}

TEST_F(Rest, AnErrorIsTheErrorInfo) {
  handlers_.fail_with = make_error(Reason::kExternalIdTaken, "The external id already exists.", "constraint 9");
  EXPECT_EQ(body(rest("GET", "/test/v1/ping")), json::parse(R"({
      "error_code": "EXTERNAL_ID_TAKEN",
      "localized_message_info": {"locale": "en", "message": "The external id already exists."},
      "request_info": {"request_id": "req_1", "serving_data": ""}})"));
}

TEST_F(Rest, AcceptsMoreThanTheRuleWhereTheDeclarationSaysSo) {
  EXPECT_EQ(field("/test/v1/tickets:external/x?page_size=100", "page_size"), 100);
  EXPECT_EQ(first_violation(rest("GET", "/test/v1/tickets:external/x?page_size=101")), "page_size uint32.lte");
}

TEST_F(Rest, ServesItsOwnPathsOnly) {
  EXPECT_TRUE(api_->serves(request("GET", "/test/v1/whatever")));
  EXPECT_TRUE(api_->serves(request("GET", "/later/x")));
  EXPECT_FALSE(api_->serves(request("GET", "/oauth/token")));
  EXPECT_FALSE(api_->serves(request("GET", "/testing")));
  EXPECT_TRUE(api_->serves(grpc_request("Nothing", testing::Ticket())));
}

}  // namespace
}  // namespace doorward::rpc
