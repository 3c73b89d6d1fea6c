// Tables over every wire, codec and compression, after the case groups of the Connect conformance suite: what one wire
// answers the others answer too, each in its own form.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "rpc/codec.h"
#include "rpc/error_info.h"
#include "rpc/gzip.h"
#include "rpc/limits.h"
#include "rpc/testing/echo_fixture.h"

namespace doorward::rpc {
namespace {

namespace json = boost::json;
using testing::Ticket;
using ErrorInfo = scalekit::v1::errdetails::ErrorInfo;

enum class Wire { kGrpc, kConnect, kConnectGet, kRest };

struct Combination {
  Wire wire;
  Codec codec;
  bool compressed;  // the request, and the answer asked for
};

std::string name_of(const ::testing::TestParamInfo<Combination>& info) {
  const char* wire[] = {"Grpc", "Connect", "ConnectGet", "Rest"};
  return fmt::format("{}{}{}", wire[static_cast<int>(info.param.wire)],
                     info.param.codec == Codec::kJson ? "Json" : "Proto", info.param.compressed ? "Gzip" : "");
}

// A call and its answer, whatever the wire.
struct Answer {
  int status = 0;
  Code code = Code::kUnknown;
  std::string message;  // of an error
  ErrorInfo info;
  std::string bytes;  // of a good answer, as the codec has them, decompressed
  bool compressed = false;
  net::Headers leading, trailing;
};

class Wires : public testing::EchoTest, public ::testing::WithParamInterface<Combination> {
 protected:
  static constexpr std::string_view kService = "/doorward.rpc.testing.EchoService/";

  // Get takes and answers a GetTicket on every wire.
  static testing::GetTicket ticket(std::size_t labels = 2) {
    testing::GetTicket out;
    out.set_id("tkt_1");
    for (std::size_t i = 0; i < labels; ++i) out.add_labels("label " + std::to_string(i));
    return out;
  }

  static std::string encoded(const testing::GetTicket& message) {
    if (GetParam().codec == Codec::kProto) return message.SerializeAsString();
    json::object out = {{"id", message.id()}};
    out["labels"] = json::array(message.labels().begin(), message.labels().end());
    return json::serialize(out);
  }

  static std::string zipped(std::string_view bytes) {
    std::string out;
    gzip(bytes, out);
    return out;
  }

  static std::string framed(const std::string& bytes, bool compressed) {
    std::string out = std::string(kFrameHeaderBytes, '\0') + bytes;
    finish_frame(out, compressed);
    return out;
  }

  // The request that carries these bytes as its message.
  net::Request request_of(std::string bytes) const {
    const auto [wire, codec, compressed] = GetParam();
    const std::string form = codec == Codec::kJson ? "json" : "proto";
    if (compressed) bytes = zipped(bytes);
    net::Request out = request("POST", std::string(kService) + "Get");
    switch (wire) {
      case Wire::kGrpc:
        out.headers.push_back({"content-type", "application/grpc+" + form});
        out.body = framed(bytes, compressed);
        if (compressed) out.headers.push_back({"grpc-encoding", "gzip"});
        if (compressed) out.headers.push_back({"grpc-accept-encoding", "br,gzip"});
        return out;
      case Wire::kConnect:
        out.headers.push_back({"content-type", "application/" + form});
        out.headers.push_back({"connect-protocol-version", "1"});
        out.body = std::move(bytes);
        break;
      case Wire::kConnectGet:
        out.method = "GET";
        out.query = fmt::format("connect=v1&encoding={}&base64=1&message={}", form, base64url_encode(bytes));
        if (compressed) out.query += "&compression=gzip";
        break;
      case Wire::kRest:
        out = request("POST", "/test/v1/tickets:echo");
        out.headers.push_back({"content-type", "application/json"});
        out.body = std::move(bytes);
        break;
    }
    if (compressed && wire != Wire::kConnectGet) out.headers.push_back({"content-encoding", "gzip"});
    if (compressed) out.headers.push_back({"accept-encoding", "gzip"});
    return out;
  }
  net::Request good_request(std::size_t labels = 2) const { return request_of(encoded(ticket(labels))); }

