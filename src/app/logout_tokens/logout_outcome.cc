#include "app/logout_tokens/logout_outcome.h"

#include <cstddef>

namespace doorward {

const RetrySchedule& logout_schedule() {
  static const RetrySchedule kSchedule = RetrySchedule::parse("fast").value();
  return kSchedule;
}

std::string_view logout_result_name(LogoutResult result) {
  switch (result) {
    case LogoutResult::kDelivered:
      return "delivered";
    case LogoutResult::kRefused:
      return "refused";
    case LogoutResult::kRetried:
      return "retried";
    case LogoutResult::kGivenUp:
      return "given_up";
    case LogoutResult::kCancelled:
      return "cancelled";
  }
  return "";
}

LogoutResult judge_logout(int http_status, std::int32_t attempts_made) {
  constexpr int kOk = 200;
  constexpr int kNoContent = 204;
  constexpr int kBadRequest = 400;
  if (http_status == kOk || http_status == kNoContent) return LogoutResult::kDelivered;
  if (http_status == kBadRequest) return LogoutResult::kRefused;
  return static_cast<std::size_t>(attempts_made) < logout_schedule().attempts() ? LogoutResult::kRetried
                                                                                : LogoutResult::kGivenUp;
}

Duration logout_wait(std::int32_t attempts_made) {
  return logout_schedule().delays.at(static_cast<std::size_t>(attempts_made));
}

}  // namespace doorward
