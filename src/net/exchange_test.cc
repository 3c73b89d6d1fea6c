#include "net/exchange.h"

#include <gtest/gtest.h>

namespace doorward::net {
namespace {

std::shared_ptr<const Site> site() {
  ServerOptions options;
  options.handler = [](const Request&) -> task<Response> { co_return Response{}; };
  options.next_request_id = [] { return std::string("req_1"); };
  options.now = [] { return from_micros(0); };
  return std::make_shared<const Site>(std::move(options));
}

// What idle connections keep is multiplied by their number, which a peer chooses.
TEST(Exchange, KeepsLittleOfALargeRequestAndAnswer) {
  constexpr std::size_t kLarge = 1024 * 1024;
  constexpr std::size_t kLittle = 64 * 1024;
  Exchange exchange(site());
  exchange.request.body.assign(kLarge, 'x');
  exchange.request.path.assign(kLarge, 'x');
  exchange.request.headers.resize(100);
  exchange.refuse(404, std::string(kLarge, 'x'));
  exchange.recycle();
  EXPECT_TRUE(exchange.request.body.empty());
  EXPECT_TRUE(exchange.response.body.empty());
  EXPECT_LT(exchange.request.body.capacity() + exchange.request.path.capacity() + exchange.response.body.capacity() +
                exchange.request.headers.capacity() * sizeof(Header),
            kLittle);
}

TEST(Exchange, BeginsAfreshWhenRecycled) {
  Exchange exchange(site());
  exchange.request.method = "POST";
  exchange.request.headers.push_back({"authorization", "Bearer secret"});
  exchange.refuse(404, "no");
  exchange.recycle();
  EXPECT_FALSE(exchange.finished());
  EXPECT_TRUE(exchange.request.method.empty());
  EXPECT_TRUE(exchange.request.headers.empty());
  EXPECT_TRUE(exchange.response.headers.empty());
  EXPECT_EQ(exchange.response.status, 200);
}

}  // namespace
}  // namespace doorward::net
