#include "store/sql/auth_requests.h"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <limits>

#include "protocol/scim/case_fold.h"
#include "store/sql/page.h"
#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

namespace json = boost::json;

#define COLUMNS                                                                                                  \
  "environment_id, id, organization_id, connection_id, client_id, email_folded, status, document, create_time, " \
  "update_time"
// One text for each index that can lead, so that no database guesses: `$2` is the e-mail, `$3` the organization.
#define NARROWED(lead)                                                                                   \
  " FROM auth_requests WHERE environment_id = $1 AND " lead                                              \
  " AND ($4 = '' OR connection_id = $4) AND ($5 = '' OR client_id = $5) AND status IN ($6, $7, $8, $9) " \
  "AND create_time >= $10 AND create_time < $11 "
#define OF_ANYBODY "$2 = '' AND $3 = ''"
#define OF_ORGANIZATION "$2 = '' AND organization_id = $3"
#define OF_EMAIL "email_folded <> '' AND email_folded = $2 AND ($3 = '' OR organization_id = $3)"
#define OLDER(lead) \
  "SELECT " COLUMNS NARROWED(lead) "AND (create_time, id) < ($12, $13) ORDER BY create_time DESC, id DESC LIMIT $14"
#define NEWER(lead) \
  "SELECT " COLUMNS NARROWED(lead) "AND (create_time, id) > ($12, $13) ORDER BY create_time, id LIMIT $14"
#define COUNT(lead) "SELECT count(*) FROM (SELECT 1" NARROWED(lead) "LIMIT $12) AS counted"

struct ListQueries {
  Query older;
  Query newer;
  Query count;
};
constexpr ListQueries kOfAnybody{{"auth_requests.list", OLDER(OF_ANYBODY)},
                                 {"auth_requests.list_backward", NEWER(OF_ANYBODY)},
                                 {"auth_requests.count", COUNT(OF_ANYBODY)}};
constexpr ListQueries kOfOrganization{{"auth_requests.list_of_organization", OLDER(OF_ORGANIZATION)},
                                      {"auth_requests.list_of_organization_backward", NEWER(OF_ORGANIZATION)},
                                      {"auth_requests.count_of_organization", COUNT(OF_ORGANIZATION)}};
constexpr ListQueries kOfEmail{{"auth_requests.list_of_email", OLDER(OF_EMAIL)},
                               {"auth_requests.list_of_email_backward", NEWER(OF_EMAIL)},
                               {"auth_requests.count_of_email", COUNT(OF_EMAIL)}};
constexpr Query kFind{"auth_requests.find",
                      "SELECT " COLUMNS " FROM auth_requests WHERE environment_id = $1 AND id = $2"};
constexpr Query kLock{"auth_requests.lock",
                      "SELECT " COLUMNS " FROM auth_requests WHERE environment_id = $1 AND id = $2",
                      "SELECT " COLUMNS " FROM auth_requests WHERE environment_id = $1 AND id = $2 FOR UPDATE"};
