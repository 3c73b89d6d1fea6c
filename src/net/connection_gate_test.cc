#include "net/connection_gate.h"

#include <gtest/gtest.h>

#include <optional>

namespace doorward::net {
namespace {

IpAddress make_address(std::string_view text) { return parse_ip_address(text).value(); }

Refusal refusal_of(const std::variant<ConnectionGate::Permit, Refusal>& answer) { return std::get<Refusal>(answer); }

TEST(ConnectionGate, ASourceIsAnIpv4AddressOrAnIpv6Network) {
  const auto gate = std::make_shared<ConnectionGate>(Limits{.connections_per_source = 1});
  const auto v4 = gate->admit(make_address("192.0.2.1"));
  ASSERT_TRUE(std::holds_alternative<ConnectionGate::Permit>(v4));
  EXPECT_EQ(refusal_of(gate->admit(make_address("192.0.2.1"))), Refusal::kConnectionsPerSource);
  EXPECT_EQ(refusal_of(gate->admit(make_address("::ffff:192.0.2.1"))), Refusal::kConnectionsPerSource);
  const auto v6 = gate->admit(make_address("2001:db8:1:2::1"));
  ASSERT_TRUE(std::holds_alternative<ConnectionGate::Permit>(v6));
  EXPECT_EQ(refusal_of(gate->admit(make_address("2001:db8:1:2:ffff::9"))), Refusal::kConnectionsPerSource);
  EXPECT_TRUE(std::holds_alternative<ConnectionGate::Permit>(gate->admit(make_address("2001:db8:1:3::1"))));
  EXPECT_EQ(gate->open(), 2U);
}

TEST(ConnectionGate, ATrustedProxyCountsInTheTotalOnly) {
  const auto gate = std::make_shared<ConnectionGate>(Limits{.connections = 2, .connections_per_source = 1});
  {
    const auto first = gate->admit(make_address("192.0.2.1"), true),
               second = gate->admit(make_address("192.0.2.1"), true);
    EXPECT_TRUE(std::holds_alternative<ConnectionGate::Permit>(second));
    EXPECT_EQ(refusal_of(gate->admit(make_address("192.0.2.1"), true)), Refusal::kConnections);
  }
  EXPECT_EQ(gate->open(), 0U);
}

TEST(ConnectionGate, PlacesComeBack) {
  const auto gate = std::make_shared<ConnectionGate>(Limits{.connections = 1});
  {
    const auto first = gate->admit(make_address("192.0.2.1"));
    EXPECT_EQ(refusal_of(gate->admit(make_address("192.0.2.2"))), Refusal::kConnections);
    EXPECT_FALSE(gate->wait_empty(std::chrono::milliseconds(0)));
  }
  EXPECT_TRUE(gate->wait_empty(std::chrono::milliseconds(0)));
  EXPECT_TRUE(std::holds_alternative<ConnectionGate::Permit>(gate->admit(make_address("192.0.2.2"))));
}

}  // namespace
}  // namespace doorward::net
