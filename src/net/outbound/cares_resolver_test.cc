#include "net/outbound/cares_resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>

#include "base/completion.h"
#include "support/dns_server.h"

namespace doorward::net {
namespace {

using namespace std::chrono_literals;
using doorward::testing::DnsQuestion;
using doorward::testing::DnsReply;
using doorward::testing::DnsType;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using NameServer = doorward::testing::DnsServer;

ResolverOptions asking(const NameServer& server) {
  return {.servers = {{*parse_ip_address("127.0.0.1"), server.port()}}, .try_timeout = 200ms};
}

Resolver::SteadyTime soon() { return std::chrono::steady_clock::now() + 20s; }

Result<std::vector<std::string>> addresses(Resolver& resolver, std::string name) {
  auto found = sync_wait(resolver.addresses(std::move(name), soon()));
  if (!found) return tl::unexpected(found.error());
  std::vector<std::string> texts;
  for (const auto& address : *found) texts.push_back(to_string(address));
  return texts;
}

Reason refusal(Resolver& resolver, std::string name) {
  const auto found = sync_wait(resolver.addresses(std::move(name), soon()));
  return found ? Reason::kInternal : found.error().reason;
}

// Answers A and AAAA questions by these lists.
NameServer::Handler both(std::vector<doorward::testing::DnsRecord> v4, std::vector<doorward::testing::DnsRecord> v6) {
  return [v4, v6](const DnsQuestion& question) -> std::optional<DnsReply> {
    return DnsReply{.records = question.type == DnsType::kA ? v4 : v6};
  };
}

TEST(CaresResolver, W03GivesEveryAddressOfBothFamilies) {
  NameServer server(both({NameServer::a("192.0.2.1"), NameServer::a("192.0.2.2")}, {NameServer::aaaa("2001:db8::1")}));
  CaresResolver resolver(asking(server));
  EXPECT_THAT(addresses(resolver, "hook.example.com").value(),
              UnorderedElementsAre("192.0.2.1", "192.0.2.2", "2001:db8::1"));
  EXPECT_EQ(server.asked(DnsType::kA), 1u);
  EXPECT_EQ(server.asked()[0].name, "hook.example.com") << "no search domain";
}

TEST(CaresResolver, W03AsksOnceForAsLongAsTheAnswerSays) {
  NameServer server(both({NameServer::a("192.0.2.1", 600)}, {}));
  CaresResolver resolver(asking(server));
  for (const char* name : {"hook.example.com", "HOOK.example.com.", "hook.example.com"}) {
    EXPECT_THAT(addresses(resolver, name).value(), ElementsAre("192.0.2.1"));
  }
  EXPECT_EQ(server.asked(DnsType::kA), 1u);
}

TEST(CaresResolver, W03KeepsNoAnswerWithoutTimeToLive) {
  NameServer server(both({NameServer::a("192.0.2.1", 0)}, {}));
  CaresResolver resolver(asking(server));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(addresses(resolver, "hook.example.com"));
  EXPECT_EQ(server.asked(DnsType::kA), 3u);
}

TEST(CaresResolver, W03FollowsAliasesWithTheirTimeToLive) {
  NameServer server([](const DnsQuestion& question) -> std::optional<DnsReply> {
    if (question.type != DnsType::kA) return DnsReply{};
    auto behind = NameServer::a("10.0.0.7", 600);
    behind.owner = "inside.example.com";
    return DnsReply{.records = {NameServer::cname("inside.example.com", 0), behind}};
  });
  CaresResolver resolver(asking(server));
  EXPECT_THAT(addresses(resolver, "hook.example.com").value(), ElementsAre("10.0.0.7"));
  EXPECT_THAT(addresses(resolver, "hook.example.com").value(), ElementsAre("10.0.0.7"));
  EXPECT_EQ(server.asked(DnsType::kA), 2u);
}

TEST(CaresResolver, AsksAgainByTcpWhenTheAnswerWasCut) {
  NameServer server([](const DnsQuestion& question) -> std::optional<DnsReply> {
    DnsReply reply{.truncated = true};
    for (int i = 1; i <= 50 && question.type == DnsType::kA; ++i) {
      reply.records.push_back(NameServer::a("192.0.2." + std::to_string(i)));
    }
    return reply;
  });
  CaresResolver resolver(asking(server));
  EXPECT_EQ(addresses(resolver, "hook.example.com").value().size(), 50u);
}

TEST(CaresResolver, RefusesAHugeAnswer) {
  NameServer server([](const DnsQuestion& question) -> std::optional<DnsReply> {
    DnsReply reply{.truncated = true};
    for (int i = 0; i < 3000 && question.type == DnsType::kA; ++i) {
      reply.records.push_back(NameServer::a("192.0." + std::to_string(i / 256) + "." + std::to_string(i % 256)));
    }
    return reply;
  });
  CaresResolver resolver(asking(server));
  EXPECT_EQ(refusal(resolver, "hook.example.com"), Reason::kNameUnresolved);
}

TEST(CaresResolver, TellsANameThatDoesNotExistFromServersThatDoNotAnswer) {
  NameServer server([](const DnsQuestion& question) -> std::optional<DnsReply> {
    if (question.name == "missing.example.com") return DnsReply{.rcode = 3};
    if (question.name == "empty.example.com") return DnsReply{};
    if (question.name == "broken.example.com") return DnsReply{.rcode = 2};
    if (question.name == "garbage.example.com") return DnsReply{.bytes = "\xFF\xFF"};
    return std::nullopt;
  });
  CaresResolver resolver(asking(server));
  EXPECT_EQ(refusal(resolver, "missing.example.com"), Reason::kNameNotFound);
  EXPECT_EQ(refusal(resolver, "empty.example.com"), Reason::kNameNotFound);
  EXPECT_EQ(refusal(resolver, "broken.example.com"), Reason::kNameUnresolved);
  EXPECT_EQ(refusal(resolver, "garbage.example.com"), Reason::kNameUnresolved);
  EXPECT_EQ(refusal(resolver, "silent.example.com"), Reason::kNameUnresolved);
}

TEST(CaresResolver, BelievesNoAnswerToAnotherQuestion) {
  NameServer server([](const DnsQuestion&) -> std::optional<DnsReply> {
    return DnsReply{.records = {NameServer::a("192.0.2.1")}, .other_id = 0x1234};
  });
  CaresResolver resolver(asking(server));
  EXPECT_EQ(refusal(resolver, "hook.example.com"), Reason::kNameUnresolved);
}

TEST(CaresResolver, GivesUpAtTheDeadlineOfEachWhoWaits) {
  NameServer server([](const DnsQuestion&) -> std::optional<DnsReply> { return std::nullopt; });
  auto options = asking(server);
  options.try_timeout = 10s;
  CaresResolver resolver(options);
  const auto found = sync_wait(resolver.addresses("slow.example.com", std::chrono::steady_clock::now() + 30ms));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().reason, Reason::kDeadlineExceeded);
}

TEST(CaresResolver, AsksOnceForAllWhoWaitForTheSame) {
  std::latch release(1);
  NameServer server([&](const DnsQuestion& question) -> std::optional<DnsReply> {
    release.wait();
    if (question.type == DnsType::kA) return DnsReply{.records = {NameServer::a("192.0.2.1", 0)}};
    return DnsReply{};
  });
  auto options = asking(server);
  options.try_timeout = 10s;
  CaresResolver resolver(options);
  std::latch ended(20);
  std::atomic<int> found = 0;
  for (int i = 0; i < 20; ++i) {
    start_task(resolver.addresses("hook.example.com", soon()),
               [&](std::exception_ptr, std::optional<Result<std::vector<IpAddress>>> answer) {
                 if (*answer) ++found;
                 ended.count_down();
               });
  }
  release.count_down();
  ended.wait();
  EXPECT_EQ(found, 20);
  EXPECT_LE(server.asked(DnsType::kA), 20u);
}

TEST(CaresResolver, RefusesMoreThanMayBeOpen) {
  NameServer server([](const DnsQuestion&) -> std::optional<DnsReply> { return std::nullopt; });
  auto options = asking(server);
  options.max_open = 3;
  options.try_timeout = 10s;
  CaresResolver resolver(options);
  std::latch ended(10);
  std::atomic<int> overloaded = 0;
  std::atomic<int> cancelled = 0;
  for (int i = 0; i < 10; ++i) {
    start_task(resolver.addresses("host" + std::to_string(i) + ".example.com", soon()),
               [&](std::exception_ptr, std::optional<Result<std::vector<IpAddress>>> answer) {
                 if (answer->error().reason == Reason::kOverloaded) ++overloaded;
                 if (answer->error().reason == Reason::kCancelled) ++cancelled;
                 ended.count_down();
               });
  }
  server.wait_for(6);
  resolver.stop();
  ended.wait();
  EXPECT_EQ(overloaded, 7);
  EXPECT_EQ(cancelled, 3);
  EXPECT_EQ(refusal(resolver, "late.example.com"), Reason::kCancelled);
}

TEST(CaresResolver, KnowsThisMachineWithoutAsking) {
  NameServer server(both({NameServer::a("192.0.2.1")}, {}));
  CaresResolver resolver(asking(server));
  for (const char* name : {"localhost", "LOCALHOST.", "app.localhost"}) {
    EXPECT_THAT(addresses(resolver, name).value(), ElementsAre("127.0.0.1", "::1")) << name;
  }
  EXPECT_TRUE(server.asked().empty());
}

TEST(CaresResolver, W02RefusesWhatIsNoName) {
  NameServer server(both({NameServer::a("192.0.2.1")}, {}));
  CaresResolver resolver(asking(server));
  for (const std::string& name :
       {std::string(), std::string("."), std::string("a..b"), std::string("127.1"), std::string("2130706433"),
        std::string("0x7f000001"), std::string("example.0x7f"), std::string("a b.example"), std::string("a\\.b"),
        std::string("a\0.b", 4), std::string(64, 'a'), std::string(254, 'a'), std::string("b\xC3\xBC.example")}) {
    EXPECT_EQ(refusal(resolver, name), Reason::kInvalidArgument) << name;
  }
  EXPECT_TRUE(server.asked().empty());
}

TEST(CaresResolver, GivesTxtRecordsWithTheirPiecesJoinedAndNeverFromMemory) {
  std::atomic<int> round = 0;
  NameServer server([&](const DnsQuestion& question) -> std::optional<DnsReply> {
    if (question.name == "missing.example.com") return DnsReply{.rcode = 3};
    if (++round == 1) return DnsReply{.records = {NameServer::txt({"other"})}};
    return DnsReply{.records = {NameServer::txt({"door", "ward=1"}), NameServer::txt({""}), NameServer::txt({"x"})}};
  });
  CaresResolver resolver(asking(server));
  EXPECT_THAT(sync_wait(resolver.texts("_proof.example.com", soon())).value(), ElementsAre("other"));
  EXPECT_THAT(sync_wait(resolver.texts("_proof.example.com", soon())).value(), ElementsAre("doorward=1", "", "x"));
  EXPECT_EQ(sync_wait(resolver.texts("missing.example.com", soon())).error().reason, Reason::kNameNotFound);
  EXPECT_EQ(server.asked(DnsType::kTxt), 3u);
}

TEST(CaresResolver, A11_TakesNoTxtRecordThatAnAliasLeadsTo) {
  NameServer server([&](const DnsQuestion& question) -> std::optional<DnsReply> {
    auto elsewhere = NameServer::txt({"doorward=1"});
    elsewhere.owner = "host.attacker.example";
    if (question.name.starts_with("first"))
      return DnsReply{.records = {NameServer::cname("host.attacker.example"), elsewhere}};
    return DnsReply{
        .records = {NameServer::txt({"doorward=1"}), NameServer::cname("host.attacker.example"), elsewhere}};
  });
  CaresResolver resolver(asking(server));
  for (const char* name : {"first.victim.example", "last.victim.example"}) {
    const auto found = sync_wait(resolver.texts(name, soon()));
    ASSERT_FALSE(found) << name;
    EXPECT_EQ(found.error().reason, Reason::kNameNotFound) << name;
  }
}

TEST(DnsServerOption, IsAnAddressWithOrWithoutAPort) {
  const struct {
    const char *text, *canonical;
  } cases[] = {{"192.0.2.53", "192.0.2.53:53"},
               {"192.0.2.53:5353", "192.0.2.53:5353"},
               {"2001:db8::53", "[2001:db8::53]:53"},
               {"[2001:db8::53]", "[2001:db8::53]:53"},
               {"[2001:db8::53]:5353", "[2001:db8::53]:5353"}};
  for (const auto& c : cases) EXPECT_EQ(to_string(parse_dns_server(c.text).value()), c.canonical);
  for (const char* text : {"", "dns.example.com", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:x", "192.0.2.53:65536",
                           "[192.0.2.53]:53", "[2001:db8::53", "[2001:db8::53]53", ":53"}) {
    EXPECT_FALSE(parse_dns_server(text)) << text;
  }
}

}  // namespace
}  // namespace doorward::net
