#include <gtest/gtest.h>

#include <string>

#include "base/encoding.h"
#include "crypto/hash.h"
#include "edge/browser_page.h"
#include "edge/html.h"
#include "edge/login_cookie.h"

namespace doorward::edge {
namespace {

std::string header(const net::Response& response, std::string_view name) {
  const std::string* found = net::find_header(response.headers, name);
  return found == nullptr ? "" : *found;
}

net::Request with_cookies(std::initializer_list<const char*> fields) {
  net::Request request;
  for (const char* field : fields) request.headers.push_back({"cookie", field});
  return request;
}

TEST(BrowserPage, P24_P27_IsNotFramedKeptOrToldOf) {
  net::Request request;
  for (const net::Response& response :
       {error_page(request, make_error(Reason::kState, "No.")), redirect_browser(request, "https://a.test/")}) {
    EXPECT_EQ(header(response, "cache-control"), "no-store");
    EXPECT_EQ(header(response, "referrer-policy"), "no-referrer");
    EXPECT_EQ(header(response, "x-frame-options"), "DENY");
    EXPECT_EQ(header(response, "x-content-type-options"), "nosniff");
  }
  const std::string policy = header(error_page(request, make_error(Reason::kState, "No.")), "content-security-policy");
  EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
  EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_NE(policy.find("form-action 'none'"), std::string::npos);
}

TEST(BrowserPage, P26_NeverHasABodySentAgain) {
  net::Request request;
  request.method = "GET";
  EXPECT_EQ(redirect_browser(request, "/").status, 302);
  request.method = "POST";
  EXPECT_EQ(redirect_browser(request, "/").status, 303);
}

TEST(BrowserPage, ErrorsAreTextWithTheirReason) {
  net::Request request;
  request.request_id = "req_1";
  net::Response response = error_page(request, make_error(Reason::kInvalidRedirectUri, "<b>\"&", "for the log"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.reason, "invalid_redirect_uri");
  EXPECT_NE(response.body.find("&lt;b&gt;&quot;&amp;"), std::string::npos);
  EXPECT_NE(response.body.find("invalid_redirect_uri"), std::string::npos);
  EXPECT_NE(response.body.find("req_1"), std::string::npos);
  EXPECT_EQ(response.body.find("for the log"), std::string::npos);
}

TEST(BrowserPage, PostsAFormByTheOneScriptThatItsPolicyLetsRun) {
  const net::Response response = post_form_page(
      "Signing in", {"https://idp.test/sso?a=1&b=\"2", {{"SAMLRequest", "PD94"}, {"RelayState", "<\">"}}});
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find(R"(action="https://idp.test/sso?a=1&amp;b=&quot;2")"), std::string::npos);
  EXPECT_NE(response.body.find(R"(name="SAMLRequest" value="PD94")"), std::string::npos);
  EXPECT_NE(response.body.find(R"(name="RelayState" value="&lt;&quot;&gt;")"), std::string::npos);
  const std::size_t begin = response.body.find("<script>") + 8;
  const std::string script = response.body.substr(begin, response.body.find("</script>") - begin);
  const std::string policy = header(response, "content-security-policy");
  EXPECT_NE(policy.find("script-src 'sha256-" + base64_encode(crypto::sha256(script)) + "'"), std::string::npos);
  EXPECT_EQ(policy.find("form-action"), std::string::npos) << "browsers would hold the redirects that follow to it";
  EXPECT_EQ(header(error_page({}, make_error(Reason::kState, "No.")), "content-security-policy").find("script-src"),
            std::string::npos);
}

TEST(BrowserPage, StatusesFollowTheError) {
  const auto status = [](Reason reason) { return error_page({}, make_error(reason, "No.")).status; };
  EXPECT_EQ(status(Reason::kInvalidClient), 400);
  EXPECT_EQ(status(Reason::kUnsolicitedDisabled), 403);
  EXPECT_EQ(status(Reason::kConnectionNotFound), 404);
  EXPECT_EQ(status(Reason::kMethodNotAllowed), 405);
  EXPECT_EQ(status(Reason::kPayloadTooLarge), 413);
  EXPECT_EQ(status(Reason::kTooLarge), 413);
  EXPECT_EQ(status(Reason::kRateLimited), 429);
  EXPECT_EQ(status(Reason::kInternal), 500);
  EXPECT_EQ(status(Reason::kStoreUnavailable), 503);
}

TEST(LoginCookie, BelongsToTheHostWhereThereIsTls) {
  net::Response response;
  LoginCookie("https://id.test").set(response, Secret<std::string>("v"));
  EXPECT_EQ(header(response, "set-cookie"),
            "__Host-doorward_login=v; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure");
  net::Response posted;
  LoginCookie("https://id.test").set(posted, Secret<std::string>("v"), AnswerWay::kPost);
  EXPECT_EQ(header(posted, "set-cookie"),
            "__Host-doorward_login_post=v; Path=/; Max-Age=600; HttpOnly; SameSite=None; Secure")
      << "S-90";
  net::Response plain;
  LoginCookie("http://localhost:8080").set(plain, Secret<std::string>("v"));
  EXPECT_EQ(header(plain, "set-cookie"), "doorward_login=v; Path=/; Max-Age=600; HttpOnly; SameSite=Lax");
}

TEST(LoginCookie, OfOneWayDoesWithTheOthers) {
  const LoginCookie cookie("https://id.test");
  const net::Request both = with_cookies({"__Host-doorward_login=a; __Host-doorward_login_post=b"});
  EXPECT_EQ(cookie.read(both), "a");
  EXPECT_EQ(cookie.read(both, AnswerWay::kPost), "b");
  EXPECT_EQ(cookie.read(with_cookies({"__Host-doorward_login=a"}), AnswerWay::kPost), "a");
  EXPECT_EQ(cookie.read(with_cookies({"__Host-doorward_login_post=b"})), "b");
}

TEST(LoginCookie, IsFoundAmongOthers) {
  const LoginCookie cookie("http://localhost");
  EXPECT_EQ(cookie.read(with_cookies({"a=b; doorward_login=v1; c=d"})), "v1");
  EXPECT_EQ(cookie.read(with_cookies({"a=b", "doorward_login=v2"})), "v2");
  EXPECT_EQ(cookie.read(with_cookies({"doorward_login=first;doorward_login=second"})), "first");
  EXPECT_EQ(cookie.read(with_cookies({"xdoorward_login=v; doorward_loginx=v; doorward_login"})), "");
  EXPECT_EQ(cookie.read(with_cookies({"", ";;; ", "=", "doorward_login="})), "");
  EXPECT_EQ(cookie.read(with_cookies({})), "");
}

}  // namespace
}  // namespace doorward::edge
