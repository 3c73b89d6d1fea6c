#include "app/bootstrap/test_organization.h"

#include <optional>
#include <utility>

#include "app/changes/record.h"
#include "app/connections/connection_records.h"
#include "app/domains/domains.h"
#include "app/keys/secret_text.h"
#include "app/relying_party/client_secret_place.h"
#include "app/simulator/simulator_settings.h"
#include "domain/caller.h"
#include "domain/connection_snapshot.h"
#include "domain/organization_domain_snapshot.h"
#include "domain/organization_snapshot.h"

namespace doorward {
namespace {

// Names that nobody owns (RFC 2606 section 3).
constexpr const char* kDomains[] = {"example.com", "example.org"};

ChangeContext first_start(const EnvironmentId& environment, Ids& ids, Timestamp now) {
  Caller by;
  by.kind = CallerKind::kSystem;
  by.environment_id = environment;
  by.id = "first_start";
  return ChangeContext::of(by, ids.next<TransactionId>(), now);
}

OrganizationDomain make_domain(const Organization& organization, std::string name, Ids& ids, Timestamp now) {
  OrganizationDomain domain;
  domain.environment_id = organization.environment_id;
  domain.organization_id = organization.id;
  domain.id = ids.next<DomainId>();
  domain.name = std::move(name);
  domain.type = DomainType::kOrganizationDomain;
  domain.status = VerificationStatus::kVerified;
  domain.method = VerificationMethod::kAdmin;
  domain.verified_time = domain.create_time = domain.update_time = now;
  return domain;
}

}  // namespace

TestOrganization make_test_organization(const EnvironmentId& environment, std::string_view base_url, SecretBox& box,
                                        Ids& ids, Random& random, Timestamp now) {
  TestOrganization test;
  test.organization.environment_id = environment;
  test.organization.id = ids.next<OrganizationId>();
  test.organization.display_name = "Test Organization";
  test.organization.create_time = test.organization.update_time = now;

  test.connection.environment_id = environment;
  test.connection.organization_id = test.organization.id;
  test.connection.id = ids.next<ConnectionId>();
  connect_to_simulator(test.connection, base_url);
  // As most providers want it.
  test.connection.oidc.token_auth_type = TokenAuthType::kClientSecretBasic;
  test.connection.oidc.sealed_client_secret = box.seal(client_secret_place(test.connection), make_secret_text(random));
  test.connection.oidc.client_secret_time = now;
  test.connection.configure_time = test.connection.create_time = test.connection.update_time = now;

  const ChangeContext context = first_start(environment, ids, now);
  const auto created = [&](ChangeSubject subject, boost::json::object snapshot) {
    test.records.push_back(*record_change(context, ids.next<EventId>(), std::move(subject), ChangeOp::kCreate,
                                          std::nullopt, std::move(snapshot)));
  };
  created({.object = ObjectKind::kOrganization,
           .object_id = test.organization.id.str(),
           .display_name = test.organization.display_name,
           .organization_id = test.organization.id},
          organization_snapshot(test.organization));
  for (const char* name : kDomains) {
    const OrganizationDomain& domain = test.domains.emplace_back(make_domain(test.organization, name, ids, now));
    created(subject_of(domain), organization_domain_snapshot(domain));
  }
  created(subject_of(test.connection), connection_snapshot(test.connection, {}));
  return test;
}

Result<void> insert_test_organization(WriteTx& tx, const TestOrganization& test) {
  DOORWARD_CHECK(tx.organizations().insert(test.organization));
  for (const OrganizationDomain& domain : test.domains) DOORWARD_CHECK(tx.domains().insert(domain));
  DOORWARD_CHECK(tx.connections().insert(test.connection));
  for (const ChangeRecord& record : test.records) DOORWARD_CHECK(tx.changes().append(record));
  return {};
}

task<Result<void>> follow_base_url(Store& store, const Clock& clock, Ids& ids, EnvironmentId environment,
                                   ConnectionId id, std::string base_url) {
  const Timestamp now = clock.now();
  const ChangeContext context = first_start(environment, ids, now);
  const EventId event = ids.next<EventId>();
  co_return co_await store.write("bootstrap.follow_base_url", StoreOptions{}, [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const auto found, tx.connections().find(environment, id));
    if (!found || found->provider != ConnectionProvider::kIdpSimulator) return {};
    DOORWARD_TRY(const Connection before, tx.connections().lock(environment, id));
    Connection after = before;
    point_at_simulator(after, base_url);
    if (after.oidc.issuer == before.oidc.issuer) return {};
    after.configure_time = after.update_time = now;
    DOORWARD_TRY(const auto domains, tx.connections().domains(environment, id));
    auto record = record_change(context, event, subject_of(after), ChangeOp::kUpdate,
                                connection_snapshot(before, domains), connection_snapshot(after, domains));
    DOORWARD_CHECK(tx.connections().update(after));
    if (!record) return {};
    return tx.changes().append(*std::move(record));
  });
}

}  // namespace doorward
