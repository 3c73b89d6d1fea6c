// API clients with their secrets, as the store has them or had them less than a second ago. Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "app/tokens/generation_cache.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/api_client.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace doorward {

struct ClientState {
  ApiClient client;
  std::vector<ClientSecret> secrets;  // of any status

  // The secret with this id, of any status, or nullptr.
  const ClientSecret* find_secret(const ClientSecretId& id) const;
};

class ClientStates {
 public:
  // A disabled client and a revoked secret lose access within one second: the age leaves room for the reading itself.
  static constexpr std::chrono::milliseconds kMaxAge{900};
  static constexpr std::size_t kGenerationSize = 4096;

  ClientStates(Store& store, const Clock& clock) : store_(store), clock_(clock), cache_(kGenerationSize) {}

  // nullptr when there is no such client, which is not remembered: strangers cannot fill the cache. Errors are those of
  // the store; an old state never stands in for one that cannot be read.
  task<Result<std::shared_ptr<const ClientState>>> find(const ApiClientId& id,
                                                        std::chrono::steady_clock::time_point deadline);

  // The same, read from the store now: for whoever is about to refuse what the remembered state does not know yet.
  task<Result<std::shared_ptr<const ClientState>>> read(const ApiClientId& id,
                                                        std::chrono::steady_clock::time_point deadline);

  // For whoever changed it: from now on this node reads it anew. A read that is under way is not remembered.
  void forget(const ApiClientId& id);

 private:
  struct Entry {
    std::shared_ptr<const ClientState> state;  // nullptr: forgotten
    Timestamp read_at;
  };
  std::shared_ptr<const ClientState> fresh(const ApiClientId& id, Timestamp now);

  Store& store_;
  const Clock& clock_;
  std::mutex mutex_;
  GenerationCache<Entry> cache_;
};

}  // namespace doorward
