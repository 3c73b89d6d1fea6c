// Looks for the TXT records that prove domains: when somebody asks, and by schedule.
//
// One answer of the name servers judges every organization that has the name, because all records stand at the same
// place. An organization whose record is found becomes the owner; whoever had it verified by DNS before keeps it only
// while its own record is there too. What the application vouched for, no record takes away.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "app/changes/record.h"
#include "app/organizations/lookup.h"
#include "base/result.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/domain_verification.h"
#include "domain/organization_domain.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/resolver.h"
#include "ports/store.h"

namespace doorward {

struct DomainCheck {
  OrganizationDomain domain;            // after the look
  std::optional<Reason> why_not;        // kDomainRecordMissing or kDomainTaken; only of a look that did not verify it
  std::vector<std::string> found = {};  // values of the records at the name; bytes
};

class DomainChecks {
 public:
  static constexpr std::chrono::seconds kLookTimeout{5};
  static constexpr std::int64_t kLooksAtOnce = 20;
  static constexpr Duration kClaim = std::chrono::minutes(2);  // in which a taken domain is nobody else's
  static constexpr Duration kIdle = std::chrono::seconds(10);  // a new claim is noticed so soon

  DomainChecks(Store& store, Clock& clock, Ids& ids, Resolver& resolver)
      : store_(store), clock_(clock), ids_(ids), resolver_(resolver) {}

  // Looks now. A domain that needs no record is answered as it is. kOrganizationNotFound, kDomainNotFound, and the
  // resolver's errors when no name server gave a usable answer. Records
  // organization.domain_dns_verification_success of the domain, and ..._failed of one that was lost to it.
  task<Result<DomainCheck>> check(const Caller& by, OrganizationKey key, DomainId id);

  // Looks for the records of all domains that are due, of all environments, until none is or stop() was called; when to
  // come again. Any number of nodes may do so: each domain is looked for once. Records the same events.
  task<std::optional<Timestamp>> run_due();

  // Makes run_due() return after the looks in hand. Any thread.
  void stop() { stopping_.store(true); }

 private:
  struct Look {
    RecordLook outcome = RecordLook::kNoAnswer;
    std::vector<std::string> values;
    std::optional<Error> error;  // of kNoAnswer
  };
  // What is done with a look, by one transaction.
  struct Verdict {
    const OrganizationDomain& seen;  // the domain as it was when it was looked for
    const Look& look;
    bool asked = false;  // by somebody, not by the schedule
  };

  task<Look> look_for(const OrganizationDomain& domain, Resolver::SteadyTime deadline);
  task<std::vector<Look>> look_for_all(const std::vector<OrganizationDomain>& domains);
  task<Result<DomainCheck>> settle(const Caller& by, const Verdict& verdict);
  Result<DomainCheck> settle(WriteTx& tx, const ChangeContext& context, const Verdict& verdict);
  Result<void> keep(WriteTx& tx, const ChangeContext& context, const OrganizationDomain& before,
                    const OrganizationDomain& after);

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Resolver& resolver_;
  std::atomic<bool> stopping_{false};
};

}  // namespace doorward
