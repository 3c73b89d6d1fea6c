#include "app/tokens/client_states.h"

#include <algorithm>
#include <utility>

namespace doorward {

const ClientSecret* ClientState::find_secret(const ClientSecretId& id) const {
  const auto found = std::ranges::find(secrets, id, &ClientSecret::id);
  return found == secrets.end() ? nullptr : &*found;
}

std::shared_ptr<const ClientState> ClientStates::fresh(const ApiClientId& id, Timestamp now) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = cache_.find(id.str());
  // A clock that stepped back makes every entry suspect, not eternal.
  if (entry == nullptr || now < entry->read_at || now - entry->read_at >= kMaxAge) return nullptr;
  return entry->state;
}

void ClientStates::forget(const ApiClientId& id) {
  const Timestamp now = clock_.now();
  const std::lock_guard lock(mutex_);
  cache_.put(id.str(), {nullptr, now});
}

task<Result<std::shared_ptr<const ClientState>>> ClientStates::find(const ApiClientId& id,
                                                                    std::chrono::steady_clock::time_point deadline) {
  if (auto known = fresh(id, clock_.now())) co_return known;
  co_return co_await read(id, deadline);
}

task<Result<std::shared_ptr<const ClientState>>> ClientStates::read(const ApiClientId& id,
                                                                    std::chrono::steady_clock::time_point deadline) {
  const Timestamp asked_at = clock_.now();
  auto state = co_await store_.read("token.client_state", {.deadline = deadline},
                                    [&](const ReadTx& tx) -> Result<std::shared_ptr<const ClientState>> {
                                      DOORWARD_TRY(auto client, tx.clients().find(id));
                                      if (!client) return nullptr;
                                      auto found = std::make_shared<ClientState>();
                                      DOORWARD_TRY(found->secrets, tx.clients().secrets(client->environment_id, id));
                                      found->client = *std::move(client);
                                      return found;
                                    });
  if (!state) co_return state;
  const std::lock_guard lock(mutex_);
  if (*state == nullptr) {
    cache_.erase(id.str());
    co_return nullptr;
  }
  // Two reads may end out of order: the later question has the later answer. A question that was asked when the client
  // was forgotten may have the answer of before.
  const Entry* entry = cache_.find(id.str());
  const bool is_later =
      entry == nullptr || entry->read_at < asked_at || (entry->read_at == asked_at && entry->state != nullptr);
  if (is_later) cache_.put(id.str(), {*state, asked_at});
  co_return state;
}

}  // namespace doorward
