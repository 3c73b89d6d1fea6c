#include "net/outbound/curl_http_client.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <latch>

#include "support/loopback_receiver.h"

namespace doorward::net {
namespace {

using testing::LoopbackReceiver;
using testing::ReceivedRequest;
using namespace std::chrono_literals;

OutboundOptions development() { return {.policy = EgressPolicy::development()}; }

HttpRequest post_to(std::string url, std::string body = "{}") {
  return {.method = "POST",
          .url = std::move(url),
          .headers = {{"content-type", "application/json"}},
          .body = std::move(body)};
}

Reason refusal_of(CurlHttpClient& client, HttpRequest request) {
  const auto response = sync_wait(client.send(std::move(request)));
  if (response) {
    ADD_FAILURE() << "answered " << response->status;
    return Reason::kInternal;
  }
  return response.error().reason;
}

TEST(CurlHttpClient, SendsTheRequestAndReturnsTheAnswer) {
  LoopbackReceiver receiver(
      [](const ReceivedRequest&) { return LoopbackReceiver::answer(201, "thanks", "X-Answer: Yes \r\nx-empty:\r\n"); });
  CurlHttpClient client(development());
  auto request = post_to(receiver.url("/hook?x=1"), std::string("{\"a\": \"\0b\"}", 11));
  request.headers.emplace_back("webhook-id", "evt_1");
  const auto response = sync_wait(client.send(std::move(request)));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "thanks");
  EXPECT_GT(response->latency, Duration::zero());
  EXPECT_NE(std::ranges::find(response->headers, std::pair<std::string, std::string>("x-answer", "Yes")),
            response->headers.end());

  const auto received = receiver.wait_for(1)[0];
  EXPECT_EQ(received.method, "POST");
  EXPECT_EQ(received.path, "/hook?x=1");
  EXPECT_EQ(received.body, std::string("{\"a\": \"\0b\"}", 11));
  EXPECT_EQ(received.headers.at("content-type"), "application/json");
  EXPECT_EQ(received.headers.at("webhook-id"), "evt_1");
  EXPECT_FALSE(received.headers.contains("expect"));
  EXPECT_FALSE(received.headers.contains("accept-encoding"));
}

TEST(CurlHttpClient, SendsEveryMethod) {
  LoopbackReceiver receiver;
  CurlHttpClient client(development());
  for (const char* method : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}) {
    auto answer = sync_wait(client.send({.method = method, .url = receiver.url()}));
    ASSERT_TRUE(answer) << method;
    EXPECT_EQ(receiver.received().back().method, method);
  }
}

TEST(CurlHttpClient, ReusesAConnection) {
  LoopbackReceiver receiver;
  CurlHttpClient client(development());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(sync_wait(client.send(post_to(receiver.url()))));
  EXPECT_EQ(receiver.received().back().connection, 1);
}

TEST(CurlHttpClient, W04TakesARedirectAsTheAnswer) {
  std::string location;
  LoopbackReceiver receiver(
      [&](const ReceivedRequest&) { return LoopbackReceiver::answer(302, "", "location: " + location + "\r\n"); });
  CurlHttpClient client(development());
  for (const char* where : {"http://127.0.0.1:1/elsewhere", "file:///etc/passwd", "https://localhost/", "/same"}) {
    location = where;
    const auto response = sync_wait(client.send(post_to(receiver.url())));
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 302);
  }
  EXPECT_EQ(receiver.received().size(), 4u);
}

TEST(CurlHttpClient, W06IgnoresProxiesOfTheEnvironment) {
  LoopbackReceiver proxy;
  LoopbackReceiver receiver;
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) {
    setenv(name, proxy.url("").c_str(), 1);
  }
  CurlHttpClient client(development());
  EXPECT_TRUE(sync_wait(client.send(post_to(receiver.url()))));
  EXPECT_EQ(receiver.received().size(), 1u);
  EXPECT_EQ(proxy.received().size(), 0u);
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY"}) unsetenv(name);
}

TEST(CurlHttpClient, W07CutsAnAnswerThatIsTooLong) {
  LoopbackReceiver receiver([](const ReceivedRequest&) {
    return "HTTP/1.1 200 X\r\ncontent-length: 10000000000\r\n\r\n" + std::string(300'000, 'x');
  });
  CurlHttpClient client(development());
  auto request = post_to(receiver.url());
  request.max_response_bytes = 1000;
  const auto response = sync_wait(client.send(std::move(request)));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, std::string(1000, 'x'));
}

TEST(CurlHttpClient, W07KeepsACompressedAnswerAsItIs) {
  LoopbackReceiver receiver([](const ReceivedRequest&) {
    return LoopbackReceiver::answer(200, "\x1f\x8bnot really", "content-encoding: gzip\r\n");
  });
  CurlHttpClient client(development());
  const auto response = sync_wait(client.send(post_to(receiver.url())));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->body, "\x1f\x8bnot really");
}

