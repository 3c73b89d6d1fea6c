#include "connections/suite.h"

namespace doorward::store {
// The fixture alone is used here; its own tests are another program.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);
}  // namespace doorward::store

namespace doorward {

INSTANTIATE_TEST_SUITE_P(EveryDatabase, ConnectionSuite,
                         testing::Values(store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace doorward