constexpr Query kInsert{"auth_requests.insert",
                        "INSERT INTO auth_requests(" COLUMNS ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr Query kUpdate{"auth_requests.update",
                        "UPDATE auth_requests SET organization_id = $3, connection_id = $4, client_id = $5, "
                        "email_folded = $6, status = $7, document = $8, update_time = $9 "
                        "WHERE environment_id = $1 AND id = $2"};
constexpr Query kKeepMessage{"auth_request_messages.keep",
                             "INSERT INTO auth_request_messages(environment_id, auth_request_id, name, "
                             "sealed_message, create_time, expire_time) VALUES($1, $2, $3, $4, $5, $6) "
                             "ON CONFLICT(environment_id, auth_request_id, name) DO UPDATE SET sealed_message = $4, "
                             "create_time = $5, expire_time = $6"};
constexpr Query kMessages{"auth_request_messages.list",
                          "SELECT environment_id, auth_request_id, name, sealed_message, create_time, expire_time "
                          "FROM auth_request_messages WHERE environment_id = $1 AND auth_request_id = $2 "
                          "AND expire_time > $3 ORDER BY name"};
constexpr Query kRemoveMessages{"auth_request_messages.remove_expired",
                                "DELETE FROM auth_request_messages WHERE (environment_id, auth_request_id, name) IN "
                                "(SELECT environment_id, auth_request_id, name FROM auth_request_messages "
                                "WHERE expire_time <= $1 ORDER BY expire_time LIMIT $2)"};
// Messages go with their attempts.
#define OLDEST(which) \
  "(SELECT environment_id, id FROM auth_requests WHERE " which "create_time < $1 ORDER BY create_time LIMIT $2)"
#define REMOVE_MESSAGES(which) \
  "DELETE FROM auth_request_messages WHERE (environment_id, auth_request_id) IN " OLDEST(which)
#define REMOVE(which) "DELETE FROM auth_requests WHERE (environment_id, id) IN " OLDEST(which)
#define UNFINISHED "status = 1 AND "
constexpr Query kRemoveMessagesBefore{"auth_request_messages.remove_before", REMOVE_MESSAGES("")};
constexpr Query kRemoveMessagesOfUnfinished{"auth_request_messages.remove_unfinished_before",
                                            REMOVE_MESSAGES(UNFINISHED)};
constexpr Query kRemoveBefore{"auth_requests.remove_before", REMOVE("")};
constexpr Query kRemoveUnfinished{"auth_requests.remove_unfinished_before", REMOVE(UNFINISHED)};
#undef UNFINISHED
#undef REMOVE
#undef REMOVE_MESSAGES
#undef OLDEST
#undef COUNT
#undef NEWER
#undef OLDER
#undef OF_EMAIL
#undef OF_ORGANIZATION
#undef OF_ANYBODY
#undef NARROWED
#undef COLUMNS

constexpr Timestamp kEarliest = from_micros(std::numeric_limits<std::int64_t>::min());
constexpr Timestamp kLatest = from_micros(std::numeric_limits<std::int64_t>::max());

std::string document_of(const AuthRequest& request) {
  json::array steps;
  for (const AuthRequestStep& step : request.steps) {
    steps.push_back(json::object{{"name", step.name},
                                 {"at", to_micros(step.at)},
                                 {"ok", step.ok},
                                 {"reason", step.reason},
                                 {"expected", step.expected},
                                 {"received", step.received}});
  }
  return json::serialize(json::object{{"email", request.email},
                                      {"workflow", static_cast<int>(request.workflow)},
                                      {"reason", request.reason},
                                      {"side", static_cast<int>(request.side)},
                                      {"steps", std::move(steps)},
                                      {"request_id", request.request_id}});
}

std::string member(const json::object& object, const char* name) { return std::string(object.at(name).as_string()); }
template <class Enum>
Enum enum_member(const json::object& object, const char* name) {
  return static_cast<Enum>(object.at(name).to_number<int>());
}

AuthRequest read_auth_request(const Row& row) {
  const json::object document = compact_object_at(row, 7);
  AuthRequest request{.environment_id = id_at<EnvironmentId>(row, 0),
                      .id = id_at<AuthRequestId>(row, 1),
                      .organization_id = id_at<OrganizationId>(row, 2),
                      .connection_id = id_at<ConnectionId>(row, 3),
                      .client_id = id_at<ApiClientId>(row, 4),
                      .email = member(document, "email"),
                      .workflow = enum_member<LoginWorkflow>(document, "workflow"),
                      .status = enum_at<AuthRequestStatus>(row, 6),
                      .reason = member(document, "reason"),
                      .side = enum_member<ResponsibleSide>(document, "side"),
                      .steps = {},
                      .request_id = member(document, "request_id"),
                      .create_time = time_at(row, 8),
                      .update_time = time_at(row, 9)};
  for (const json::value& value : document.at("steps").as_array()) {
    const json::object& step = value.as_object();
    request.steps.push_back({.name = member(step, "name"),
                             .at = from_micros(step.at("at").to_number<std::int64_t>()),
                             .ok = step.at("ok").as_bool(),
                             .reason = member(step, "reason"),
                             .expected = member(step, "expected"),
                             .received = member(step, "received")});
  }
  return request;
}

AuthRequestMessage read_message(const Row& row) {
  return AuthRequestMessage{.environment_id = id_at<EnvironmentId>(row, 0),
                            .auth_request_id = id_at<AuthRequestId>(row, 1),
                            .name = text_at(row, 2),
                            .sealed_message = text_at(row, 3),
                            .create_time = time_at(row, 4),
                            .expire_time = time_at(row, 5)};
}

// A filter as the parameters $1 to $11 and the queries that they belong to.
class Narrowed {
 public:
  Narrowed(const EnvironmentId& environment, const AuthRequestFilter& filter)
      : environment_(environment),
        email_(scim::fold_case(filter.email)),
        organization_(filter.organization.value_or(OrganizationId())),
        connection_(filter.connection.value_or(ConnectionId())),
        client_(filter.client.value_or(ApiClientId())),
        start_(filter.start_time.value_or(kEarliest)),
        end_(filter.end_time.value_or(kLatest)) {
    if (!filter.statuses.empty()) statuses_ = {};
    for (const AuthRequestStatus status : filter.statuses) {
      statuses_.at(static_cast<std::size_t>(status) - 1) = static_cast<int>(status);
    }
  }

  const ListQueries& queries() const {
    if (!email_.empty()) return kOfEmail;
    return organization_.empty() ? kOfAnybody : kOfOrganization;
  }
  std::array<Value, 11> values() const {
    return {environment_, email_,       organization_, connection_, client_, statuses_[0],
            statuses_[1], statuses_[2], statuses_[3],  start_,      end_};
  }

 private:
  const EnvironmentId& environment_;
  std::string email_;
  OrganizationId organization_;
  ConnectionId connection_;
  ApiClientId client_;
  std::array<int, 4> statuses_{1, 2, 3, 4};  // 0: none
  Timestamp start_;
  Timestamp end_;
};

}  // namespace

