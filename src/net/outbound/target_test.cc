#include "net/outbound/target.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

const auto kProduction = EgressPolicy::production();
const auto kDevelopment = EgressPolicy::development();

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
                          "https://127.0.0.1./",
                          "https://127.0.0.1.1/",
                          "https://1.2.3.4.example.0x7f/",
                          "https://256.256.256.256/",
                          "https://exa%0d%0ample.com/",
                          "https://exa_mple..com/",
                          "https://[::1%25lo]/"}) {
    const Reason reason = refusal(url);
    EXPECT_TRUE(reason == Reason::kInvalidArgument || reason == Reason::kEgressForbidden) << url;
    EXPECT_FALSE(parse_target(url, kDevelopment)) << url;
  }
  EXPECT_EQ(refusal("https://example.com/" + std::string(kMaxUrlBytes, 'a')), Reason::kInvalidArgument);
}

TEST(Target, W02RefusesEverySpellingOfALoopbackAddress) {
  for (const char* url :
       {"https://127.0.0.1/", "https://127.1/", "https://0x7f.1/", "https://0x7f000001/", "https://2130706433/",
        "https://0177.0.0.1/", "https://017700000001/", "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/",
        "https://localhost/", "https://localhost./", "https://LOCALHOST/", "https://app.localhost/",
        "https://%31%32%37.0.0.1/", "https://%6cocalhost/"}) {
    EXPECT_EQ(refusal(url), Reason::kEgressForbidden) << url;
  }
}

TEST(Target, W01RefusesReservedAddressesEvenInDevelopment) {
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

TEST(Target, W05AllowsHttpsOnlyInProductionAndNoPortsOfOtherServices) {
  const auto sentence = [](std::string_view url) { return parse_target(url, kProduction).error().message; };
  EXPECT_EQ(sentence("http://example.com/"), "Only https:// URLs are allowed here.");
  for (const char* url : {"ftp://example.com/", "gopher://example.com/", "file:///etc/passwd", "dict://example.com/"}) {
    EXPECT_EQ(refusal(url), Reason::kInvalidArgument) << url;
  }
  for (const int port : {22, 25, 80, 444, 1023, 3306, 5432, 6379, 9200, 11211}) {
    const auto url = "https://example.com:" + std::to_string(port) + "/";
    EXPECT_EQ(refusal(url), Reason::kEgressForbidden) << url;
    EXPECT_EQ(sentence(url), "Port " + std::to_string(port) + " is not allowed.");
  }
  for (const char* url :
       {"https://example.com/", "https://example.com:443/", "https://example.com:1024/", "https://example.com:8443/"}) {
    EXPECT_TRUE(parse_target(url, kProduction)) << url;
  }
  EXPECT_EQ(refusal("http://example.com:25/", kDevelopment), Reason::kEgressForbidden);
}

TEST(Target, W16RefusesLineBreaksInAUrl) {
  for (const char* url : {"https://example.com/\r\nX: y", "https://example.com/?a=\n", "https://example.com\r\n/",
                          "https://exa%0d%0ample.com/", "https://example.com/\x7f", "https://example.com/\t"}) {
    EXPECT_EQ(refusal(url), Reason::kInvalidArgument) << url;
  }
  EXPECT_TRUE(parse_target("https://example.com/a%0d%0ab", kProduction)) << "escaped it stays escaped";
}

TEST(Target, W03JudgesAllAddressesOfAnAnswer) {
  const auto verdict = [](std::vector<const char*> texts, const EgressPolicy& policy) {
    std::vector<IpAddress> addresses;
    for (const char* text : texts) addresses.push_back(*parse_ip_address(text));
    const auto judged = judge_addresses(addresses, 443, policy, {});
    return judged ? "allowed" : reason_name(judged.error().reason);
  };
  EXPECT_EQ(verdict({"8.8.8.8", "2606:4700::1111"}, kProduction), "allowed");
  EXPECT_EQ(verdict({"127.0.0.1"}, kProduction), "egress_forbidden");
  EXPECT_EQ(verdict({"127.0.0.1", "10.0.0.1"}, kProduction), "egress_forbidden");
  EXPECT_EQ(verdict({"8.8.8.8", "127.0.0.1"}, kProduction), "egress_mixed_answer");
  EXPECT_EQ(verdict({"2606:4700::1111", "64:ff9b::8.8.8.8"}, kProduction), "egress_mixed_answer");
  EXPECT_EQ(verdict({"127.0.0.1", "::1", "8.8.8.8"}, kDevelopment), "allowed");
  EXPECT_EQ(verdict({"127.0.0.1", "10.0.0.1"}, kDevelopment), "egress_mixed_answer");
}

}  // namespace
}  // namespace doorward::net
