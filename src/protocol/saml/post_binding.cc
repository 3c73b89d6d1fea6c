#include "protocol/saml/post_binding.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/encoding.h"

namespace doorward::saml {
namespace {

constexpr std::string_view kRelayState = "RelayState";

// Names are compared as they are decoded: an escape makes no other field of it.
class Fields {
 public:
  Result<void> read(std::string_view text) {
    while (!text.empty()) {
      const std::string_view pair = text.substr(0, text.find('&'));
      text.remove_prefix(std::min(pair.size() + 1, text.size()));
      if (pair.empty()) continue;
      if (++fields_ > kMostPostFields) return failure(Reason::kMalformedRequest, "The form has too many fields.");
      const std::size_t equals = std::min(pair.find('='), pair.size());
      const auto name = percent_decode(pair.substr(0, equals), true);
      if (!name) return broken();
      std::optional<std::string>* field = field_of(*name);
      if (field == nullptr) continue;
      if (*field) return failure(Reason::kDuplicateParam, "A field of the message comes twice.");
      *field = percent_decode(pair.substr(std::min(equals + 1, pair.size())), true);
      if (!*field) return broken();
    }
    return {};
  }

  Result<PostedMessage> message() && {
    if (request_ && response_) {
      return failure(Reason::kDuplicateParam, "The form holds a request and a response.");
    }
    std::optional<std::string>& message = request_ ? request_ : response_;
    if (!message || message->empty()) return failure(Reason::kMalformedRequest, "The form holds no SAML message.");
    PostedMessage posted{.kind = request_ ? MessageKind::kRequest : MessageKind::kResponse,
                         .message = *std::move(message),
                         .relay_state = std::move(relay_state_).value_or(std::string())};
    if (posted.relay_state.size() > kMostReceivedRelayStateBytes) {
      return failure(Reason::kTooLarge, "The RelayState is too long.");
    }
    return posted;
  }

 private:
  static tl::unexpected<Error> broken() {
    return failure(Reason::kMalformedRequest, "The request body is not a well-formed form.");
  }

  std::optional<std::string>* field_of(std::string_view name) {
    if (name == parameter_name(MessageKind::kRequest)) return &request_;
    if (name == parameter_name(MessageKind::kResponse)) return &response_;
    return name == kRelayState ? &relay_state_ : nullptr;
  }

  std::size_t fields_ = 0;
  std::optional<std::string> request_;
  std::optional<std::string> response_;
  std::optional<std::string> relay_state_;
};

}  // namespace

Result<PostedMessage> read_post(std::string_view body, std::string_view query) {
  if (body.size() > kMostPostFormBytes) return failure(Reason::kTooLarge, "The message is too large.");
  Fields fields;
  DOORWARD_CHECK(fields.read(body));
  DOORWARD_CHECK(fields.read(query));
  return std::move(fields).message();
}

bool looks_like_post(std::string_view body) { return body.contains(parameter_name(MessageKind::kResponse)); }

}  // namespace doorward::saml
