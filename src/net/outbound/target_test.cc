#include "net/outbound/target.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

constexpr auto kProduction = EgressPolicy::production();
constexpr auto kDevelopment = EgressPolicy::development();

Reason refusal(std::string_view url, const EgressPolicy& policy = kProduction) {
  const auto target = parse_target(url, policy);
  if (target) {
    ADD_FAILURE() << url << " was read as " << target->origin();
    return Reason::kInternal;
  }
  return target.error().reason;
}

TEST(Target, ReadsOrdinaryUrls) {
  const struct {
    const char *url, *origin;
  } cases[] = {
      {"https://example.com", "https://example.com:443"},
      {"https://Example.COM/hook?a=b%20c", "https://example.com:443"},
      {"HTTPS://example.com:8443/", "https://example.com:8443"},
      {"https://8.8.8.8/", "https://8.8.8.8:443"},
      {"https://[2606:4700::1111]:9000/x", "https://2606:4700::1111:9000"},
      {"https://xn--bcher-kva.example/", "https://xn--bcher-kva.example:443"},
  };
  for (const auto& c : cases) {
    const auto target = parse_target(c.url, kProduction);
    ASSERT_TRUE(target) << c.url << ": " << target.error().message;
    EXPECT_EQ(target->origin(), c.origin);
  }
}

TEST(Target, RefusesWhatIsNoHttpUrl) {
  for (const char* url : {"",
                          "example.com",
                          "/hook",
                          "//example.com/",
                          "ftp://example.com/",
                          "file:///etc/passwd",
                          "gopher://example.com/",
                          "unix:///run/x",
                          "https://",
                          "https:///path",
                          "https://user@example.com/",
                          "https://user:pw@example.com/",
                          "https://example.com@127.0.0.1/",
                          "https://example.com/#part",
                          "https://example.com/a b",
                          "https://example.com/\r\nX: y",
                          "https://example.com:0/",
                          "https://example.com:65536/",
                          "https://example.com:x/",
                          "https://①②⑦.0.0.1/",
                          "https://bücher.example/",
                          "javascript:alert(1)",
                          "https://[::1%25lo]/"}) {
    const Reason reason = refusal(url);
    EXPECT_TRUE(reason == Reason::kInvalidArgument || reason == Reason::kEgressForbidden) << url;
    EXPECT_FALSE(parse_target(url, kDevelopment)) << url;
  }
  EXPECT_EQ(refusal("https://example.com/" + std::string(kMaxUrlBytes, 'a')), Reason::kInvalidArgument);
}

TEST(Target, RefusesEverySpellingOfALoopbackAddress) {
  for (const char* url :
       {"https://127.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://0x7f000001/", "https://2130706433/",
        "https://0177.0.0.1/", "https://017700000001/", "https://127.0.0.1./", "https://[::1]/",
        "https://[0:0:0:0:0:0:0:1]/", "https://localhost/", "https://localhost./", "https://LOCALHOST/",
        "https://app.localhost/", "https://%31%32%37.0.0.1/", "https://%6cocalhost/"}) {
    EXPECT_EQ(refusal(url), Reason::kEgressForbidden) << url;
  }
}

TEST(Target, RefusesReservedAddressesEvenInDevelopment) {
  for (const char* url :
       {"https://169.254.169.254/latest", "https://0xa9fea9fe/", "https://10.0.0.1/", "https://192.168.1.1/",
        "https://100.64.0.1/", "https://0/", "https://0.0.0.0/", "https://[::]/", "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/", "https://[fe80::1]/", "https://[fd00::1]/", "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/"}) {
    EXPECT_EQ(refusal(url, kDevelopment), Reason::kEgressForbidden) << url;
    EXPECT_EQ(refusal(url, kProduction), Reason::kEgressForbidden) << url;
  }
}

TEST(Target, AllowsPlainHttpAndLoopbackInDevelopment) {
  EXPECT_EQ(refusal("http://example.com/"), Reason::kEgressForbidden);
  for (const char* url :
       {"http://localhost:3000/webhook", "http://127.0.0.1:1/", "http://[::1]:8080/", "http://example.com/"}) {
    EXPECT_TRUE(parse_target(url, kDevelopment)) << url;
  }
}

TEST(Target, RefusesPortsOfOtherServices) {
  EXPECT_EQ(refusal("https://example.com:22/"), Reason::kEgressForbidden);
  EXPECT_EQ(refusal("https://example.com:6379/"), Reason::kEgressForbidden);
  EXPECT_EQ(refusal("http://example.com:25/", kDevelopment), Reason::kEgressForbidden);
}

}  // namespace
}  // namespace doorward::net
