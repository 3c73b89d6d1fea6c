// API messages out of JSON and out of protobuf bytes: refused or read, and what is read survives both ways of writing.
#include <google/protobuf/stubs/logging.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "echo.pb.h"
#include "rpc/grpc_wire.h"
#include "rpc/json_document.h"
#include "rpc/json_reader.h"
#include "rpc/json_writer.h"
#include "rpc/message_plan.h"

using namespace doorward;
using rpc::testing::Ticket;

namespace {

const rpc::MessagePlan& plan() {
  static rpc::PlanSet plans;
  static const rpc::MessagePlan& ticket = *plans.plan(Ticket::descriptor()).value();
  return ticket;
}

std::string as_json(const Ticket& ticket) {
  std::string text;
  rpc::write_json(ticket, plan(), text);
  return text;
}

}  // namespace

// The first byte chooses: JSON, protobuf, a gRPC frame, a gRPC timeout.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto log = google::protobuf::SetLogHandler(nullptr);
  (void)log;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  Ticket ticket;
  switch (data[0] % 4) {
    case 0: {
      const auto document = rpc::parse_json_document(text, {});
      if (!document || !rpc::read_json(*document, plan(), ticket, "")) return 0;
      // Written and read once, a message is in its final form.
      const std::string first = as_json(ticket);
      const auto parsed = rpc::parse_json_document(first, {});
      Ticket again;
      if (!parsed || !rpc::read_json(*parsed, plan(), again, "") || as_json(again) != first) std::abort();
      return 0;
    }
    case 1:
      if (ticket.ParseFromArray(text.data(), static_cast<int>(text.size()))) (void)as_json(ticket);
      return 0;
    case 2:
      if (const auto message = rpc::unframe(text)) {
        if (message->bytes.size() + rpc::kFrameHeaderBytes != text.size()) std::abort();
        (void)ticket.ParseFromArray(message->bytes.data(), static_cast<int>(message->bytes.size()));
      }
      return 0;
    default:
      if (const auto timeout = rpc::parse_grpc_timeout(text); timeout && timeout->count() < 0) std::abort();
      for (const char c : rpc::percent_encode_message(text)) {
        if (c < 0x20 || c > 0x7e) std::abort();
      }
      return 0;
  }
}