TEST(CurlHttpClient, W07RefusesHeadersOfAMegabyte) {
  LoopbackReceiver receiver([](const ReceivedRequest&) {
    std::string answer = "HTTP/1.1 200 X\r\n";
    for (int i = 0; i < 10'000; ++i) answer += "x-filler: " + std::string(100, 'y') + "\r\n";
    return answer + "\r\n";
  });
  CurlHttpClient client(development());
  EXPECT_EQ(refusal_of(client, post_to(receiver.url())), Reason::kTargetProtocolError);
}

// What is not declared as finished counts as unfinished, however steadily it comes.
TEST(CurlHttpClient, W07BoundsTheWholeExchangeNotEachByte) {
  LoopbackReceiver dripping([](const ReceivedRequest&) { return std::nullopt; }, 0, "HTTP/1.1 200 X\r\nx-a: b\r\n");
  LoopbackReceiver body([](const ReceivedRequest&) { return "HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\nabc"; });
  CurlHttpClient client(development());
  for (const auto* receiver : {&dripping, &body}) {
    auto request = post_to(receiver->url());
    request.timeout = 50ms;
    EXPECT_EQ(refusal_of(client, std::move(request)), Reason::kDeadlineExceeded);
  }
}

TEST(CurlHttpClient, W06FollowsNoAlternativeService) {
  LoopbackReceiver other;
  LoopbackReceiver receiver([&](const ReceivedRequest&) {
    return LoopbackReceiver::answer(
        200, "", "alt-svc: http/1.1=\":" + std::to_string(other.port()) + "\"; ma=3600\r\nconnection: close\r\n");
  });
  CurlHttpClient client(development());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(sync_wait(client.send(post_to(receiver.url()))));
  EXPECT_EQ(receiver.received().size(), 3u);
  EXPECT_EQ(other.received().size(), 0u);
}

TEST(CurlHttpClient, W06KnowsNoUnixSockets) {
  CurlHttpClient client(development());
  for (const char* url : {"unix:///run/x", "http+unix://%2frun%2fx/", "http://%2frun%2fx/", "http://./run/x"}) {
    EXPECT_EQ(refusal_of(client, post_to(url)), Reason::kInvalidArgument) << url;
  }
}

TEST(CurlHttpClient, ClosesWhatItKeptWhenNothingIsSentForAWhile) {
  LoopbackReceiver receiver;
  auto options = development();
  options.idle_after = 1ms;
  CurlHttpClient client(options);
  ASSERT_TRUE(sync_wait(client.send(post_to(receiver.url()))));
  receiver.wait_closed(1);
  ASSERT_TRUE(sync_wait(client.send(post_to(receiver.url()))));
  EXPECT_EQ(receiver.received().back().connection, 2);
}

TEST(CurlHttpClient, TellsWhyThereIsNoAnswer) {
  CurlHttpClient client(development());
  LoopbackReceiver silent([](const ReceivedRequest&) { return std::nullopt; });
  auto request = post_to(silent.url());
  request.timeout = 50ms;
  EXPECT_EQ(refusal_of(client, std::move(request)), Reason::kDeadlineExceeded);

  LoopbackReceiver other_protocol([](const ReceivedRequest&) { return "220 mail.example.com ESMTP\r\n"; });
  EXPECT_EQ(refusal_of(client, post_to(other_protocol.url())), Reason::kTargetProtocolError);

  std::uint16_t closed_port = 0;
  {
    closed_port = LoopbackReceiver().port();
  }
  EXPECT_EQ(refusal_of(client, post_to("http://127.0.0.1:" + std::to_string(closed_port) + "/")),
            Reason::kTargetUnreachable);

  LoopbackReceiver no_tls([](const ReceivedRequest&) { return std::nullopt; }, 0, "HTTP/1.1 400 X\r\n\r\n");
  EXPECT_EQ(refusal_of(client, post_to("https://127.0.0.1:" + std::to_string(no_tls.port()) + "/")),
            Reason::kTargetTlsFailed);
}

TEST(CurlHttpClient, RefusesWhatThePolicyForbidsBeforeItSends) {
  LoopbackReceiver receiver;
  CurlHttpClient production({.policy = EgressPolicy::production()});
  EXPECT_EQ(refusal_of(production, post_to(receiver.url())), Reason::kEgressForbidden);
  EXPECT_EQ(refusal_of(production, post_to("https://127.0.0.1:" + std::to_string(receiver.port()) + "/")),
            Reason::kEgressForbidden);
  EXPECT_EQ(production.check_url("https://127.0.0.1/").error().reason, Reason::kEgressForbidden);
  EXPECT_TRUE(production.check_url("https://example.com/"));
  EXPECT_EQ(receiver.received().size(), 0u);
}

TEST(CurlHttpClient, W16RefusesHeadersThatWouldForgeOthers) {
  LoopbackReceiver receiver;
  CurlHttpClient client(development());
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{{"x", "a\r\ny: b"},
                                                                                    {"x\r\ny", "b"},
                                                                                    {"x y", "b"},
                                                                                    {"", "b"},
                                                                                    {"x", std::string("a\0b", 3)},
                                                                                    {"x:", "b"},
                                                                                    {"Host", "inside.example"},
                                                                                    {"Transfer-Encoding", "chunked"},
                                                                                    {"content-length", "1"}}) {
    auto request = post_to(receiver.url());
    request.headers.emplace_back(name, value);
    EXPECT_EQ(refusal_of(client, std::move(request)), Reason::kInvalidArgument) << name;
  }
  auto request = post_to(receiver.url());
  request.method = "POST / HTTP/1.1\r\nx:";
  EXPECT_EQ(refusal_of(client, std::move(request)), Reason::kInvalidArgument);
  EXPECT_EQ(receiver.received().size(), 0u);
}

