#include "app/connections/user_attributes.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/changes/record.h"
#include "domain/claim_names.h"
#include "domain/connection_snapshot.h"

namespace doorward {
namespace {

ChangeSubject subject_of(const SsoUserAttribute& attribute) {
  return {.object = ObjectKind::kSsoUserAttribute, .object_id = attribute.key, .display_name = attribute.label};
}

Result<void> check(const SsoUserAttribute& input) {
  if (input.key.size() < kLeastUserAttributeKey) {
    return failure(invalid_field(
        "user_attribute.key", fmt::format("Write {} characters at least.", kLeastUserAttributeKey), "string.min_len"));
  }
  if (is_reserved_claim(input.key) || is_standard_claim(input.key)) {
    return failure(Reason::kUserAttributeReserved,
                   fmt::format("Tokens use \"{}\" already: choose another key.", input.key));
  }
  if (input.label.size() < kLeastUserAttributeLabel) {
    return failure(invalid_field("user_attribute.label",
                                 fmt::format("Write {} characters at least.", kLeastUserAttributeLabel),
                                 "string.min_len"));
  }
  if (input.datatype == 0) {
    return failure(invalid_field("user_attribute.datatype", "Say what its values are.", "enum.not_in"));
  }
  return {};
}

Result<SsoUserAttribute> find(WriteTx& tx, const EnvironmentId& environment, const std::string& key) {
  DOORWARD_TRY(auto all, tx.connections().user_attributes(environment));
  const auto found = std::ranges::find(all, key, &SsoUserAttribute::key);
  if (found == all.end()) return failure(Reason::kUserAttributeNotFound, "user attribute not found");
  return std::move(*found);
}

// Changes of an environment's attributes go one after another, so that the limit holds.
StoreOptions write_options(const Caller& by) {
  return {.deadline = by.deadline, .serial_key = "sso_user_attributes:" + by.environment_id.str()};
}

}  // namespace

task<Result<SsoUserAttribute>> UserAttributes::create(const Caller& by, SsoUserAttribute input) {
  DOORWARD_CO_CHECK(check(input));
  input.environment_id = by.environment_id;
  input.create_time = input.update_time = clock_.now();
  const auto record =
      record_change(ChangeContext::of(by, ids_.next<TransactionId>(), input.create_time), ids_.next<EventId>(),
                    subject_of(input), ChangeOp::kCreate, std::nullopt, user_attribute_snapshot(input));
  co_return co_await store_.write(
      "user_attribute.create", write_options(by), [&](WriteTx& tx) -> Result<SsoUserAttribute> {
        DOORWARD_TRY(const auto existing, tx.connections().user_attributes(by.environment_id));
        if (existing.size() >= kMaxUserAttributes) {
          return failure(Reason::kUserAttributeLimit,
                         fmt::format("There are {} attributes already, which is the limit.", existing.size()));
        }
        DOORWARD_CHECK(tx.connections().insert_user_attribute(input));
        DOORWARD_CHECK(tx.changes().append(*record));
        return input;
      });
}

task<Result<std::vector<SsoUserAttribute>>> UserAttributes::list(const Caller& by) {
  co_return co_await store_.read("user_attribute.list", {.deadline = by.deadline},
                                 [&](const ReadTx& tx) { return tx.connections().user_attributes(by.environment_id); });
}

task<Result<SsoUserAttribute>> UserAttributes::update(const Caller& by, const std::string& key,
                                                      UserAttributePatch patch) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "user_attribute.update", write_options(by), [&](WriteTx& tx) -> Result<SsoUserAttribute> {
        DOORWARD_TRY(const SsoUserAttribute before, find(tx, by.environment_id, key));
        SsoUserAttribute after = before;
        if (!patch.label.empty()) after.label = patch.label;
        if (patch.datatype != 0) after.datatype = patch.datatype;
        after.enabled = patch.enabled;
        after.required = patch.required;
        if (patch.default_saml_mapping) after.default_saml_mapping = *patch.default_saml_mapping;
        if (patch.default_oidc_mapping) after.default_oidc_mapping = *patch.default_oidc_mapping;
        after.update_time = now;
        DOORWARD_CHECK(check(after));
        auto record = record_change(context, event_id, subject_of(after), ChangeOp::kUpdate,
                                    user_attribute_snapshot(before), user_attribute_snapshot(after));
        if (!record) return before;
        DOORWARD_CHECK(tx.connections().update_user_attribute(after));
        DOORWARD_CHECK(tx.changes().append(*std::move(record)));
        return after;
      });
}

task<Result<void>> UserAttributes::remove(const Caller& by, const std::string& key) {
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), clock_.now());
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write("user_attribute.delete", write_options(by), [&](WriteTx& tx) -> Result<void> {
    DOORWARD_TRY(const SsoUserAttribute attribute, find(tx, by.environment_id, key));
    DOORWARD_CHECK(tx.connections().remove_user_attribute(by.environment_id, key));
    return tx.changes().append(*record_change(context, event_id, subject_of(attribute), ChangeOp::kDelete,
                                              user_attribute_snapshot(attribute), std::nullopt));
  });
}

}  // namespace doorward
