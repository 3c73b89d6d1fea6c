// The store port. A use case opens one transaction by name and works on repositories in the domain's terms:
//
//   co_return co_await store_.write("user.create", {.deadline = by.deadline, .serial_key = directory_id.str()},
//       [&](WriteTx& tx) -> Result<User> { ... });
//
// The closure is synchronous, does no other I/O, and may run more than once (a retried or split transaction), so it
// must not change anything outside itself but its own result. An error it returns rolls back everything it did.
// After a write returned a value, that change survives a crash. kStoreUnavailable (with retry_after) when the database
// is away, kStoreBusy when the queue is full, kDeadlineExceeded when the deadline passed before it began.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "base/task.h"
#include "ports/store/auth_requests.h"
#include "ports/store/changes.h"
#include "ports/store/clients.h"
#include "ports/store/connections.h"
#include "ports/store/deliveries.h"
#include "ports/store/directories.h"
#include "ports/store/directory_groups.h"
#include "ports/store/directory_secrets.h"
#include "ports/store/directory_users.h"
#include "ports/store/domains.h"
#include "ports/store/environments.h"
#include "ports/store/jobs.h"
#include "ports/store/keys.h"
#include "ports/store/organizations.h"
#include "ports/store/saml_keys.h"
#include "ports/store/scim_definitions.h"
#include "ports/store/scim_requests.h"
#include "ports/store/scim_resources.h"
#include "ports/store/sign_in.h"
#include "ports/store/webhook_endpoints.h"

namespace doorward {

class ReadTx {
 public:
  virtual ~ReadTx() = default;
  virtual const EnvironmentRepository& environments() const = 0;
  virtual const OrganizationRepository& organizations() const = 0;
  virtual const DirectoryRepository& directories() const = 0;
  virtual const DirectorySecretRepository& directory_secrets() const = 0;
  virtual const DirectoryUserRepository& directory_users() const = 0;
  virtual const DirectoryGroupRepository& directory_groups() const = 0;
  virtual const ScimDefinitionRepository& scim_definitions() const = 0;
  virtual const ScimResourceRepository& scim_resources() const = 0;
  virtual const ChangeRepository& changes() const = 0;
  virtual const ClientRepository& clients() const = 0;
  virtual const KeyRepository& keys() const = 0;
  virtual const WebhookEndpointRepository& webhook_endpoints() const = 0;
  virtual const DeliveryRepository& deliveries() const = 0;
  virtual const JobRepository& jobs() const = 0;
  virtual const ScimRequestRepository& scim_requests() const = 0;
  virtual const ConnectionRepository& connections() const = 0;
  virtual const DomainRepository& domains() const = 0;
  virtual const SignInRepository& sign_in() const = 0;
  virtual const AuthRequestRepository& auth_requests() const = 0;
  virtual const SamlKeyRepository& saml_keys() const = 0;
};

class WriteTx {
 public:
  virtual ~WriteTx() = default;
  virtual EnvironmentRepository& environments() = 0;
  virtual OrganizationRepository& organizations() = 0;
  virtual DirectoryRepository& directories() = 0;
  virtual DirectorySecretRepository& directory_secrets() = 0;
  virtual DirectoryUserRepository& directory_users() = 0;
  virtual DirectoryGroupRepository& directory_groups() = 0;
  virtual ScimDefinitionRepository& scim_definitions() = 0;
  virtual ScimResourceRepository& scim_resources() = 0;
  virtual ChangeRepository& changes() = 0;
  virtual ClientRepository& clients() = 0;
  virtual KeyRepository& keys() = 0;
  virtual WebhookEndpointRepository& webhook_endpoints() = 0;
  virtual DeliveryRepository& deliveries() = 0;
  virtual JobRepository& jobs() = 0;
  virtual ScimRequestRepository& scim_requests() = 0;
  virtual ConnectionRepository& connections() = 0;
  virtual DomainRepository& domains() = 0;
  virtual SignInRepository& sign_in() = 0;
  virtual AuthRequestRepository& auth_requests() = 0;
  virtual SamlKeyRepository& saml_keys() = 0;
};

struct StoreOptions {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();

  // Writes with the same key run one after another (and may share a transaction): pass the id of the directory or
  // organization whose rows are locked, so that no worker waits on a row lock inside the database. Empty: no order.
  std::string serial_key;

  // Of a read: it runs one statement at most, which needs no transaction around it to see one snapshot. A second
  // statement is refused.
  bool one_statement = false;
};

class Store {
 public:
  virtual ~Store() = default;

  // `name` is a string literal: it labels metrics and the slow log.
  template <class F>
  task<std::invoke_result_t<F&, WriteTx&>> write(std::string_view name, StoreOptions options, F fn) {
    using Outcome = std::invoke_result_t<F&, WriteTx&>;
    std::optional<Outcome> outcome;
    // The closure lives in this coroutine's frame, which outlives the transaction.
    Result<void> committed = co_await run_write(name, std::move(options), [&](WriteTx& tx) -> Result<void> {
      outcome.emplace(fn(tx));
      if (!*outcome) return tl::unexpected(outcome->error());
      return {};
    });
    if (!committed) co_return tl::unexpected(std::move(committed).error());
    co_return std::move(*outcome);
  }

  // Reads see one consistent snapshot.
  template <class F>
  task<std::invoke_result_t<F&, const ReadTx&>> read(std::string_view name, StoreOptions options, F fn) {
    using Outcome = std::invoke_result_t<F&, const ReadTx&>;
    std::optional<Outcome> outcome;
    Result<void> done = co_await run_read(name, std::move(options), [&](const ReadTx& tx) -> Result<void> {
      outcome.emplace(fn(tx));
      if (!*outcome) return tl::unexpected(outcome->error());
      return {};
    });
    if (!done) co_return tl::unexpected(std::move(done).error());
    co_return std::move(*outcome);
  }

  // Called after a commit that appended changes, made jobs or made deliveries due, on PostgreSQL also of other nodes.
  // Comes from a store thread and must return at once. Spurious calls are allowed. Set once, before traffic.
  using CommitListener = std::function<void()>;
  virtual void set_commit_listener(CommitListener listener) = 0;

  // Reachable and at the schema of this binary; the error says what is wrong. For /readyz.
  virtual task<Result<void>> check_ready() = 0;

 protected:
  using WriteBody = std::move_only_function<Result<void>(WriteTx&)>;
  using ReadBody = std::move_only_function<Result<void>(const ReadTx&)>;
  virtual task<Result<void>> run_write(std::string_view name, StoreOptions options, WriteBody body) = 0;
  virtual task<Result<void>> run_read(std::string_view name, StoreOptions options, ReadBody body) = 0;
};

}  // namespace doorward
