#include "store/sql/domains.h"

#include "store/sql/read_row.h"

namespace doorward::store {
namespace {

#define COLUMNS                                                                       \
  "environment_id, organization_id, id, name, type, status, method, txt_record_key, " \
  "txt_record_secret, failed_checks, next_check, verified_time, create_time, update_time"
#define SELECT_DOMAINS "SELECT " COLUMNS " FROM domains WHERE "
// As the index domains_verified has it.
#define IS_VERIFIED "type = 2 AND status IN (2, 4)"
#define THIS "environment_id = $1 AND organization_id = $2 AND id = $3"

constexpr Query kFind{"domains.find", SELECT_DOMAINS THIS};
constexpr Query kList{"domains.list", SELECT_DOMAINS
                      "environment_id = $1 AND organization_id = $2 AND ($3 = 0 OR type = $3) "
                      "ORDER BY create_time, id LIMIT $4 OFFSET $5"};
constexpr Query kClaims{"domains.claims", SELECT_DOMAINS
                        "environment_id = $1 AND name = $2 "
                        "ORDER BY CASE WHEN status IN (2, 4) THEN 0 ELSE 1 END, create_time, id"};
constexpr Query kFindVerified{"domains.find_verified",
                              SELECT_DOMAINS "environment_id = $1 AND name = $2 AND " IS_VERIFIED};
constexpr Query kInsert{"domains.insert", "INSERT INTO domains(" COLUMNS
                                          ") VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"};
constexpr Query kUpdate{"domains.update",
                        "UPDATE domains SET status = $4, method = $5, failed_checks = $6, next_check = $7, "
                        "verified_time = $8, update_time = $9, type = $10 WHERE " THIS};
constexpr Query kRemoveAssignments{"connection_domains.remove_of_domain",
                                   "DELETE FROM connection_domains WHERE environment_id = $1 AND domain_id = $3 AND "
                                   "EXISTS (SELECT 1 FROM domains WHERE " THIS ")"};
constexpr Query kRemove{"domains.remove", "DELETE FROM domains WHERE " THIS};
#define SELECT_DUE SELECT_DOMAINS "next_check <= $1 ORDER BY next_check, id LIMIT $2"
constexpr Query kDue{"domains.due", SELECT_DUE, SELECT_DUE " FOR UPDATE SKIP LOCKED"};
#undef SELECT_DUE
constexpr Query kClaim{"domains.claim", "UPDATE domains SET next_check = $4 WHERE " THIS};
constexpr Query kNextDue{"domains.next_due", "SELECT min(next_check) FROM domains WHERE next_check IS NOT NULL"};
#undef THIS
#undef IS_VERIFIED
#undef SELECT_DOMAINS
#undef COLUMNS

OrganizationDomain read_domain(const Row& row) {
  return OrganizationDomain{.environment_id = id_at<EnvironmentId>(row, 0),
                            .organization_id = id_at<OrganizationId>(row, 1),
                            .id = id_at<DomainId>(row, 2),
                            .name = text_at(row, 3),
                            .type = enum_at<DomainType>(row, 4),
                            .status = enum_at<VerificationStatus>(row, 5),
                            .method = enum_at<VerificationMethod>(row, 6),
                            .txt_record_key = text_at(row, 7),
                            .txt_record_secret = text_at(row, 8),
                            .failed_checks = static_cast<std::int32_t>(row.integer(9)),
                            .next_check = optional_time_at(row, 10),
                            .verified_time = optional_time_at(row, 11),
                            .create_time = time_at(row, 12),
                            .update_time = time_at(row, 13)};
}

}  // namespace

Result<std::optional<OrganizationDomain>> SqlDomains::find(const EnvironmentId& environment,
                                                           const OrganizationId& organization,
                                                           const DomainId& id) const {
  return find_one(connection_, kFind, {environment, organization, id}, read_domain);
}

Result<std::vector<OrganizationDomain>> SqlDomains::list(const EnvironmentId& environment,
                                                         const OrganizationId& organization, DomainType type,
                                                         std::int64_t offset, std::int64_t limit) const {
  return find_all(connection_, kList, {environment, organization, type, limit, offset}, read_domain);
}

Result<std::vector<OrganizationDomain>> SqlDomains::claims(const EnvironmentId& environment,
                                                           const std::string& name) const {
  return find_all(connection_, kClaims, {environment, name}, read_domain);
}

Result<std::optional<OrganizationDomain>> SqlDomains::find_verified(const EnvironmentId& environment,
                                                                    const std::string& name) const {
  return find_one(connection_, kFindVerified, {environment, name}, read_domain);
}

// Run, not posted: a use case may answer a taken name itself.
Result<void> SqlDomains::insert(const OrganizationDomain& domain) {
  DOORWARD_TRY([[maybe_unused]] auto rows,
               connection_.execute(kInsert, {domain.environment_id, domain.organization_id, domain.id, domain.name,
                                             domain.type, domain.status, domain.method, domain.txt_record_key,
                                             domain.txt_record_secret, domain.failed_checks, domain.next_check,
                                             domain.verified_time, domain.create_time, domain.update_time}));
  return {};
}

Result<void> SqlDomains::update(const OrganizationDomain& domain) {
  DOORWARD_TRY([[maybe_unused]] auto rows,
               connection_.execute(kUpdate, {domain.environment_id, domain.organization_id, domain.id, domain.status,
                                             domain.method, domain.failed_checks, domain.next_check,
                                             domain.verified_time, domain.update_time, domain.type}));
  return {};
}

Result<void> SqlDomains::remove(const EnvironmentId& environment, const OrganizationId& organization,
                                const DomainId& id) {
  DOORWARD_CHECK(connection_.post(kRemoveAssignments, {environment, organization, id}));
  return connection_.post(kRemove, {environment, organization, id});
}

Result<std::vector<OrganizationDomain>> SqlDomains::claim_due(Timestamp now, Timestamp claimed_until,
                                                              std::int64_t limit) {
  DOORWARD_TRY(auto due, find_all(connection_, kDue, {now, limit}, read_domain));
  for (OrganizationDomain& domain : due) {
    domain.next_check = claimed_until;
    DOORWARD_CHECK(connection_.post(kClaim, {domain.environment_id, domain.organization_id, domain.id, claimed_until}));
  }
  return due;
}

Result<std::optional<Timestamp>> SqlDomains::next_due() const {
  DOORWARD_TRY(auto due, find_one(connection_, kNextDue, {}, [](const Row& row) { return optional_time_at(row, 0); }));
  return due.value_or(std::nullopt);
}

}  // namespace doorward::store
