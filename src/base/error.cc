#include "base/error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace doorward {
namespace {

struct ReasonRow {
  std::string_view text;
  Code code;
};

constexpr auto kReasons = std::to_array<ReasonRow>({
#define DOORWARD_REASON(id, text, code) ReasonRow{text, code},
#include "base/reasons.def"
#undef DOORWARD_REASON
});

constexpr std::array<std::string_view, 17> kCodeNames = {
    "OK",        "CANCELLED",       "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS",  "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",    "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED",
};

}  // namespace

std::string_view code_name(Code code) { return kCodeNames.at(static_cast<std::size_t>(code)); }

std::string_view reason_name(Reason reason) { return kReasons.at(static_cast<std::size_t>(reason)).text; }

std::optional<Reason> find_reason(std::string_view name) {
  const auto found = std::ranges::find(kReasons, name, &ReasonRow::text);
  if (found == kReasons.end()) return std::nullopt;
  return static_cast<Reason>(found - kReasons.begin());
}

Code reason_code(Reason reason) { return kReasons.at(static_cast<std::size_t>(reason)).code; }

Error make_error(Reason reason, std::string message) { return make_error(reason, std::move(message), {}); }

Error make_error(Reason reason, std::string message, std::string detail) {
  Error error;
  error.reason = reason;
  error.message = std::move(message);
  error.detail = std::move(detail);
  return error;
}

Error invalid_field(std::string field, std::string description, std::string constraint) {
  Error error = make_error(Reason::kInvalidArgument, field + ": " + description);
  error.violations.push_back({std::move(field), std::move(description), std::move(constraint)});
  return error;
}

Error internal_error(std::string detail) {
  return make_error(Reason::kInternal, "Doorward could not complete the request because of an internal error.",
                    std::move(detail));
}

}  // namespace doorward
