// From what a database says went wrong to the Reason that callers see: the one place that knows constraint names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace doorward::store {

// How long a caller should wait when the database is away or the queue is full.
inline constexpr std::uint32_t kRetryAfterSeconds = 1;

// A uniqueness rule was broken. `constraint` is PostgreSQL's constraint or index name, or SQLite's list of columns
// ("table.column, table.column"). A rule that no caller's input can break is a fault of ours.
Error unique_violation(std::string_view constraint, std::string_view detail);

// The database cannot be reached, is out of space or fails to read or write.
Error unavailable(std::string detail);

// More writes wait than the queue holds.
Error busy();

// The transaction lost against others again and again.
Error conflict(std::string detail);

// The deadline passed before the work began.
Error deadline_exceeded();

// Text that no database keeps (NUL characters, broken UTF-8).
Error unstorable_text();

}  // namespace doorward::store