  static std::string timeout_field() { return GetParam().wire == Wire::kGrpc ? "grpc-timeout" : "connect-timeout-ms"; }

  static void read_grpc(const net::Response& response, Answer& out) {
    const bool trailers_only = net::find_header(response.headers, "grpc-status") != nullptr;
    out.leading = response.headers;
    out.trailing = trailers_only ? response.headers : response.trailers;
    out.code = static_cast<Code>(std::stoi(header(out.trailing, "grpc-status")));
    if (out.code != Code::kOk) {
      std::string details = header(out.trailing, "grpc-status-details-bin");
      while (details.size() % 4 != 0) details += '=';
      google::rpc::Status status;
      ASSERT_TRUE(status.ParseFromString(base64_decode(details).value()));
      EXPECT_EQ(status.code(), static_cast<int>(out.code));
      EXPECT_EQ(percent_encode_message(status.message()), header(out.trailing, "grpc-message"));
      out.message = status.message();
      ASSERT_TRUE(status.details(0).UnpackTo(&out.info));
      return;
    }
    const Frame frame = unframe(response.body).value();
    out.compressed = frame.compressed;
    EXPECT_EQ(header(response.headers, "grpc-encoding"), frame.compressed ? "gzip" : "(absent)");
    out.bytes = frame.compressed ? gunzip(frame.bytes, kMaxInflatedBytes).value() : std::string(frame.bytes);
  }

  static void read_plain(const net::Response& response, Answer& out) {
    for (const auto& field : response.headers) {
      if (field.name.starts_with("trailer-")) {
        out.trailing.push_back({field.name.substr(8), field.value});
      } else {
        out.leading.push_back(field);
      }
    }
    out.compressed = header(response.headers, "content-encoding") == "gzip";
    out.bytes = out.compressed ? gunzip(response.body, kMaxInflatedBytes).value() : response.body;
    if (response.status < 300) out.code = Code::kOk;
  }

  static void read_connect(const net::Response& response, Answer& out) {
    read_plain(response, out);
    if (out.code == Code::kOk) return;
    ASSERT_EQ(header(response.headers, "content-type"), "application/json");
    const auto body = json::parse(response.body);
    for (int code = 1; code <= 16; ++code) {
      if (body.at("code").as_string() == connect_code(static_cast<Code>(code))) out.code = static_cast<Code>(code);
    }
    EXPECT_EQ(response.status, http_status(out.code));
    out.message = std::string(body.at("message").as_string());
    const auto& detail = body.at("details").at(0);
    EXPECT_EQ(detail.at("type"), "scalekit.v1.errdetails.ErrorInfo");
    std::string value(detail.at("value").as_string());
    EXPECT_FALSE(value.ends_with('='));
    while (value.size() % 4 != 0) value += '=';
    ASSERT_TRUE(out.info.ParseFromString(base64_decode(value).value()));
    EXPECT_EQ(detail.at("debug").at("error_code").as_string(), out.info.error_code());
  }

  static void read_rest(const net::Response& response, Answer& out) {
    read_plain(response, out);
    if (out.code == Code::kOk) return;
    const auto body = json::parse(response.body);
    out.info.set_error_code(std::string(body.at("error_code").as_string()));
    out.message = std::string(body.at("localized_message_info").at("message").as_string());
  }

  Answer call(const net::Request& request) {
    const net::Response response = send(request);
    Answer out;
    out.status = response.status;
    switch (GetParam().wire) {
      case Wire::kGrpc:
        read_grpc(response, out);
        break;
      case Wire::kConnect:
      case Wire::kConnectGet:
        read_connect(response, out);
        break;
      case Wire::kRest:
        read_rest(response, out);
        break;
    }
    return out;
  }

