#include "app/service_provider/service_provider_metadata.h"

namespace doorward {

task<Result<std::string>> ServiceProviderMetadata::document(ConnectionId id,
                                                            std::chrono::steady_clock::time_point deadline) {
  DOORWARD_CO_TRY(const auto connection,
                  co_await store_.read("service_provider.metadata", {.deadline = deadline, .one_statement = true},
                                       [&](const ReadTx& tx) { return tx.connections().find(environment_, id); }));
  if (!connection || connection->type != ConnectionType::kSaml) {
    co_return failure(Reason::kConnectionNotFound, "There is no such connection.");
  }
  co_return co_await service_provider_.metadata(*connection);
}

}  // namespace doorward
