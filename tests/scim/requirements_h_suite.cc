// H: transport, media types and names.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

#include "protocol/scim/limits.h"
#include "requirements.h"

namespace doorward::test {
namespace {

namespace json = boost::json;
namespace limits = scim::limits;

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST_F(Requirements, H1_AnIdOfAnotherDirectoryIsUnknown) {
  const Tenant other = make_tenant();
  const std::string user = "/Users/" + make_user("ann");
  const std::string group = "/Groups/" + make_group("Staff");
  for (const std::string& path : {user, group}) {
    expect_error(send(other, {"GET", path, "", other.secret}), 404);
    expect_error(send(other, {"PUT", path, R"({"userName":"x","displayName":"x"})", other.secret}), 404);
    expect_error(send(other, {"PATCH", path, R"({"Operations":[]})", other.secret}), 404);
    expect_error(send(other, {"DELETE", path, "", other.secret}), 404);
  }
  expect_error(send(other, {"GET", user, "", home_.secret}), 401);
  EXPECT_EQ(call("GET", user).status, 200);
}

TEST_F(Requirements, H2_WithoutCredentials401WithAChallengeAndWithoutScope403) {
  for (const std::string& token : {std::string(), std::string("wrong"), home_.secret + "x"}) {
    const Answer refused = send(home_, {"GET", "/Users", "", token});
    expect_error(refused, 401);
    EXPECT_TRUE(refused.header("www-authenticate").starts_with("Bearer"));
  }
  const Caller operator_{.kind = CallerKind::kApiClient, .environment_id = environment_, .id = "skc_1"};
  must(sync_wait(directories_.set_enabled(operator_, home_.organization, home_.directory, false)));
  clock_.advance(std::chrono::seconds(2));
  expect_error(call("GET", "/Users"), 403);
}

TEST_F(Requirements, H3_BothMediaTypesGoInAndTheOneThatWasAskedForComesOut) {
  for (const std::string type : {"application/scim+json", "application/json", "application/json; charset=utf-8"}) {
    const Answer made =
        send(home_, {"POST", "/Users", fmt::format(R"({{"userName":"{}"}})", type), home_.secret, type});
    EXPECT_EQ(made.status, 201) << type << made.text;
    EXPECT_EQ(made.header("content-type"), "application/scim+json");
  }
  const auto type_for = [&](const std::string& accept, const std::string& path = "/Users") {
    return call_with({{"accept", accept}}, "GET", path).header("content-type");
  };
  EXPECT_EQ(type_for("application/json"), "application/json");
  EXPECT_EQ(type_for("text/html, Application/JSON;q=0.9"), "application/json");
  EXPECT_EQ(type_for("application/json", "/Users/none"), "application/json") << "errors too";
  EXPECT_EQ(type_for("application/json", "/ServiceProviderConfig"), "application/json");
  for (const std::string scim : {"application/scim+json", "application/json, application/scim+json", "*/*", "",
                                 "application/json, */*;q=0.1", "application/*", "text/html"}) {
    EXPECT_EQ(type_for(scim), "application/scim+json") << scim;
  }
  Sent anonymous{"GET", "/Users", "", "wrong"};
  anonymous.headers = {{"accept", "application/json"}};
  EXPECT_EQ(send(home_, anonymous).header("content-type"), "application/json");
}

TEST_F(Requirements, H4_TheTypeHasNoParameterAndOnlyUtf8IsRead) {
  const std::string body = R"({"userName":"ann"})";
  EXPECT_EQ(call("GET", "/Users").header("content-type"), "application/scim+json");
  expect_error(send(home_, {"POST", "/Users", body, home_.secret, "application/scim+json; charset=iso-8859-1"}), 415);
  EXPECT_EQ(send(home_, {"POST", "/Users", body, home_.secret, "application/scim+json;CHARSET=\"utf-8\""}).status, 201);
}

TEST_F(Requirements, H5_UnicodeSurvivesAndWhatIsNoneIsRefused) {
  const std::string name = "Zoë 李 \U0001F600 e\u0301 \u202Eabc";
  const json::object body{{"userName", name}, {"displayName", name}};
  const Answer made = call("POST", "/Users", json::serialize(body));
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(call("GET", "/Users/" + made.str("/id")).str("/displayName"), name);
  EXPECT_EQ(call("POST", "/Users", R"({"userName":"\ud83d\ude00"})").str("/userName"), "\U0001F600");
  for (const std::string bad : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\\ud83d", "\\ude00\\ud83d", "\\u0000"}) {
    expect_error(call("POST", "/Users", R"({"userName":")" + bad + "\"}"), 400, "invalidSyntax");
  }
}

TEST_F(Requirements, H6_NamesCountInAnyLetterCaseAndComeBackAsTheSchemaSpellsThem) {
  const Answer made = call("POST", "/Users",
                           R"({"SCHEMAS":["URN:ietf:params:scim:schemas:core:2.0:USER"],"USERNAME":"ann",
        "NAME":{"GivenName":"Ann"},"Emails":[{"VALUE":"a@x.test","Primary":true}],
        "URN:IETF:params:scim:schemas:extension:ENTERPRISE:2.0:user":{"Department":"D"}})");
  ASSERT_EQ(made.status, 201) << made.text;
  EXPECT_EQ(made.str("/userName"), "ann");
  EXPECT_EQ(made.str("/name/givenName"), "Ann");
  EXPECT_EQ(made.str("/emails/0/value"), "a@x.test");
  EXPECT_EQ(made.body.at("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User").at("department"), "D");
  const std::string user = "/Users/" + made.str("/id");
  EXPECT_EQ(call("GET", "/Users?FILTER=USERname%20EQ%20%22ann%22&ATTRIBUTES=NAME.givenname")
                .str("/Resources/0/name/givenName"),
            "Ann");
  EXPECT_EQ(call("PATCH", user, R"({"operations":[{"OP":"Replace","PATH":"Name.FAMILYname","VALUE":"Lee"}]})")
                .str("/name/familyName"),
            "Lee");
  const Answer sorted = call("GET", "/Users?sortby=USERNAME");
  EXPECT_EQ(sorted.str("/Resources/0/userName"), "ann");
}