  // The refusal that every wire gives; REST has no code, so its status stands for it.
  void expect_refused(const net::Request& request, Code code, std::string_view error_code, int rest_status) {
    const Answer answer = call(request);
    if (GetParam().wire == Wire::kRest) {
      EXPECT_EQ(answer.status, rest_status);
    } else {
      EXPECT_EQ(answer.code, code);
    }
    EXPECT_EQ(answer.info.error_code(), error_code);
    EXPECT_FALSE(answer.message.empty());
  }

  static bool is_rest() { return GetParam().wire == Wire::kRest; }
};

TEST_P(Wires, Success) {
  const Answer answer = call(good_request());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.code, Code::kOk);
  EXPECT_FALSE(answer.compressed) << "too short to gain";
  if (GetParam().codec == Codec::kProto) {
    EXPECT_EQ(answer.bytes, ticket().SerializeAsString());
  } else {
    EXPECT_EQ(json::parse(answer.bytes).at("labels"), json::parse(R"(["label 0","label 1"])"));
  }
}

TEST_P(Wires, LargeAnswersAreCompressedWhenThePeerTakesIt) {
  const Answer answer = call(good_request(200));
  EXPECT_EQ(answer.code, Code::kOk);
  EXPECT_EQ(answer.compressed, GetParam().compressed);
  EXPECT_GT(answer.bytes.size(), kCompressFromBytes);
  EXPECT_NE(answer.bytes.find("label 199"), std::string::npos);
}

TEST_P(Wires, EveryReasonKeepsItsCodeAndDetails) {
  const std::tuple<Reason, Code, int> expected[] = {
      {Reason::kCancelled, Code::kCancelled, 499},
      {Reason::kInvalidPageToken, Code::kInvalidArgument, 400},
      {Reason::kDeadlineExceeded, Code::kDeadlineExceeded, 504},
      {Reason::kOrganizationNotFound, Code::kNotFound, 404},
      {Reason::kExternalIdTaken, Code::kAlreadyExists, 409},
      {Reason::kAccessDenied, Code::kPermissionDenied, 403},
      {Reason::kRateLimited, Code::kResourceExhausted, 429},
      {Reason::kDirectoryEnabled, Code::kFailedPrecondition, 400},
      {Reason::kStoreConflict, Code::kAborted, 409},
      {Reason::kUnimplemented, Code::kUnimplemented, 501},
      {Reason::kInternal, Code::kInternal, 500},
      {Reason::kStoreUnavailable, Code::kUnavailable, 503},
      {Reason::kDirectorySecretInvalid, Code::kInvalidArgument, 400},  // never "your bearer is bad"
  };
  for (const auto& [reason, code, status] : expected) {
    SCOPED_TRACE(reason_name(reason));
    handlers_.fail_with = make_error(reason, "No \u201ething\u201c: 100 %.");
    expect_refused(good_request(), code, error_code(reason), status);
    EXPECT_EQ(call(good_request()).message, "No \u201ething\u201c: 100 %.");
  }
}

TEST_P(Wires, ViolationsTravel) {
  testing::GetTicket bad = ticket();
  bad.set_page_size(101);
  const std::string bytes = GetParam().codec == Codec::kProto ? bad.SerializeAsString() : R"({"page_size":101})";
  expect_refused(request_of(bytes), Code::kInvalidArgument, "INVALID_ARGUMENT", 400);
  if (is_rest()) return;
  const Answer answer = call(request_of(bytes));
  EXPECT_EQ(answer.info.validation_error_info().field_violations(0).field(), "page_size");
}

TEST_P(Wires, UnauthenticatedComesBeforeAnythingOfTheRequest) {
  auto broken = request_of("\xff not a message");
  broken.headers.front().value = "Bearer bad";
  broken.headers.push_back({timeout_field(), "soon"});
  broken.headers.push_back({"content-encoding", "br"});
  broken.headers.push_back({"connect-protocol-version", "9"});
  expect_refused(broken, Code::kUnauthenticated, "INVALID_TOKEN", 401);
  if (GetParam().wire == Wire::kGrpc) return;
  EXPECT_EQ(header(send(broken).headers, "www-authenticate"), "Bearer");
}

TEST_P(Wires, MetadataTravelsBothWays) {
  auto sent = good_request();
  sent.headers.push_back({"x-echo", "one"});
  sent.headers.push_back({"x-echo", "two"});
  handlers_.metadata = {.leading = {{"x-lead", "a"}, {"x-lead", "b"}}, .trailing = {{"x-trail", "c"}}};
  for (const bool fails : {false, true}) {
    if (fails) handlers_.fail_with = make_error(Reason::kAccessDenied, "No.");
    handlers_.seen.clear();
    const Answer answer = call(sent);
    ASSERT_EQ(handlers_.seen.size(), 2u);
    EXPECT_EQ(handlers_.seen[1].value, "two");
    std::string leading;
    for (const auto& [name, value] : answer.leading) leading += name == "x-lead" ? value : "";
    EXPECT_EQ(leading, "ab");
    EXPECT_EQ(header(is_rest() ? answer.leading : answer.trailing, "x-trail"), "c");
  }
}

TEST_P(Wires, TimeoutsBecomeTheDeadline) {
  if (is_rest()) return;
  auto sent = good_request();
  sent.headers.push_back({timeout_field(), GetParam().wire == Wire::kGrpc ? "2000m" : "2000"});
  EXPECT_EQ(patience(sent), std::chrono::seconds(2));
  EXPECT_EQ(call(sent).code, Code::kOk);
  EXPECT_EQ(handlers_.caller.deadline, kNow + std::chrono::seconds{2});
  sent.headers.back().value = GetParam().wire == Wire::kGrpc ? "0m" : "0";
  handlers_.calls = 0;
  expect_refused(sent, Code::kDeadlineExceeded, "DEADLINE_EXCEEDED", 0);
  EXPECT_EQ(handlers_.calls, 0);
}

TEST_P(Wires, BrokenTimeoutsAreRefused) {
  if (is_rest()) return;
  for (const auto* bad : {"", "soon", "-1", "1.5", "12345678901", "1x", "0x5", " 5"}) {
    SCOPED_TRACE(bad);
    auto sent = good_request();
    sent.headers.push_back({timeout_field(), bad});
    EXPECT_EQ(patience(sent), std::nullopt);
    expect_refused(sent, Code::kInvalidArgument, "MALFORMED_REQUEST", 0);
  }
}

TEST_P(Wires, ALateHandlerIsAnsweredForInTheWiresForm) {
  auto late = good_request();
  const net::Response response = api_->too_late(late);
  Answer answer;
  if (GetParam().wire == Wire::kGrpc) read_grpc(response, answer);
  if (GetParam().wire == Wire::kConnect || GetParam().wire == Wire::kConnectGet) read_connect(response, answer);
  if (is_rest()) read_rest(response, answer);
  EXPECT_EQ(answer.info.error_code(), "DEADLINE_EXCEEDED");
  EXPECT_EQ(response.status, GetParam().wire == Wire::kGrpc ? 200 : 504);
}

TEST_P(Wires, ABodyThatIsRefusedOnItsWayIsAnsweredForInTheWiresForm) {
  auto large = good_request();
  const auto response = api_->refused(large, 413);
  ASSERT_TRUE(response);
  Answer answer;
  if (GetParam().wire == Wire::kGrpc) read_grpc(*response, answer);
  if (GetParam().wire == Wire::kConnect || GetParam().wire == Wire::kConnectGet) read_connect(*response, answer);
  if (is_rest()) read_rest(*response, answer);
  EXPECT_EQ(answer.info.error_code(), "PAYLOAD_TOO_LARGE");
  EXPECT_EQ(response->status, GetParam().wire == Wire::kGrpc ? 200 : is_rest() ? 413 : 429);
  EXPECT_FALSE(api_->refused(large, 408));
}

TEST_P(Wires, UnknownEncodingsAreNamedAndRefused) {
  auto sent = good_request();
  if (GetParam().wire == Wire::kConnectGet) {
    sent.query += GetParam().compressed ? "" : "&compression=br";
    if (GetParam().compressed) sent.query.replace(sent.query.find("compression=gzip"), 16, "compression=br");
  } else {
    sent.headers.push_back({GetParam().wire == Wire::kGrpc ? "grpc-encoding" : "content-encoding", "br"});
  }
  expect_refused(sent, Code::kUnimplemented, "UNSUPPORTED_ENCODING", 415);
  EXPECT_EQ(header(send(sent).headers, GetParam().wire == Wire::kGrpc ? "grpc-accept-encoding" : "accept-encoding"),
            GetParam().wire == Wire::kGrpc ? "identity,gzip" : "gzip");
}

TEST_P(Wires, BrokenMessagesAreRefused) {
  expect_refused(request_of("\xff\xff"), Code::kInvalidArgument, "MALFORMED_REQUEST", 400);
  EXPECT_EQ(handlers_.calls, 0);
}

TEST_P(Wires, BrokenCompressionIsRefused) {
  if (!GetParam().compressed) return;
  auto sent = good_request();
  if (GetParam().wire == Wire::kConnectGet) {
    sent.query =
        fmt::format("connect=v1&encoding=json&base64=1&compression=gzip&message={}", base64url_encode("not gzip"));
  } else {
    sent.body = GetParam().wire == Wire::kGrpc ? framed("not gzip", true) : "not gzip";
  }
  expect_refused(sent, Code::kInvalidArgument, "MALFORMED_REQUEST", 400);
}

TEST_P(Wires, AGzipBombIsTooLarge) {
  if (!GetParam().compressed) return;
  auto bomb = request_of(std::string(8 * 1024 * 1024, '\0'));
  expect_refused(bomb, Code::kResourceExhausted, "PAYLOAD_TOO_LARGE", 413);
  EXPECT_EQ(handlers_.calls, 0);
}

TEST_P(Wires, AnswersWithSecretsAreNeverCompressed) {
  if (GetParam().wire == Wire::kConnectGet) return;  // Reveal is no reading method
  auto sent = good_request();
  sent.path = is_rest() ? "/test/v1/tickets:reveal" : std::string(kService) + "Reveal";
  Ticket large;
  large.set_text(std::string(100'000, 'x'));
  const std::string bytes = GetParam().codec == Codec::kProto ? large.SerializeAsString()
                                                              : "{\"text\":\"" + std::string(100'000, 'x') + "\"}";
  sent.body = GetParam().compressed ? zipped(bytes) : bytes;
  if (GetParam().wire == Wire::kGrpc) sent.body = framed(sent.body, GetParam().compressed);
  const Answer answer = call(sent);
  EXPECT_EQ(answer.code, Code::kOk);
  EXPECT_FALSE(answer.compressed);
  EXPECT_GT(answer.bytes.size(), 100'000u);
}

INSTANTIATE_TEST_SUITE_P(
    Every, Wires,
    ::testing::Values(
        Combination{Wire::kGrpc, Codec::kProto, false}, Combination{Wire::kGrpc, Codec::kProto, true},
        Combination{Wire::kGrpc, Codec::kJson, false}, Combination{Wire::kGrpc, Codec::kJson, true},
        Combination{Wire::kConnect, Codec::kProto, false}, Combination{Wire::kConnect, Codec::kProto, true},
        Combination{Wire::kConnect, Codec::kJson, false}, Combination{Wire::kConnect, Codec::kJson, true},
        Combination{Wire::kConnectGet, Codec::kProto, false}, Combination{Wire::kConnectGet, Codec::kProto, true},
        Combination{Wire::kConnectGet, Codec::kJson, false}, Combination{Wire::kConnectGet, Codec::kJson, true},
        Combination{Wire::kRest, Codec::kJson, false}, Combination{Wire::kRest, Codec::kJson, true}),
    name_of);

}  // namespace
}  // namespace doorward::rpc
