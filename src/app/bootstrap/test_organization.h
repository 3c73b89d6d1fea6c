// The Test Organization of development: an organization that owns example.com and example.org, and whose people sign in
// at the simulator. Made once, at the first start; from then on it is like any other and may be changed or deleted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "domain/change.h"
#include "domain/connection.h"
#include "domain/organization.h"
#include "domain/organization_domain.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/random.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

struct TestOrganization {
  Organization organization;
  Connection connection;
  std::vector<OrganizationDomain> domains;  // verified
  std::vector<ChangeRecord> records;        // in the order of what they tell
};

TestOrganization make_test_organization(const EnvironmentId& environment, std::string_view base_url, SecretBox& box,
                                        Ids& ids, Random& random, Timestamp now);

Result<void> insert_test_organization(WriteTx& tx, const TestOrganization& test);

// Points the connection at the simulator below `base_url`, when the server is reached there now and the connection is
// still one to the simulator.
task<Result<void>> follow_base_url(Store& store, const Clock& clock, Ids& ids, EnvironmentId environment,
                                   ConnectionId id, std::string base_url);

}  // namespace doorward
