#include "protocol/scim/clause.h"

#include <gtest/gtest.h>

#include "protocol/scim/message.h"

namespace doorward::scim {
namespace {

constexpr Reason kReasons[] = {
#define DOORWARD_REASON(id, text, code) Reason::id,
#include "base/reasons.def"
#undef DOORWARD_REASON
};

TEST(Clause, EveryErrorWithAScimTypeHasOne) {
  int typed = 0;
  for (const Reason reason : kReasons) {
    if (error_status(make_error(reason, "")).scim_type.empty()) continue;
    ++typed;
    const std::string_view clause = clause_of(reason);
    EXPECT_TRUE(clause.starts_with("RFC 764") || clause.starts_with("RFC 9865")) << reason_name(reason);
  }
  EXPECT_GE(typed, 10);
}

TEST(Clause, FaultsOfOursHaveNone) {
  EXPECT_EQ(clause_of(Reason::kInternal), "");
  EXPECT_EQ(clause_of(Reason::kStoreBusy), "");
  EXPECT_EQ(clause_of(Reason::kScimNoTarget), "RFC 7644 section 3.5.2.3");
}

}  // namespace
}  // namespace doorward::scim
