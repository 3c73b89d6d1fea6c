// Connections in lists: of an organization, of a domain, of all organizations.
#include <string>
#include <utility>

#include "app/connections/connection_records.h"
#include "app/organizations/lookup.h"
#include "domain/connection_snapshot.h"
#include "domain/domain_name.h"

namespace doorward {
namespace {

Keyset position(const Connection& connection) { return {connection.create_time, connection.id.str()}; }

// Those of the query's organization, or all to which its domain leads.
Result<std::vector<Connection>> candidates(const ReadTx& tx, const EnvironmentId& environment,
                                           const ListConnections& query) {
  if (query.organization) DOORWARD_CHECK(find_organization(tx, environment, *query.organization));
  if (!query.domain) return tx.connections().list(environment, *query.organization);
  const auto name = canonical_domain(*query.domain);
  if (!name) return std::vector<Connection>();
  DOORWARD_TRY(const auto domain, tx.domains().find_verified(environment, *name));
  if (!domain || (query.organization && domain->organization_id != *query.organization)) {
    return std::vector<Connection>();
  }
  return connections_of_domain(tx.connections(), *domain);
}

template <class T>
std::string text_of(const std::optional<T>& value) {
  return value ? std::to_string(static_cast<int>(*value)) : std::string();
}

std::string search_scope(const Caller& by, const ConnectionFilter& filter) {
  return page_scope({"connections", by.environment_id.str(), by.id, filter.query, text_of(filter.provider),
                     text_of(filter.status), text_of(filter.type), text_of(filter.enabled)});
}

}  // namespace

task<Result<std::vector<ConnectionView>>> Connections::list(const Caller& by, ListConnections query) {
  if (!query.organization && !query.domain) {
    co_return failure(invalid_field("organization_id", "Name an organization or a domain.", "required"));
  }
  co_return co_await store_.read("connection.list", {.deadline = by.deadline},
                                 [&](const ReadTx& tx) -> Result<std::vector<ConnectionView>> {
                                   DOORWARD_TRY(auto connections, candidates(tx, by.environment_id, query));
                                   std::vector<ConnectionView> views;
                                   for (Connection& connection : connections) {
                                     if (query.scope == ConnectionScope::kActive && !connection.is_active()) continue;
                                     DOORWARD_TRY(auto one, view(tx, std::move(connection)));
                                     views.push_back(std::move(one));
                                   }
                                   return views;
                                 });
}

task<Result<ConnectionList>> Connections::search(const Caller& by, SearchConnections query) {
  const std::string scope = search_scope(by, query.filter);
  DOORWARD_CO_TRY(const PageRequest page, page_tokens_.parse(scope, query.page_size, query.page_token));
  co_return co_await store_.read(
      "connection.search", {.deadline = by.deadline}, [&](const ReadTx& tx) -> Result<ConnectionList> {
        ConnectionList list;
        DOORWARD_TRY(list.total_size, tx.connections().count(by.environment_id, query.filter));
        DOORWARD_TRY(auto rows, tx.connections().search(by.environment_id, query.filter, page));
        list.next_page_token = page_tokens_.next(scope, rows, position);
        list.prev_page_token = page_tokens_.previous(scope, rows, position);
        for (Connection& connection : rows.items) {
          DOORWARD_TRY(auto one, view(tx, std::move(connection)));
          list.connections.push_back(std::move(one));
        }
        return list;
      });
}

}  // namespace doorward