Result<void> SqlAuthRequests::insert(const AuthRequest& request) {
  const std::string email_folded = scim::fold_case(request.email);
  return connection_.post(
      kInsert, {request.environment_id, request.id, request.organization_id, request.connection_id, request.client_id,
                email_folded, request.status, document_of(request), request.create_time, request.update_time});
}

Result<void> SqlAuthRequests::update(const AuthRequest& request) {
  const std::string email_folded = scim::fold_case(request.email);
  return connection_.post(
      kUpdate, {request.environment_id, request.id, request.organization_id, request.connection_id, request.client_id,
                email_folded, request.status, document_of(request), request.update_time});
}

Result<std::optional<AuthRequest>> SqlAuthRequests::find(const EnvironmentId& environment,
                                                         const AuthRequestId& id) const {
  return find_one(connection_, kFind, {environment, id}, read_auth_request);
}

Result<std::optional<AuthRequest>> SqlAuthRequests::lock(const EnvironmentId& environment, const AuthRequestId& id) {
  return find_one(connection_, kLock, {environment, id}, read_auth_request);
}

Result<Page<AuthRequest>> SqlAuthRequests::list(const EnvironmentId& environment, const AuthRequestFilter& filter,
                                                const PageRequest& page) const {
  const Narrowed narrowed(environment, filter);
  const auto rows = [&](const Query& query) {
    return [&](const Keyset& position, std::int64_t limit) {
      const auto [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11] = narrowed.values();
      return find_all(connection_, query,
                      {p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, position.created_at, position.id, limit},
                      read_auth_request);
    };
  };
  return read_page<AuthRequest>(ListOrder::kNewestFirst, page, rows(narrowed.queries().older),
                                rows(narrowed.queries().newer));
}

Result<std::int64_t> SqlAuthRequests::count(const EnvironmentId& environment, const AuthRequestFilter& filter) const {
  const Narrowed narrowed(environment, filter);
  const auto [p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11] = narrowed.values();
  return find_integer(connection_, narrowed.queries().count,
                      {p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, kMostCountedAuthRequests});
}

Result<void> SqlAuthRequests::keep_message(const AuthRequestMessage& message) {
  return connection_.post(kKeepMessage, {message.environment_id, message.auth_request_id, message.name,
                                         message.sealed_message, message.create_time, message.expire_time});
}

Result<std::vector<AuthRequestMessage>> SqlAuthRequests::messages(const EnvironmentId& environment,
                                                                  const AuthRequestId& id, Timestamp now) const {
  return find_all(connection_, kMessages, {environment, id, now}, read_message);
}

Result<std::int64_t> SqlAuthRequests::remove_messages(Timestamp now, std::int64_t limit) {
  return connection_.execute(kRemoveMessages, {now, limit});
}

Result<std::int64_t> SqlAuthRequests::remove_before(Timestamp before, std::int64_t limit) {
  DOORWARD_CHECK(connection_.execute(kRemoveMessagesBefore, {before, limit}));
  return connection_.execute(kRemoveBefore, {before, limit});
}

Result<std::int64_t> SqlAuthRequests::remove_unfinished_before(Timestamp before, std::int64_t limit) {
  DOORWARD_CHECK(connection_.execute(kRemoveMessagesOfUnfinished, {before, limit}));
  return connection_.execute(kRemoveUnfinished, {before, limit});
}

}  // namespace doorward::store
