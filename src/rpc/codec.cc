#include "rpc/codec.h"

#include <boost/json/monotonic_resource.hpp>

#include "rpc/json_document.h"
#include "rpc/json_reader.h"
#include "rpc/json_writer.h"

namespace doorward::rpc {
namespace {

// Small documents are parsed without the heap.
constexpr std::size_t kJsonBufferBytes = 2048;

google::protobuf::ArenaOptions starting_in(char* block, std::size_t size) {
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = size;
  return options;
}

}  // namespace

RequestMessage::RequestMessage(const Method& method)
    : arena_(starting_in(block_, sizeof block_)), message_(*method.request_prototype->New(&arena_)) {}

Result<void> decode(Codec codec, const Method& method, std::string_view bytes, google::protobuf::Message& message) {
  if (codec == Codec::kProto) {
    if (message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return {};
    return failure(Reason::kMalformedRequest, "The message is not a " + message.GetTypeName() + ".");
  }
  unsigned char buffer[kJsonBufferBytes];
  boost::json::monotonic_resource memory(buffer, sizeof buffer);
  DOORWARD_TRY(const auto document, parse_json_document(bytes, &memory));
  return read_json(document, *method.request_plan, message, "");
}

void encode(Codec codec, const Method& method, const google::protobuf::Message& answer, std::string& out) {
  if (codec == Codec::kJson) return write_json(answer, *method.response_plan, out);
  const std::size_t before = out.size();
  const std::size_t size = answer.ByteSizeLong();
  out.resize(before + size);
  answer.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(out.data() + before));
}

}  // namespace doorward::rpc
