// For tests of HTTP/2: a connection by prior knowledge, frames as bytes, and how a connection was ended.
#pragma once

#include <gmock/gmock.h>

#include <cstdint>
#include <optional>
#include <string>

#include "net/server_fixture.h"
#include "tests/support/http2_client.h"

namespace doorward::net {

class Http2Fixture : public ServerFixture {
 protected:
  // Connects with prior knowledge.
  using Http2Client = doorward::testing::Http2Client;

  Http2Client& connect(std::optional<std::uint32_t> window = std::nullopt) {
    socket.emplace(port);
    client.emplace(*socket, window);
    return *client;
  }
  // The server has ended the connection with this GOAWAY, and others are served.
  void expect_ended(std::uint32_t error_code) {
    client->read_to_end();
    EXPECT_EQ(client->goaway, error_code);
    EXPECT_THAT(exchange("GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
                ::testing::StartsWith("HTTP/1.1 200 "));
  }

  std::optional<SocketClient> socket;
  std::optional<Http2Client> client;
};

// A frame as bytes (RFC 9113 section 4.1).
inline std::string frame(int type, int flags, std::uint32_t stream, const std::string& payload) {
  std::string bytes;
  for (const int shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift);
  return bytes + payload;
}

}  // namespace doorward::net
