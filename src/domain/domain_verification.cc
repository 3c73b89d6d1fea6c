#include "domain/domain_verification.h"

#include <fmt/format.h>

#include <algorithm>

namespace doorward {
namespace {

Duration pause_while_pending(std::int32_t failed_checks) {
  Duration pause = kFirstLook;
  for (std::int32_t i = 0; i < failed_checks && pause < kLongestPauseWhilePending; ++i) pause *= 2;
  return std::min(pause, kLongestPauseWhilePending);
}

OrganizationDomain verified(OrganizationDomain domain, Timestamp now) {
  if (!domain.is_verified()) {
    domain.status = VerificationStatus::kVerified;
    domain.verified_time = domain.update_time = now;
  }
  domain.failed_checks = 0;
  domain.next_check = now + kPauseWhileVerified;
  return domain;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

std::string txt_record_name(const OrganizationDomain& domain) {
  return fmt::format("{}.{}", domain.txt_record_key, domain.name);
}

bool proves(const std::vector<std::string>& values, const OrganizationDomain& domain) {
  return !domain.txt_record_secret.empty() && std::ranges::any_of(values, [&](const std::string& value) {
    return without_blanks(value) == domain.txt_record_secret;
  });
}

OrganizationDomain after_scheduled_look(const OrganizationDomain& domain, RecordLook look, Timestamp now) {
  if (look == RecordLook::kFound) return verified(domain, now);
  OrganizationDomain after = domain;
  if (look == RecordLook::kMissing) ++after.failed_checks;
  if (after.is_verified()) {
    if (after.failed_checks >= kMissedLooks) return lost(after, now);
    after.next_check = now + (look == RecordLook::kMissing ? kPauseWhileMissing : kPauseAfterNoAnswer);
    return after;
  }
  const Timestamp end = domain.create_time + kVerificationWindow;
  if (now >= end) return lost(after, now);
  const Duration pause = look == RecordLook::kMissing ? pause_while_pending(after.failed_checks) : kPauseAfterNoAnswer;
  after.next_check = std::min(now + pause, end);
  return after;
}

OrganizationDomain after_asked_look(const OrganizationDomain& domain, RecordLook look, Timestamp now) {
  return look == RecordLook::kFound ? verified(domain, now) : domain;
}

OrganizationDomain lost(const OrganizationDomain& domain, Timestamp now) {
  OrganizationDomain after = domain;
  after.status = VerificationStatus::kFailed;
  after.next_check.reset();
  after.verified_time.reset();
  after.update_time = now;
  return after;
}

}  // namespace doorward
