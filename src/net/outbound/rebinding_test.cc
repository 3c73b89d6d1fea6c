// What the outbound client makes of name servers that lie: a real name server on loopback, and a receiver beside it
// that nothing may reach.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <mutex>

#include "net/outbound/cares_resolver.h"
#include "net/outbound/curl_http_client.h"
#include "support/dns_server.h"
#include "support/loopback_receiver.h"

namespace doorward::net {
namespace {

using namespace std::chrono_literals;
using testing::DnsQuestion;
using testing::DnsReply;
using testing::DnsType;
using testing::LoopbackReceiver;
using testing::ReceivedRequest;
using NameServer = testing::DnsServer;

// What the test sets and the name server's thread reads.
template <class T>
class Shared {
 public:
  Shared& operator=(T value) {
    const std::scoped_lock lock(mutex_);
    value_ = std::move(value);
    return *this;
  }
  T get() const {
    const std::scoped_lock lock(mutex_);
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

class Rebinding : public ::testing::Test {
 protected:
  OutboundOptions options(EgressPolicy policy) {
    return {.policy = std::move(policy),
            .resolver = std::make_shared<CaresResolver>(
                ResolverOptions{.servers = {{*parse_ip_address("127.0.0.1"), names_.port()}}, .try_timeout = 200ms})};
  }

  // To the receiver, if the name led there.
  HttpRequest request(const std::string& host, const std::string& scheme = "https") {
    return {.method = "POST", .url = scheme + "://" + host + ":" + std::to_string(receiver_.port()) + "/"};
  }

  Reason refusal(CurlHttpClient& client, HttpRequest request) {
    EXPECT_TRUE(client.check_url(request.url)) << "the text alone tells nothing";
    const auto response = sync_wait(client.send(std::move(request)));
    return response ? Reason::kInternal : response.error().reason;
  }

  std::atomic<int> a_questions_ = 0;
  Shared<std::function<DnsReply(int)>> a_;  // the answer to the nth question for IPv4 addresses, from 1
  Shared<std::vector<testing::DnsRecord>> aaaa_;
  NameServer names_{[this](const DnsQuestion& question) -> std::optional<DnsReply> {
    if (question.type == DnsType::kA) return a_.get()(++a_questions_);
    return DnsReply{.records = aaaa_.get()};
  }};
  LoopbackReceiver receiver_;
};

TEST_F(Rebinding, W01RefusesANameThatLeadsInside) {
  CurlHttpClient client(options(EgressPolicy::production()));
  for (const char* address : {"127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1"}) {
    a_ = [address](int) { return DnsReply{.records = {NameServer::a(address, 0)}}; };
    EXPECT_EQ(refusal(client, request("hook.example.com")), Reason::kEgressForbidden) << address;
  }
  a_ = [](int) { return DnsReply{}; };
  for (const char* address : {"::1", "fd00::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"}) {
    aaaa_ = {NameServer::aaaa(address, 0)};
    EXPECT_EQ(refusal(client, request("hook.example.com")), Reason::kEgressForbidden) << address;
  }
  EXPECT_TRUE(receiver_.received().empty());
}

TEST_F(Rebinding, W01RefusesANameThatLeadsToThisMachineByItsPublicAddress) {
  a_ = [](int) { return DnsReply{.records = {NameServer::a("8.8.4.4")}}; };
  auto with_own = options(EgressPolicy::production());
  with_own.own_addresses = [] { return std::vector<IpAddress>{*parse_ip_address("8.8.4.4")}; };
  CurlHttpClient client(with_own);
  EXPECT_EQ(refusal(client, request("hook.example.com")), Reason::kEgressForbidden);
  EXPECT_EQ(client.check_url("https://8.8.4.4/").error().reason, Reason::kEgressForbidden);
}

TEST_F(Rebinding, W03RefusesAnAnswerThatIsPartlyInside) {
  a_ = [](int) { return DnsReply{.records = {NameServer::a("8.8.8.8"), NameServer::a("127.0.0.1")}}; };
  CurlHttpClient client(options(EgressPolicy::production()));
  EXPECT_EQ(refusal(client, request("hook.example.com")), Reason::kEgressMixedAnswer);
  a_ = [](int) { return DnsReply{.records = {NameServer::a("8.8.8.8")}}; };
  aaaa_ = {NameServer::aaaa("::1")};
  EXPECT_EQ(refusal(client, request("other.example.com")), Reason::kEgressMixedAnswer) << "families count together";
  EXPECT_TRUE(receiver_.received().empty());
}

TEST_F(Rebinding, W03RefusesAnAliasThatLeadsInside) {
  a_ = [](int) {
    auto behind = NameServer::a("127.0.0.1");
    behind.owner = "inside.example.com";
    return DnsReply{.records = {NameServer::cname("inside.example.com"), behind}};
  };
  CurlHttpClient client(options(EgressPolicy::production()));
  EXPECT_EQ(refusal(client, request("hook.example.com")), Reason::kEgressForbidden);
  EXPECT_TRUE(receiver_.received().empty());
}

// 127.0.0.2 stands for the address that is allowed and 127.0.0.1, where the receiver listens, for the one that is not.
TEST_F(Rebinding, W03ConnectsToWhatItJudgedAndAsksNoSecondTime) {
  a_ = [](int question) { return DnsReply{.records = {NameServer::a(question == 1 ? "127.0.0.2" : "127.0.0.1", 0)}}; };
  EgressPolicy policy{.allow_plain_http = true, .allowed = IpNetworks::parse("127.0.0.2").value()};
  CurlHttpClient client(options(policy));
  EXPECT_EQ(refusal(client, request("hook.example.com", "http")), Reason::kTargetUnreachable);
  EXPECT_EQ(names_.asked(DnsType::kA), 1u);
  EXPECT_EQ(refusal(client, request("hook.example.com", "http")), Reason::kEgressForbidden);
  EXPECT_EQ(names_.asked(DnsType::kA), 2u);
  EXPECT_TRUE(receiver_.received().empty());
}

TEST_F(Rebinding, W03SendsTheHostOfTheUrl) {
  a_ = [](int) { return DnsReply{.records = {NameServer::a("127.0.0.1")}}; };
  CurlHttpClient client(options(EgressPolicy::development()));
  for (const char* host : {"hook.example.com", "HOOK.example.com", "hook.example.com."}) {
    ASSERT_TRUE(sync_wait(client.send(request(host, "http")))) << host;
    EXPECT_EQ(receiver_.received().back().headers.at("host"),
              std::string(host) + ":" + std::to_string(receiver_.port()));
  }
  EXPECT_EQ(names_.asked(DnsType::kA), 1u) << "kept for its time to live";
}

TEST_F(Rebinding, ReachesAReceiverInsideThatTheOperatorAllows) {
  a_ = [](int) { return DnsReply{.records = {NameServer::a("127.0.0.1")}}; };
  EgressPolicy policy{.allow_plain_http = true, .allowed = IpNetworks::parse("127.0.0.1/32").value()};
  CurlHttpClient client(options(policy));
  EXPECT_TRUE(sync_wait(client.send(request("hook.example.com", "http"))));
  aaaa_ = {NameServer::aaaa("::1")};
  EXPECT_EQ(refusal(client, request("other.example.com", "http")), Reason::kEgressMixedAnswer);
}

TEST_F(Rebinding, TellsWhyANameLeadsNowhere) {
  CurlHttpClient client(options(EgressPolicy::production()));
  a_ = [](int) { return DnsReply{.rcode = 3}; };
  EXPECT_EQ(refusal(client, request("missing.example.com")), Reason::kNameNotFound);
  a_ = [](int) { return DnsReply{.rcode = 2}; };
  EXPECT_EQ(refusal(client, request("broken.example.com")), Reason::kNameUnresolved);
  a_ = [](int) { return DnsReply{.records = {NameServer::a("8.8.8.8")}, .other_id = 7}; };
  auto hasty = request("forged.example.com");
  hasty.timeout = 50ms;
  EXPECT_EQ(refusal(client, std::move(hasty)), Reason::kDeadlineExceeded);
}

TEST_F(Rebinding, ANameServerThatIsSlowForOneNameDelaysNoOther) {
  NameServer names([](const DnsQuestion& question) -> std::optional<DnsReply> {
    if (question.name == "slow.example.com") return std::nullopt;
    if (question.type == DnsType::kA) return DnsReply{.records = {NameServer::a("127.0.0.1")}};
    return DnsReply{};
  });
  auto slow_names = options(EgressPolicy::development());
  slow_names.resolver = std::make_shared<CaresResolver>(
      ResolverOptions{.servers = {{*parse_ip_address("127.0.0.1"), names.port()}}, .try_timeout = 20s});
  std::latch ended(100);
  {
    CurlHttpClient client(slow_names);
    for (int i = 0; i < 100; ++i) {
      start_task(client.send(request("slow.example.com", "http")),
                 [&](std::exception_ptr, std::optional<Result<HttpResponse>> outcome) {
                   EXPECT_EQ(outcome->error().reason, Reason::kCancelled);
                   ended.count_down();
                 });
    }
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(sync_wait(client.send(request("lively.example.com", "http"))));
  }
  ended.wait();
}

}  // namespace
}  // namespace doorward::net