// Starts `count` requests and counts down as each ends.
void start_many(CurlHttpClient& client, const HttpRequest& request, int count, std::latch& ended,
                std::function<void(Result<HttpResponse>)> on_end) {
  for (int i = 0; i < count; ++i) {
    start_task(client.send(request), [&ended, on_end](std::exception_ptr, std::optional<Result<HttpResponse>> outcome) {
      on_end(std::move(*outcome));
      ended.count_down();
    });
  }
}

TEST(CurlHttpClient, W11ATargetThatDoesNotAnswerHoldsUpNoOtherTarget) {
  LoopbackReceiver silent([](const ReceivedRequest&) { return std::nullopt; });
  LoopbackReceiver lively;
  auto options = development();
  options.max_per_target = 4;
  options.max_in_flight = 8;
  std::latch ended(100);
  std::atomic<int> cancelled = 0;
  {
    CurlHttpClient client(options);
    start_many(client, post_to(silent.url()), 100, ended, [&](Result<HttpResponse> response) {
      if (!response && response.error().reason == Reason::kCancelled) ++cancelled;
    });
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(sync_wait(client.send(post_to(lively.url()))));
    EXPECT_LE(silent.received().size(), 4u);
  }
  ended.wait();
  EXPECT_EQ(cancelled, 100);
}

TEST(CurlHttpClient, ServesThoseThatWaitForTheirTarget) {
  LoopbackReceiver receiver;
  auto options = development();
  options.max_per_target = 2;
  CurlHttpClient client(options);
  std::latch ended(200);
  std::atomic<int> answered = 0;
  start_many(client, post_to(receiver.url()), 200, ended, [&](Result<HttpResponse> response) {
    if (response) ++answered;
  });
  ended.wait();
  EXPECT_EQ(answered, 200);
  EXPECT_LE(receiver.received().back().connection, 4);
}

TEST(CurlHttpClient, RefusesMoreThanMayWait) {
  LoopbackReceiver silent([](const ReceivedRequest&) { return std::nullopt; });
  auto options = development();
  options.max_per_target = 1;
  options.max_waiting = 5;
  std::latch ended(20);
  std::atomic<int> overloaded = 0;
  {
    CurlHttpClient client(options);
    start_many(client, post_to(silent.url()), 20, ended, [&](Result<HttpResponse> response) {
      if (!response && response.error().reason == Reason::kOverloaded) ++overloaded;
    });
  }
  ended.wait();
  EXPECT_GE(overloaded, 14);
}

TEST(CurlHttpClient, W11RefusesMoreThanMayWaitForOneTarget) {
  LoopbackReceiver silent([](const ReceivedRequest&) { return std::nullopt; });
  LoopbackReceiver lively;
  auto options = development();
  options.max_per_target = 1;
  options.max_waiting_per_target = 5;
  std::latch ended(20);
  std::latch refused(14);
  {
    CurlHttpClient client(options);
    const auto on_end = [&](const Result<HttpResponse>& response) {
      if (!response && response.error().reason == Reason::kTargetBusy) refused.count_down();
    };
    start_many(client, post_to(silent.url()), 1, ended, on_end);
    silent.wait_for(1);
    start_many(client, post_to(silent.url()), 19, ended, on_end);
    refused.wait();
    EXPECT_TRUE(sync_wait(client.send(post_to(lively.url()))));
  }
  ended.wait();
}

TEST(CurlHttpClient, GivesUpOnThoseThatWaitedTooLong) {
  LoopbackReceiver silent([](const ReceivedRequest&) { return std::nullopt; });
  auto options = development();
  options.max_per_target = 1;
  CurlHttpClient client(options);
  std::latch ended(3);
  std::atomic<int> expired = 0;
  auto request = post_to(silent.url());
  request.timeout = 50ms;
  start_many(client, request, 3, ended, [&](Result<HttpResponse> response) {
    if (!response && response.error().reason == Reason::kDeadlineExceeded) ++expired;
  });
  ended.wait();
  EXPECT_EQ(expired, 3);
}

TEST(CurlHttpClient, SendsNothingOnceStopped) {
  LoopbackReceiver receiver;
  CurlHttpClient client(development());
  ASSERT_TRUE(sync_wait(client.send(post_to(receiver.url()))));
  client.stop();
  client.stop();
  EXPECT_EQ(refusal_of(client, post_to(receiver.url())), Reason::kCancelled);
  EXPECT_EQ(receiver.received().size(), 1u);
}

}  // namespace
}  // namespace doorward::net
