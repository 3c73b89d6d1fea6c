// Wrapped values, whose absence is told from emptiness.
#pragma once

#include <google/protobuf/wrappers.pb.h>

#include <optional>
#include <string>

namespace doorward::api {

inline std::optional<std::string> text_of(bool given, const google::protobuf::StringValue& text) {
  return given ? std::optional(text.value()) : std::nullopt;
}
inline std::optional<bool> flag_of(bool given, const google::protobuf::BoolValue& flag) {
  return given ? std::optional(flag.value()) : std::nullopt;
}

}  // namespace doorward::api