TEST_F(Requirements, H7_PathsAreExactAndTheRestOfAUrlIsForgiven) {
  const std::string id = make_user("ann");
  for (const std::string ok : {"/", "?", "/?", "?&", "?aadOptscim062020", "?aadOptscim062020&x=%20&", "?&&"}) {
    EXPECT_EQ(call("GET", "/Users" + ok).status, 200) << ok;
    EXPECT_EQ(call("GET", "/Users/" + id + ok).status, 200) << ok;
  }
  expect_error(call("GET", "/users"), 404);
  std::string other_case = id;
  std::ranges::transform(other_case, other_case.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  expect_error(call("GET", "/Users/" + other_case), 404);
}

TEST_F(Requirements, H8_WhatIsNoObjectOfOneMeaningIsInvalidSyntax) {
  const std::string user = "/Users/" + make_user("ann");
  for (const std::string body :
       {"", "{", "[]", "\"x\"", "1", "null", "{} {}", "{'a':1}", R"({"userName":"b",})",
        R"({"userName":"b","userName":"c"})", R"({"userName":"b","active":true,"Active":false})",
        R"({"userName":"b","name":{"givenName":"x","GIVENNAME":"y"}})"}) {
    expect_error(call("POST", "/Users", body), 400, "invalidSyntax");
    expect_error(call("PUT", user, body), 400, "invalidSyntax");
    expect_error(call("PATCH", user, body), 400, "invalidSyntax");
    expect_error(call("POST", "/Bulk", body), 400, "invalidSyntax");
  }
  EXPECT_EQ(call("GET", "/Users").body.at("totalResults"), 1);
}

TEST_F(Requirements, H9_WhatIsNotServedIsRefusedByAScimError) {
  const std::string user = "/Users/" + make_user("ann");
  for (const std::string type : {"", "text/plain", "application/x-www-form-urlencoded", "application/xml"}) {
    expect_error(send(home_, {"POST", "/Users", R"({"userName":"b"})", home_.secret, type}), 415);
  }
  for (const std::string path : {"/Nope", "/Users/a/b", "/Bulk/x", "/ServiceProviderConfig/x"}) {
    expect_error(call("GET", path), 404);
  }
  const auto allowed = [&](const std::string& method, const std::string& path) {
    const Answer refused = call(method, path, "{}");
    expect_error(refused, 405);
    return refused.header("allow");
  };
  EXPECT_EQ(allowed("PUT", "/Users"), "GET, POST");
  EXPECT_EQ(allowed("POST", user), "GET, PUT, PATCH, DELETE");
  EXPECT_EQ(allowed("DELETE", "/Groups"), "GET, POST");
  EXPECT_EQ(allowed("GET", "/Bulk"), "POST");
  EXPECT_EQ(allowed("POST", "/Schemas"), "GET");
  EXPECT_EQ(allowed("TRACE", "/Users"), "GET, POST");
}

TEST_F(Requirements, H10_EachLimitAnswersQuickly) {
  const std::string user = "/Users/" + make_user("ann");
  const std::string group = "/Groups/" + make_group("Staff");
  const auto started = std::chrono::steady_clock::now();
  const auto post = [&](const std::string& body) { return call("POST", "/Users", body); };
  expect_error(post(repeated("{\"a\":", limits::kJsonDepth + 1)), 400, "invalidSyntax");
  expect_error(post(repeated("[", 1'000'000)), 400, "invalidSyntax");
  std::string keys = R"({"userName":"b")";
  for (std::size_t i = 0; i < limits::kJsonMembers; ++i) keys += fmt::format(R"(,"k{}":1)", i);
  expect_error(post(keys + "}"), 400, "invalidSyntax");
  expect_error(post(R"({"userName":"b","x":)" + repeated("9", limits::kJsonNumberBytes + 1) + "}"), 400,
               "invalidSyntax");
  expect_error(post(fmt::format(R"({{"userName":"{}"}})", repeated("u", limits::kIndexedValueBytes + 1))), 400,
               "invalidValue");
  expect_error(post(fmt::format(R"({{"userName":"b","title":"{}"}})", repeated("t", limits::kStringBytes + 1))), 400,
               "invalidValue");
  const auto emails = [&](std::size_t count, std::size_t display) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) {
      list += fmt::format(R"({}{{"value":"x{}@y","display":"{}"}})", i == 0 ? "" : ",", i, repeated("d", display));
    }
    return fmt::format(R"({{"userName":"b","emails":[{}]}})", list);
  };
  expect_error(post(emails(limits::kValuesPerAttribute + 1, 1)), 400, "invalidValue");
  expect_error(post(emails(300, 2000)), 400, "invalidValue");
  expect_error(call("PATCH", user,
                    fmt::format(R"({{"Operations":[{}{{"op":"add","path":"title","value":"x"}}]}})",
                                repeated(R"({"op":"add","path":"title","value":"x"},)", limits::kPatchOperations))),
               413);
  expect_error(
      call("PATCH", user,
           fmt::format(R"({{"Operations":[{{"op":"remove","path":"{}"}}]}})", repeated("p", limits::kPathBytes + 1))),
      400, "invalidPath");
  const auto filter = [&](const std::string& text) { return call("GET", "/Users?filter=" + text); };
  expect_error(filter("userName%20eq%20%22" + repeated("x", limits::kFilterBytes) + "%22"), 400, "invalidFilter");
  expect_error(filter(repeated("(", 10'000)), 400, "invalidFilter");
  expect_error(filter(repeated("not(", limits::kFilterDepth + 1) + "id%20pr" + repeated(")", limits::kFilterDepth + 1)),
               400, "invalidFilter");
  expect_error(filter(repeated("id%20pr%20or%20", limits::kFilterTerms) + "id%20pr"), 400, "invalidFilter");
  expect_error(call("GET", "/Users?attributes=" + repeated("title,", limits::kProjectionNames) + "title"), 400,
               "invalidValue");
  expect_error(call("GET", "/Users?" + repeated("a=1&", edge::kMaxQueryParameters + 1)), 400, "invalidValue");
  expect_error(call("PATCH", group,
                    fmt::format(R"({{"Operations":[{{"op":"remove","path":"members[{}display sw \"x\"]"}}]}})",
                                repeated(R"(display sw \"y\" or )", limits::kMemberScanTerms))),
               413);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20)) << "also under sanitizers";
  EXPECT_EQ(call("GET", "/Users").body.at("totalResults"), 1);
}

