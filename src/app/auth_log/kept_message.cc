#include "app/auth_log/kept_message.h"

#include <utility>

namespace doorward {
namespace {

// Refers to `message`.
SealedPlace place_of(const AuthRequestMessage& message) {
  return {.table = "auth_requests", .row_id = message.auth_request_id.str(), .column = message.name};
}

}  // namespace

std::optional<AuthRequestMessage> seal_message(SecretBox& box, const EnvironmentId& environment,
                                               const AuthRequestId& attempt, std::string_view name, std::string text,
                                               Timestamp now) {
  if (text.empty() || text.size() > kMostKeptMessageBytes) return std::nullopt;
  AuthRequestMessage message{.environment_id = environment,
                             .auth_request_id = attempt,
                             .name = std::string(name),
                             .sealed_message = {},
                             .create_time = now,
                             .expire_time = now + kKeptMessageLife};
  message.sealed_message = box.seal(place_of(message), Secret<std::string>(std::move(text)));
  return message;
}

Result<std::string> open_message(const SecretBox& box, const AuthRequestMessage& message) {
  DOORWARD_TRY(const Secret<std::string> text, box.open(place_of(message), message.sealed_message));
  return text.reveal();
}

}  // namespace doorward
