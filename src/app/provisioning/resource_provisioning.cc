#include "app/provisioning/resource_provisioning.h"

#include <utility>

#include "app/provisioning/change_sink.h"
#include "app/provisioning/directory_scope.h"
#include "app/provisioning/unique_values.h"
#include "app/provisioning/version.h"
#include "protocol/scim/stored_document.h"

namespace doorward {
namespace {

namespace json = boost::json;

Error resource_not_found() { return make_error(Reason::kScimResourceNotFound, "There is no such resource."); }

StoreOptions write_options(const Caller& by) { return {.deadline = by.deadline, .serial_key = by.directory_id.str()}; }

void set_document(ScimResource& resource, json::object document) {
  resource.external_id.reset();
  if (const json::value* external_id = document.if_contains("externalId");
      external_id != nullptr && external_id->is_string() && !external_id->get_string().empty()) {
    resource.external_id = std::string(external_id->get_string());
  }
  resource.attributes = std::move(document);
}

json::object snapshot(const ScimResource& resource) {
  json::object out{{"id", resource.id.str()},
                   {"organization_id", resource.organization_id.str()},
                   {"resource_type", resource.type},
                   {"attributes", resource.attributes}};
  if (resource.external_id) out["external_id"] = *resource.external_id;
  return out;
}

}  // namespace

task<Result<ScimResource>> ResourceProvisioning::create(Push& push, const scim::ResourceType& type,
                                                        json::object document) {
  const Caller& by = push.by;
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write("scim.resource.create", write_options(by), [&](WriteTx& tx) -> Result<ScimResource> {
    const DirectoryScope scope = DirectoryScope::of(by);
    DOORWARD_TRY(const Directory directory, lock_enabled_directory(tx, scope));
    const Timestamp now = clock_.now();
    ScimResource resource;
    resource.environment_id = scope.environment;
    resource.organization_id = scope.organization;
    resource.directory_id = scope.directory;
    resource.id = ids_.next<ScimResourceId>();
    resource.type = type.name;
    resource.create_time = resource.update_time = now;
    set_document(resource, document);
    DOORWARD_CHECK(tx.scim_resources().insert(resource));
    DOORWARD_CHECK(keep_unique_values(tx, directory, type, resource.id.str(), resource.attributes));
    ChangeSink sink(tx, scope, ChangeContext::of(by, txn, now), ids_);
    DOORWARD_CHECK(sink.resource_changed(resource, ChangeOp::kCreate, std::nullopt, snapshot(resource)));
    return resource;
  });
}

task<Result<ScimResource>> ResourceProvisioning::get(Push& push, const scim::ResourceType& type,
                                                     const ScimResourceId& id) {
  const Caller& by = push.by;
  co_return co_await store_.read(
      "scim.resource.get", {.deadline = by.deadline, .one_statement = true},
      [&](const ReadTx& tx) -> Result<ScimResource> {
        DOORWARD_TRY(auto found, tx.scim_resources().find(by.environment_id, by.directory_id, type.name, id));
        if (!found) return failure(resource_not_found());
        return *std::move(found);
      });
}

task<Result<ScimResource>> ResourceProvisioning::change(std::string_view name, Push& push,
                                                        const scim::ResourceType& type, const ScimResourceId& id,
                                                        const Edit& edit) {
  const Caller& by = push.by;
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write(name, write_options(by), [&](WriteTx& tx) -> Result<ScimResource> {
    const DirectoryScope scope = DirectoryScope::of(by);
    DOORWARD_TRY(const Directory directory, lock_enabled_directory(tx, scope));
    DOORWARD_TRY(auto before, tx.scim_resources().find(scope.environment, scope.directory, type.name, id));
    if (!before) return failure(resource_not_found());
    DOORWARD_CHECK(check_conditions(push, version_of(*before)));
    json::object scratch;
    const json::object& known = scim::known_part(type, before->attributes, scratch);
    DOORWARD_TRY(json::object document, edit(known));
    if (document == known) return *std::move(before);

    const Timestamp now = clock_.now();
    ScimResource after = *before;
    set_document(after, std::move(document));
    after.version += 1;
    after.update_time = now;
    DOORWARD_CHECK(tx.scim_resources().update(after));
    DOORWARD_CHECK(keep_unique_values(tx, directory, type, id.str(), after.attributes));
    ChangeSink sink(tx, scope, ChangeContext::of(by, txn, now), ids_);
    DOORWARD_CHECK(sink.resource_changed(after, ChangeOp::kUpdate, snapshot(*before), snapshot(after)));
    return after;
  });
}

task<Result<ScimResource>> ResourceProvisioning::replace(Push& push, const scim::ResourceType& type,
                                                         const ScimResourceId& id, json::object document) {
  const Edit edit = [&](const json::object& stored) -> Result<json::object> {
    return scim::replaced(type, stored, document, push.dialect);
  };
  co_return co_await change("scim.resource.replace", push, type, id, edit);
}

task<Result<ScimResource>> ResourceProvisioning::patch(Push& push, const scim::ResourceType& type,
                                                       const ScimResourceId& id, const scim::PatchRequest& request) {
  const Edit edit = [&](const json::object& stored) { return scim::apply_patch(type, stored, request, push.dialect); };
  co_return co_await change("scim.resource.patch", push, type, id, edit);
}

task<Result<void>> ResourceProvisioning::remove(Push& push, const scim::ResourceType& type, const ScimResourceId& id) {
  const Caller& by = push.by;
  const TransactionId txn = ids_.next<TransactionId>();
  co_return co_await store_.write("scim.resource.delete", write_options(by), [&](WriteTx& tx) -> Result<void> {
    const DirectoryScope scope = DirectoryScope::of(by);
    DOORWARD_CHECK(lock_enabled_directory(tx, scope));
    DOORWARD_TRY(const auto resource, tx.scim_resources().find(scope.environment, scope.directory, type.name, id));
    if (!resource) return failure(resource_not_found());
    DOORWARD_CHECK(check_conditions(push, version_of(*resource)));
    const Timestamp now = clock_.now();
    DOORWARD_CHECK(tx.scim_resources().remove(scope.environment, scope.directory, id));
    ChangeSink sink(tx, scope, ChangeContext::of(by, txn, now), ids_);
    return sink.resource_changed(*resource, ChangeOp::kDelete, snapshot(*resource), std::nullopt);
  });
}

}  // namespace doorward
