// The two forms of a message, binary protobuf and JSON, behind one pair of functions.
#pragma once

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "rpc/method.h"

namespace doorward::rpc {

enum class Codec : std::uint8_t { kProto, kJson };

// The request message of one call. Most requests fit its own block, so that parsing them takes nothing from the heap.
class RequestMessage {
 public:
  explicit RequestMessage(const Method& method);
  RequestMessage(const RequestMessage&) = delete;
  RequestMessage& operator=(const RequestMessage&) = delete;

  google::protobuf::Message& operator*() { return message_; }

 private:
  static constexpr std::size_t kBlockBytes = 1024;

  alignas(std::max_align_t) char block_[kBlockBytes];
  google::protobuf::Arena arena_;
  google::protobuf::Message& message_;
};

// Fills `message`, of the method's input type, from its bytes. Empty JSON is refused: it is no JSON value.
Result<void> decode(Codec codec, const Method& method, std::string_view bytes, google::protobuf::Message& message);

// Appends an answer of the method.
void encode(Codec codec, const Method& method, const google::protobuf::Message& answer, std::string& out);

}  // namespace doorward::rpc
