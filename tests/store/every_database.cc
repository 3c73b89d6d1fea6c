// Apart from the suite itself, which other programs use for its databases without its cases.
#include "suite.h"

namespace doorward::store {

INSTANTIATE_TEST_SUITE_P(EveryDatabase, StoreSuite, testing::Values(DatabaseKind::kSqlite, DatabaseKind::kPostgres),
                         [](const auto& kind) { return database_name(kind.param); });

}  // namespace doorward::store
