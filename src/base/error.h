// One error type for the whole product.
//
// An Error is a value: a stable reason, a canonical code derived from it, a message that the caller may read, a
// detail that only the log may hold, and, where a field is at fault, the violations. Edges map it once to their
// protocol (gRPC status, REST ErrorInfo, SCIM scimType, OAuth error). It is never thrown; exceptions are for bugs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorward {

// The sixteen canonical codes with the numbers of google.rpc.Code, so that gRPC can send them as they are.
enum class Code : std::uint8_t {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// Upper-case name of google.rpc.Code, for example "NOT_FOUND".
std::string_view code_name(Code code);

// Why something was refused. The text of a reason is public interface: it appears in answers, logs and metrics, and a
// golden file pins it. Add one in base/reasons.def.
enum class Reason : std::uint16_t {
#define DOORWARD_REASON(id, text, code) id,
#include "base/reasons.def"
#undef DOORWARD_REASON
};

std::string_view reason_name(Reason reason);
// The reason of a public text; nullopt when there is none.
std::optional<Reason> find_reason(std::string_view name);
Code reason_code(Reason reason);

// A field of the caller's input that breaks a rule; the shape of ValidationErrorInfo.FieldViolation.
struct FieldViolation {
  std::string field;        // path in the declared names, e.g. "organization.display_name"
  std::string description;  // what to do, for a person
  std::string constraint;   // stable rule name, e.g. "string.max_len"
};

struct Error {
  Reason reason = Reason::kInternal;
  std::string message;  // safe for the caller
  std::string detail;   // for the log only: never sent
  std::vector<FieldViolation> violations;
  std::optional<std::uint32_t> retry_after_seconds;  // for unavailable and resource exhausted

  Code code() const { return reason_code(reason); }
};

// An error whose message may be shown to the caller.
Error make_error(Reason reason, std::string message);

// The same, with what only the log may see.
Error make_error(Reason reason, std::string message, std::string detail);

// invalid_argument at one field. `constraint` is a stable rule name such as "string.min_len".
Error invalid_field(std::string field, std::string description, std::string constraint);

// A fault of ours: the caller reads a neutral sentence, the log reads `detail`.
Error internal_error(std::string detail);

}  // namespace doorward
