#include "app/auth_log/auth_requests.h"

#include <utility>

#include "app/auth_log/kept_message.h"
#include "domain/connection_snapshot.h"

namespace doorward {
namespace {

std::string time_text(const std::optional<Timestamp>& time) {
  return time ? std::to_string(to_micros(*time)) : std::string();
}

std::string list_scope(const Caller& by, const AuthRequestFilter& filter) {
  std::string statuses;
  for (const AuthRequestStatus status : filter.statuses) statuses += std::to_string(static_cast<int>(status));
  return page_scope({"auth_requests", by.environment_id.str(), by.id,
                     filter.organization.value_or(OrganizationId()).str(),
                     filter.connection.value_or(ConnectionId()).str(), filter.client.value_or(ApiClientId()).str(),
                     filter.email, statuses, time_text(filter.start_time), time_text(filter.end_time)});
}

Keyset position(const AuthRequest& request) { return {request.create_time, request.id.str()}; }

Result<void> add_names(const ReadTx& tx, const AuthRequest& request, AuthRequestNames& names) {
  if (!request.connection_id.empty() && !names.connections.contains(request.connection_id)) {
    DOORWARD_TRY(auto connection, tx.connections().find(request.environment_id, request.connection_id));
    if (connection) names.connections.emplace(request.connection_id, *std::move(connection));
  }
  if (!request.client_id.empty() && !names.clients.contains(request.client_id)) {
    DOORWARD_TRY(auto client, tx.clients().find(request.client_id));
    if (client && client->environment_id == request.environment_id) {
      names.clients.emplace(request.client_id, *std::move(client));
    }
  }
  return {};
}

}  // namespace

const Connection* AuthRequestNames::connection_of(const AuthRequest& request) const {
  const auto found = connections.find(request.connection_id);
  return found == connections.end() ? nullptr : &found->second;
}

const ApiClient* AuthRequestNames::client_of(const AuthRequest& request) const {
  const auto found = clients.find(request.client_id);
  return found == clients.end() ? nullptr : &found->second;
}

task<Result<AuthRequestList>> AuthRequests::list(const Caller& by, AuthRequestFilter filter, std::uint32_t page_size,
                                                 std::string page_token) {
  const std::string scope = list_scope(by, filter);
  DOORWARD_CO_TRY(const PageRequest wanted, page_tokens_.parse(scope, page_size, page_token));
  co_return co_await ports_.store.read(
      "auth_request.list", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<AuthRequestList> {
        DOORWARD_TRY(auto page, tx.auth_requests().list(by.environment_id, filter, wanted));
        AuthRequestList list{.requests = {},
                             .names = {},
                             .next_page_token = page_tokens_.next(scope, page, position),
                             .prev_page_token = page_tokens_.previous(scope, page, position)};
        DOORWARD_TRY(list.total_size, tx.auth_requests().count(by.environment_id, filter));
        for (const AuthRequest& request : page.items) DOORWARD_CHECK(add_names(tx, request, list.names));
        list.requests = std::move(page.items);
        return list;
      });
}

task<Result<AuthRequest>> AuthRequests::get(const Caller& by, AuthRequestId id) {
  co_return co_await ports_.store.read("auth_request.get", {.deadline = by.deadline, .one_statement = true},
                                       [&](const ReadTx& tx) -> Result<AuthRequest> {
                                         DOORWARD_TRY(auto request, tx.auth_requests().find(by.environment_id, id));
                                         if (!request)
                                           return failure(Reason::kAuthRequestNotFound,
                                                          "authentication request not found");
                                         return *std::move(request);
                                       });
}

task<Result<AuthRequestBundle>> AuthRequests::bundle(const Caller& by, AuthRequestId id) {
  AuthRequestBundle bundle;
  bundle.create_time = ports_.clock.now();
  std::vector<AuthRequestMessage> sealed;
  DOORWARD_CO_CHECK(co_await ports_.store.read(
      "auth_request.bundle", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<void> {
        DOORWARD_TRY(auto request, tx.auth_requests().find(by.environment_id, id));
        if (!request) return failure(Reason::kAuthRequestNotFound, "authentication request not found");
        DOORWARD_TRY(sealed, tx.auth_requests().messages(by.environment_id, id, bundle.create_time));
        DOORWARD_TRY(const auto connection, tx.connections().find(by.environment_id, request->connection_id));
        if (connection) {
          DOORWARD_TRY(const auto domains, tx.connections().domains(by.environment_id, connection->id));
          bundle.connection = connection_snapshot(*connection, domains);
        }
        bundle.request = *std::move(request);
        return {};
      }));
  for (const AuthRequestMessage& message : sealed) {
    // One whose key is gone says no more than one that was never kept.
    auto text = open_message(ports_.box, message);
    if (!text) continue;
    bundle.messages.push_back({.name = message.name,
                               .text = *std::move(text),
                               .create_time = message.create_time,
                               .expire_time = message.expire_time});
  }
  co_return bundle;
}

}  // namespace doorward
