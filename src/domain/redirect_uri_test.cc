#include "domain/redirect_uri.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace doorward {
namespace {

constexpr RedirectRules kWeb{.client = ClientType::kWebApp, .environment = EnvironmentKind::kProduction};
constexpr RedirectRules kWebInDevelopment{.client = ClientType::kWebApp, .environment = EnvironmentKind::kDevelopment};
constexpr RedirectRules kNative{.client = ClientType::kNative, .environment = EnvironmentKind::kProduction};

// "" when it may be registered.
std::string fault(std::string_view uri, const RedirectRules& rules = kWeb, UriUse use = UriUse::kRedirect) {
  return registration_fault(uri, use, rules).value_or("");
}

bool matches(std::string_view registered, std::string_view given, const RedirectRules& rules = kWeb,
             const Organization* organization = nullptr) {
  return redirect_uri_matches(registered, given, rules, organization);
}

Organization acme() {
  Organization organization;
  organization.slug = "acme";
  organization.external_id = "crm/7 *";
  organization.metadata = {{"plan.tier", "gold"}, {"dots", ".."}, {"empty", ""}, {"upper", "ACME"}};
  return organization;
}

TEST(RedirectUri, PlainUrisAreRegistered) {
  for (const char* uri : {"https://app.example.com/callback", "https://app.example.com", "https://app.example.com/",
                          "https://app.example.com:8443/a/b_c~d/%C3%A9", "https://xn--bcher-kva.example/cb",
                          "https://192.0.2.7/cb", "https://[2001:db8::1]:8443/cb", "https://localhost:3000/cb"}) {
    EXPECT_EQ(fault(uri), "") << uri;
    EXPECT_TRUE(matches(uri, uri)) << uri;
  }
}

TEST(RedirectUri, P03_DangerousAndForeignSchemesAreRefused) {
  for (const char* uri : {"javascript:alert(1)", "javascript://app.example.com/%0aalert(1)", "data:text/html,x",
                          "vbscript:x", "file:///etc", "ftp://app.example.com/", "myapp://callback",
                          "com.example.app:/callback", "HTTPS://app.example.com/", "//app.example.com/",
                          "app.example.com/callback", "", ":", "https:", "https:/app.example.com", "https://"}) {
    EXPECT_NE(fault(uri), "") << uri;
    EXPECT_NE(fault(uri, kWebInDevelopment), "") << uri;
  }
  for (const char* uri :
       {"javascript:alert(1)", "data:text/html,x", "myapp://callback", "com.example.app:callback", ".app:/callback",
        "app.:/callback", "com.example.app://a@b/c", "com.example.app://{{org_slug}}/"}) {
    EXPECT_NE(fault(uri, kNative), "") << uri;
  }
}

TEST(RedirectUri, WhatABrowserWouldReadDifferentlyIsRefused) {
  for (const char* uri : {"https://app.example.com/cb?x=1",
                          "https://app.example.com/cb#x",
                          "https://app@evil.example/cb",
                          "https://app:pw@evil.example/cb",
                          "https://App.example.com/cb",
                          "https://app.example.com./cb",
                          "https://app..example.com/cb",
                          "https://-app.example.com/cb",
                          "https://app.example.com\\@evil.example/",
                          "https://app.example.com/a b",
                          "https://app.example.com/\r\nx",
                          "https://b\xc3\xbc"
                          "cher.example/cb",
                          "https://app.example.com/%2e%2e/cb",
                          "https://app.example.com/a/../b",
                          "https://app.example.com/./b",
                          "https://app.example.com/%zz",
                          "https://app.example.com/%2",
                          "https://app.example.com:/cb",
                          "https://app.example.com:0/cb",
                          "https://app.example.com:65536/cb",
                          "https://app.example.com:80x/cb",
                          "https://app_x.example.com/cb",
                          "https://[::1/cb",
                          "https://[1.2.3.4]/cb",
                          "https://[::1%25eth0]/cb"}) {
    EXPECT_NE(fault(uri), "") << uri;
  }
  EXPECT_EQ(fault("https://app.example.com/" + std::string(kMaxRegisteredUriLength - 24, 'a')), "");
  EXPECT_NE(fault("https://app.example.com/" + std::string(kMaxRegisteredUriLength - 23, 'a')), "");
}

TEST(RedirectUri, PlainHttpIsForDevelopmentAndForNativeClientsOnTheirOwnMachine) {
  EXPECT_NE(fault("http://app.example.com/cb"), "");
  EXPECT_NE(fault("http://localhost:3000/cb"), "");
  EXPECT_EQ(fault("http://app.example.com/cb", kWebInDevelopment), "");
  EXPECT_EQ(fault("http://localhost:3000/cb", kWebInDevelopment), "");
  EXPECT_EQ(fault("http://127.0.0.1/cb", kNative), "");
  EXPECT_EQ(fault("http://[::1]:7000/cb", kNative), "");
  EXPECT_NE(fault("http://app.example.com/cb", kNative), "");
  // Registered in development, opened as production.
  EXPECT_FALSE(matches("http://app.example.com/cb", "http://app.example.com/cb"));
  EXPECT_FALSE(matches("http://localhost:3000/cb", "http://localhost:3000/cb"));
}

TEST(RedirectUri, P01_OnlyTheExactStringMatches) {
  constexpr std::string_view kRegistered = "https://app.example.com/callback";
  for (const char* given : {"https://app.example.com/callback/",
                            "https://app.example.com/callback/x",
                            "https://app.example.com/call",
                            "https://app.example.com/callback?x=1",
                            "https://app.example.com/callback#x",
                            "https://app.example.com/%63allback",
                            "https://app.example.com/x/%2e%2e/callback",
                            "https://app.example.com/x/../callback",
                            "https://app.example.com/Callback",
                            "https://App.example.com/callback",
                            "HTTPS://app.example.com/callback",
                            "http://app.example.com/callback",
                            "https://app.example.com:443/callback",
                            "https://evil.app.example.com/callback",
                            "https://app.example.com.evil.example/callback",
                            "https://app.example.com@evil.example/callback",
                            "https://user@app.example.com/callback",
                            "https://\xd0\xb0pp.example.com/callback",
                            "https://app.example.com\\callback",
                            " https://app.example.com/callback",
                            "https://app.example.com/callback\n",
                            ""}) {
    EXPECT_FALSE(matches(kRegistered, given)) << given;
    EXPECT_FALSE(matches(kRegistered, given, kWebInDevelopment)) << given;
    EXPECT_FALSE(matches(kRegistered, given, kNative)) << given;
  }
}

TEST(RedirectUri, AStarIsOneLabelInDevelopment) {
  constexpr std::string_view kStar = "https://*.app.example.com/cb";
  EXPECT_EQ(fault(kStar, kWebInDevelopment), "");
  EXPECT_EQ(fault("https://*.example.com/cb", kWebInDevelopment), "");
  EXPECT_EQ(fault("http://*.localhost:3000/cb", kWebInDevelopment), "");
  EXPECT_EQ(fault(kStar, kWebInDevelopment, UriUse::kPostLogout), "");
  EXPECT_NE(fault(kStar, kWebInDevelopment, UriUse::kInitiateLogin), "");
  EXPECT_NE(fault(kStar, kWebInDevelopment, UriUse::kBackChannelLogout), "");
  EXPECT_NE(fault(kStar), "");
  for (const char* uri : {"https://*/cb", "https://*.com/cb", "https://*.co.uk/cb", "https://*.vercel.app/cb",
                          "https://*.unknowntld/cb", "https://app.*.example.com/cb", "https://*.*.example.com/cb",
                          "https://pr-*.example.com/cb", "https://*app.example.com/cb", "https://app.example.com/*",
                          "https://app.example.com:*/cb", "https://*.0.0.1/cb", "*://app.example.com/cb"}) {
    EXPECT_NE(fault(uri, kWebInDevelopment), "") << uri;
  }

  EXPECT_TRUE(matches(kStar, "https://pr-7.app.example.com/cb", kWebInDevelopment));
  EXPECT_FALSE(matches(kStar, "https://pr-7.app.example.com/cb"));
  for (const char* given :
       {"https://app.example.com/cb", "https://.app.example.com/cb", "https://a.b.app.example.com/cb",
        "https://*.app.example.com/cb", "https://PR.app.example.com/cb", "https://-.app.example.com/cb",
        "https://evil.example/.app.example.com/cb", "https://evil.example#.app.example.com/cb",
        "https://u@pr.app.example.com/cb", "https://pr.app.example.com/cb/", "http://pr.app.example.com/cb",
        "https://%70r.app.example.com/cb", "https://pr.app.example.com:443/cb"}) {
    EXPECT_FALSE(matches(kStar, given, kWebInDevelopment)) << given;
  }
}

TEST(RedirectUri, PlaceholdersAreValuesOfTheOrganization) {
  const Organization organization = acme();
  for (const char* uri : {"https://{{org_slug}}.app.example.com/cb", "https://app.example.com/{{external_id}}/cb",
                          "https://app.example.com/t/{{plan.tier}}", "https://eu.{{org_slug}}.example.com/cb"}) {
    EXPECT_EQ(fault(uri), "") << uri;
    EXPECT_EQ(fault(uri, kWeb, UriUse::kInitiateLogin), "") << uri;
    EXPECT_NE(fault(uri, kWeb, UriUse::kBackChannelLogout), "") << uri;
  }
  for (const char* uri :
       {"https://{{org_slug}}/cb", "https://{{org_slug}}.com/cb", "https://{{org_slug}}.co.uk/cb",
        "https://app.{{org_slug}}/cb", "https://app-{{org_slug}}.example.com/cb",
        "https://app.example.com/a{{org_slug}}", "https://app.example.com/{{}}", "https://app.example.com/{{a b}}",
        "https://app.example.com/{org_slug}", "https://app.example.com/{{org_slug",
        "https://app.example.com/{{a}}{{b}}", "https://app.example.com:{{port}}/", "{{scheme}}://app.example.com/",
        "https://app.example.com/{{a/b}}"}) {
    EXPECT_NE(fault(uri), "") << uri;
  }

  EXPECT_TRUE(
      matches("https://{{org_slug}}.app.example.com/cb", "https://acme.app.example.com/cb", kWeb, &organization));
  EXPECT_FALSE(matches("https://{{org_slug}}.app.example.com/cb", "https://acme.app.example.com/cb"));
  EXPECT_FALSE(
      matches("https://{{org_slug}}.app.example.com/cb", "https://other.app.example.com/cb", kWeb, &organization));
  EXPECT_FALSE(matches("https://{{org_slug}}.app.example.com/cb", "https://{{org_slug}}.app.example.com/cb", kWeb,
                       &organization));
  EXPECT_EQ(fill_placeholders("https://app.example.com/{{external_id}}/{{plan.tier}}/cb", organization),
            "https://app.example.com/crm%2F7%20%2A/gold/cb");
  for (const char* uri :
       {"https://app.example.com/{{dots}}", "https://app.example.com/{{empty}}", "https://app.example.com/{{missing}}",
        "https://{{upper}}.example.com/", "https://{{external_id}}.example.com/"}) {
    EXPECT_EQ(fill_placeholders(uri, organization), std::nullopt) << uri;
  }
  EXPECT_FALSE(has_placeholder("https://app.example.com/cb"));
  EXPECT_TRUE(has_placeholder("https://app.example.com/{{org_slug}}"));
}

TEST(RedirectUri, P02_NativeClientsListenOnAnyPortOfTheirOwnMachine) {
  EXPECT_TRUE(matches("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb", kNative));
  EXPECT_TRUE(matches("http://127.0.0.1:8080/cb", "http://127.0.0.1/cb", kNative));
  EXPECT_TRUE(matches("http://[::1]/cb", "http://[::1]:51234/cb", kNative));
  for (const char* given : {"http://127.0.0.1:51234/other", "http://127.0.0.1:0/cb", "http://127.0.0.1:65536/cb",
                            "http://127.0.0.1:/cb", "http://127.0.0.1:x/cb", "http://127.0.0.1:80@evil.example/cb",
                            "http://u@127.0.0.1/cb", "http://127.0.0.2/cb", "http://localhost:51234/cb",
                            "http://[::1]:51234/cb", "https://127.0.0.1:51234/cb", "http://127.0.0.1:51234/cb?x"}) {
    EXPECT_FALSE(matches("http://127.0.0.1/cb", given, kNative)) << given;
  }
  constexpr RedirectRules kNativeInDevelopment{.client = ClientType::kNative,
                                               .environment = EnvironmentKind::kDevelopment};
  EXPECT_NE(fault("http://localhost/cb", kNative), "");
  EXPECT_EQ(fault("http://localhost/cb", kNativeInDevelopment), "");
  EXPECT_TRUE(matches("http://localhost/cb", "http://localhost/cb", kNativeInDevelopment));
  EXPECT_FALSE(matches("http://localhost/cb", "http://localhost:51234/cb", kNativeInDevelopment));
  EXPECT_FALSE(matches("https://127.0.0.1/cb", "https://127.0.0.1:51234/cb", kNative));
  EXPECT_FALSE(matches("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb", kWebInDevelopment));
  EXPECT_FALSE(matches("https://app.example.com/cb", "https://app.example.com:51234/cb", kNative));
}

TEST(RedirectUri, NativeClientsHaveSchemesOfTheirOwn) {
  for (const char* uri : {"com.example.app:/callback", "com.example.app://callback", "com.example.app://host/path"}) {
    EXPECT_EQ(fault(uri, kNative), "") << uri;
    EXPECT_EQ(fault(uri, kNative, UriUse::kPostLogout), "") << uri;
    EXPECT_NE(fault(uri, kNative, UriUse::kInitiateLogin), "") << uri;
    EXPECT_TRUE(matches(uri, uri, kNative)) << uri;
    EXPECT_FALSE(matches(uri, uri, kWeb)) << uri;
  }
  EXPECT_FALSE(matches("com.example.app:/callback", "com.example.app:/callback/x", kNative));
}

}  // namespace
}  // namespace doorward