TEST_F(Requirements, H10_WhatNetRefusesIsAScimErrorToo) {
  net::Request request;
  request.path = fmt::format("/directory/{}/scim/v2/Users", home_.directory.str());
  for (const int status : {400, 408, 413, 414, 431, 500, 503}) {
    const auto refused = endpoint_.refused(request, status);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, status);
    const json::value body = json::parse(refused->body);
    EXPECT_EQ(body.at("status"), json::value(std::to_string(status)));
    EXPECT_FALSE(body.at("detail").as_string().empty());
    EXPECT_EQ(net::find_header(refused->headers, "retry-after") != nullptr, status == 503);
  }
  request.path = "/api/v1/organizations";
  EXPECT_FALSE(endpoint_.refused(request, 413));
}

TEST_F(Requirements, H11_NoTokenInTheQueryNoCookieAndNoneInTheDatabase) {
  for (const std::string name : {"access_token", "token", "authorization"}) {
    expect_error(send(home_, {"GET", fmt::format("/Users?{}={}", name, home_.secret), "", ""}), 401);
  }
  Sent cookie{"GET", "/Users", "", ""};
  cookie.headers = {{"cookie", "token=" + home_.secret}, {"authorization", "Basic " + home_.secret}};
  expect_error(send(home_, cookie), 401);
  EXPECT_EQ(call("GET", "/Users").header("set-cookie"), "");
  for (const auto& file : std::filesystem::directory_iterator(folder_)) {
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    EXPECT_EQ(bytes.find(home_.secret), std::string::npos) << file.path();
  }
}

