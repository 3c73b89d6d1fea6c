#include "domains/suite.h"

namespace doorward::store {
// The fixture alone is used here; its own tests are another program.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(StoreSuite);
}  // namespace doorward::store

namespace doorward {

INSTANTIATE_TEST_SUITE_P(EveryDatabase, DomainSuite, testing::ValuesIn(kDatabases),
                         [](const auto& kind) { return store::database_name(kind.param); });

}  // namespace doorward
