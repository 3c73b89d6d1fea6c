// What every test here stands on: a store with one environment and two organizations, and a resolver that says what the
// test wants.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "app/domains/domain_checks.h"
#include "app/domains/domains.h"
#include "ports/test_doubles.h"
#include "store/suite.h"

namespace doorward {

inline constexpr store::DatabaseKind kDatabases[] = {store::DatabaseKind::kSqlite, store::DatabaseKind::kPostgres};

// Answers by name; names that nobody set do not exist.
class ScriptedResolver final : public Resolver {
 public:
  task<Result<std::vector<IpAddress>>> addresses(std::string, SteadyTime) override {
    co_return failure(Reason::kNameNotFound, "There is no such name.");
  }
  task<Result<std::vector<std::string>>> texts(std::string name, SteadyTime) override {
    const std::scoped_lock lock(mutex_);
    ++asked_[name];
    const auto found = answers_.find(name);
    if (found == answers_.end()) co_return failure(Reason::kNameNotFound, "There is no such name.");
    co_return found->second;
  }

  void say(const std::string& name, Result<std::vector<std::string>> answer) {
    const std::scoped_lock lock(mutex_);
    answers_.insert_or_assign(name, std::move(answer));
  }
  void forget(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    answers_.erase(name);
  }
  int asked(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    return asked_[name];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, Result<std::vector<std::string>>> answers_;
  std::map<std::string, int> asked_;
};

inline std::string record_name(const std::string& domain) { return "_doorward-domain-verification." + domain; }

class DomainSuite : public store::StoreSuite {
 protected:
  void SetUp() override {
    StoreSuite::SetUp();
    environment_ = environment();
    acme_ = organization(environment_);
    globex_ = organization(environment_);
  }

  Caller caller() const { return {.kind = CallerKind::kApiClient, .environment_id = environment_.id, .id = "skc_1"}; }
  Domains domains() { return {store(), clock_, ids(), random_}; }

  Result<OrganizationDomain> create(const Organization& organization, const std::string& name,
                                    DomainType type = DomainType::kOrganizationDomain) {
    return sync_wait(domains().create(caller(), organization.id, {.name = name, .type = type}));
  }
  Connection connection_of(const Organization& organization) {
    Connection connection{.environment_id = environment_.id,
                          .organization_id = organization.id,
                          .id = ids().next<ConnectionId>(),
                          .create_time = now(),
                          .update_time = now()};
    must([&](WriteTx& tx) { return tx.connections().insert(connection); });
    return connection;
  }
  Result<OrganizationDomain> claim(const Organization& organization, const std::string& name) {
    return sync_wait(domains().claim(caller(), organization.id, name));
  }
  Result<DomainCheck> check(const OrganizationDomain& domain) {
    DomainChecks checks(store(), clock_, ids(), resolver_);
    return sync_wait(checks.check(caller(), domain.organization_id, domain.id));
  }
  // As one round of the worker; when it wants to come again.
  std::optional<Timestamp> run_due() {
    DomainChecks checks(store(), clock_, ids(), resolver_);
    return sync_wait(checks.run_due());
  }

  void publish(const OrganizationDomain& domain) {
    resolver_.say(record_name(domain.name), {{domain.txt_record_secret}});
  }

  std::optional<OrganizationDomain> stored(const OrganizationDomain& domain) {
    return must_read(
        [&](const ReadTx& tx) { return tx.domains().find(domain.environment_id, domain.organization_id, domain.id); });
  }
  VerificationStatus status_of(const OrganizationDomain& domain) { return stored(domain).value().status; }

  // Event types of an organization's history, oldest first; "" for what nobody is told.
  std::vector<std::string> told(const Organization& organization) {
    std::vector<std::string> types;
    const auto changes = must_read(
        [&](const ReadTx& tx) { return tx.changes().history(environment_.id, organization.id.str(), 0, 100); });
    for (const ChangeRecord& change : changes) types.push_back(change.event_type);
    return types;
  }

  Environment environment_;
  Organization acme_;
  Organization globex_;
  test::SystemRandom random_;
  ScriptedResolver resolver_;
};

}  // namespace doorward