TEST_F(Requirements, H12_UrlsThatAreMintedSayNothingOfThePerson) {
  const Answer made =
      call("POST", "/Users", R"({"userName":"ann.lee@x.test","externalId":"E-1","name":{"familyName":"Lee"}})");
  for (const std::string said : {"ann", "lee", "E-1", "x.test"}) {
    EXPECT_EQ(made.header("location").find(said), std::string::npos);
    EXPECT_EQ(made.str("/id").find(said), std::string::npos);
  }
}

TEST_F(Requirements, H13_WhoIsHeldBackIsToldForHowManySeconds) {
  for (int i = 0; i < static_cast<int>(edge::kScimFailureLimits.burst); ++i)
    send(home_, {"GET", "/Users", "", "wrong"});
  const Answer slowed = send(home_, {"GET", "/Users", "", "wrong"});
  expect_error(slowed, 429);
  Sent late{"POST", "/Users", R"({"userName":"late"})", home_.secret};
  late.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
  const Answer unavailable = send(home_, late);
  expect_error(unavailable, 503);
  for (const Answer& answer : {slowed, unavailable}) {
    const std::string seconds = answer.header("retry-after");
    EXPECT_FALSE(seconds.empty());
    EXPECT_EQ(seconds.find_first_not_of("0123456789"), std::string::npos) << seconds;
  }
}

}  // namespace
}  // namespace doorward::test
