// Use cases of the domains of an organization (scalekit.v1.domains.DomainService).
//
// An organization domain leads people to the organization once it is verified, and of one environment a single
// organization has it verified. Claims that are not verified block nobody.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/changes/record.h"
#include "app/organizations/lookup.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/organization_domain.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/random.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::int32_t kMaxDomains = 100;  // of an organization, of all types together

struct NewDomain {
  std::string name;  // as a person writes it
  DomainType type = DomainType::kOrganizationDomain;
  std::optional<ConnectionId> connection;  // to which it is to lead
};

struct ListDomains {
  DomainType type = DomainType::kUnspecified;  // all
  std::optional<ConnectionId> connection;      // only those that lead to it
  std::int32_t page_size = 0;                  // 0: kMaxDomains, which is also the most
  std::int32_t page_number = 0;                // from 1; 0: the first
};

struct DomainList {
  std::vector<OrganizationDomain> domains;  // oldest first
  std::int32_t page_size = 0;
  std::int32_t page_number = 0;
};

// All methods: kOrganizationNotFound and kDomainNotFound for anything outside the caller's environment or the named
// organization. Where a connection is named, kConnectionNotFound unless it is the organization's.
class Domains {
 public:
  Domains(Store& store, Clock& clock, Ids& ids, Random& random)
      : store_(store), clock_(clock), ids_(ids), random_(random) {}

  // The application vouches for it. What the organization has claimed and not proven keeps its id and is verified from
  // now on. kInvalidArgument at "domain.domain", kDomainNotBusiness, kDomainTaken, kDomainLimit. Records
  // organization.domain_created, of a claim an update that nobody is told of.
  task<Result<OrganizationDomain>> create(const Caller& by, OrganizationKey key, NewDomain input);
  // The organization has to prove it. Errors and event as above, the name's at "domain".
  task<Result<OrganizationDomain>> claim(const Caller& by, OrganizationId organization, std::string name);
  // With a connection: kDomainNotFound unless the domain leads to it.
  task<Result<OrganizationDomain>> get(const Caller& by, OrganizationKey key, DomainId id,
                                       std::optional<ConnectionId> connection = std::nullopt);
  // kInvalidArgument at "page_size" and "page_number" for negative numbers.
  task<Result<DomainList>> list(const Caller& by, OrganizationKey key, ListDomains query);
  // What becomes an organization domain is verified by the application's word: kDomainTaken.
  task<Result<OrganizationDomain>> change_type(const Caller& by, OrganizationId organization, DomainId id,
                                               DomainType type);
  // Records organization.domain_deleted. The connection as in get(). A connection that loses its only domain is one
  // without assigned domains again: it serves every verified domain of the organization that no other one was given.
  task<Result<void>> remove(const Caller& by, OrganizationKey key, DomainId id,
                            std::optional<ConnectionId> connection = std::nullopt);

 private:
  // The connection's history shows it too. kConnectionNotFound; kDomainLimit: it has kMaxAssignedDomains.
  Result<void> lead_to(WriteTx& tx, const ChangeContext& context, const OrganizationDomain& domain,
                       const ConnectionId& connection);
  // Takes it from every connection that it was assigned to.
  Result<void> lead_nowhere(WriteTx& tx, const ChangeContext& context, const OrganizationDomain& domain);
  task<Result<OrganizationDomain>> add(const Caller& by, OrganizationKey key, OrganizationDomain domain,
                                       std::optional<ConnectionId> connection);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Random& random_;
};

// The domain as the subject of a change record.
ChangeSubject subject_of(const OrganizationDomain& domain);

}  // namespace doorward
