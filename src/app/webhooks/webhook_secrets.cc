#include "app/webhooks/webhook_secrets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/changes/record.h"
#include "app/webhooks/endpoint_rules.h"
#include "app/webhooks/message.h"
#include "crypto/hash.h"
#include "domain/webhook_snapshot.h"
#include "protocol/webhook/signature.h"

namespace doorward {
namespace {

constexpr std::size_t kSuffixCharacters = 6;

std::string suffix_of(const Secret<std::string>& secret) {
  const std::string& text = secret.reveal();
  return text.substr(text.size() - std::min(text.size(), kSuffixCharacters));
}

Result<void> check_overlap(Duration overlap) {
  if (overlap >= Duration::zero() && overlap <= kMaxSecretOverlap) return {};
  return failure(
      invalid_field("overlap",
                    fmt::format("Give between 0 and {} seconds, or leave it out for {}.",
                                std::chrono::duration_cast<std::chrono::seconds>(kMaxSecretOverlap).count(),
                                std::chrono::duration_cast<std::chrono::seconds>(kDefaultSecretOverlap).count()),
                    "duration.range"));
}

// Brings forward the end of what is in force and leaves a record of each.
Result<void> end_by(WriteTx& tx, const std::vector<WebhookSecret>& in_force, Timestamp end,
                    const ChangeContext& context, const std::vector<EventId>& event_ids) {
  for (std::size_t i = 0; i < in_force.size(); ++i) {
    if (in_force[i].expire_time && *in_force[i].expire_time <= end) continue;
    WebhookSecret ended = in_force[i];
    ended.expire_time = end;
    DOORWARD_CHECK(tx.webhook_endpoints().end_secret(ended));
    auto record = record_change(context, event_ids[i], subject_of(ended), ChangeOp::kUpdate,
                                webhook_secret_snapshot(in_force[i]), webhook_secret_snapshot(ended));
    DOORWARD_CHECK(tx.changes().append(*std::move(record)));
  }
  return {};
}

}  // namespace

Result<MadeWebhookSecret> make_webhook_secret(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                              WebhookSecretId id, std::optional<Secret<std::string>> given,
                                              Random& random, SecretBox& box, Timestamp now) {
  if (given && !webhook::parse_secret(*given)) {
    return failure(invalid_field("secret",
                                 fmt::format("Write \"whsec_\" and {} to {} random bytes in standard padded base64.",
                                             webhook::kLeastKeyBytes, webhook::kMostKeyBytes),
                                 "string.webhook_secret"));
  }
  MadeWebhookSecret made;
  made.value =
      given ? *std::move(given) : webhook::format_secret(Secret<std::string>(random.bytes(webhook::kKeyBytes)));
  made.row = {.environment_id = environment, .endpoint_id = endpoint, .id = std::move(id), .create_time = now};
  made.row.sealed_secret = box.seal(place_of(made.row.id), made.value);
  return made;
}

Result<WebhookSecretInfo> WebhookSecrets::info_of(const WebhookSecret& secret) const {
  DOORWARD_TRY(const auto value, box_.open(place_of(secret.id), secret.sealed_secret));
  return WebhookSecretInfo{.id = secret.id,
                           .suffix = suffix_of(value),
                           .create_time = secret.create_time,
                           .expire_time = secret.expire_time};
}

Result<void> WebhookSecrets::check_is_new(const std::vector<WebhookSecret>& in_force,
                                          const Secret<std::string>& value) const {
  for (const WebhookSecret& secret : in_force) {
    const auto known = box_.open(place_of(secret.id), secret.sealed_secret);
    if (known && crypto::constant_time_equal(known->reveal(), value.reveal())) {
      return failure(invalid_field("secret", "This secret is in force already. Give another one.", "string.unique"));
    }
  }
  return {};
}

task<Result<NewWebhookSecret>> WebhookSecrets::rotate(const Caller& by, WebhookEndpointId endpoint,
                                                      SecretRotation rotation) {
  DOORWARD_CO_CHECK(check_overlap(rotation.overlap));
  const Timestamp now = clock_.now();
  DOORWARD_CO_TRY(const MadeWebhookSecret made,
                  make_webhook_secret(by.environment_id, endpoint, ids_.next<WebhookSecretId>(),
                                      std::move(rotation.secret), random_, box_, now));
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  std::vector<EventId> event_ids;
  for (std::size_t i = 0; i <= kMaxWebhookSecrets; ++i) event_ids.push_back(ids_.next<EventId>());
  co_return co_await store_.write(
      "webhook_secret.rotate", {.deadline = by.deadline, .serial_key = endpoint.str()},
      [&](WriteTx& tx) -> Result<NewWebhookSecret> {
        DOORWARD_CHECK(lock_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, endpoint));
        DOORWARD_TRY(const auto in_force, tx.webhook_endpoints().secrets(by.environment_id, endpoint, now));
        DOORWARD_CHECK(check_is_new(in_force, made.value));
        if (rotation.overlap > Duration::zero() && in_force.size() >= kMaxWebhookSecrets) {
          return failure(Reason::kWebhookSecretLimit,
                         fmt::format("There are {} secrets in force already, which is the limit. Revoke one that no "
                                     "receiver uses any more, or rotate with an overlap of 0.",
                                     in_force.size()));
        }
        DOORWARD_CHECK(end_by(tx, in_force, now + rotation.overlap, context, event_ids));
        DOORWARD_CHECK(tx.webhook_endpoints().remove_ended_secrets(by.environment_id, endpoint, now));
        DOORWARD_CHECK(tx.webhook_endpoints().insert_secret(made.row));
        auto record = record_change(context, event_ids.back(), subject_of(made.row), ChangeOp::kCreate, std::nullopt,
                                    webhook_secret_snapshot(made.row));
        DOORWARD_CHECK(tx.changes().append(*std::move(record)));
        DOORWARD_TRY(auto info, info_of(made.row));
        return NewWebhookSecret{.info = std::move(info), .value = made.value};
      });
}

task<Result<std::vector<WebhookSecretInfo>>> WebhookSecrets::list(const Caller& by, WebhookEndpointId endpoint) {
  const Timestamp now = clock_.now();
  co_return co_await store_.read(
      "webhook_secret.list", {.deadline = by.deadline},
      [&](const ReadTx& tx) -> Result<std::vector<WebhookSecretInfo>> {
        DOORWARD_CHECK(find_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, endpoint));
        DOORWARD_TRY(const auto in_force, tx.webhook_endpoints().secrets(by.environment_id, endpoint, now));
        std::vector<WebhookSecretInfo> infos;
        for (const WebhookSecret& secret : in_force) {
          DOORWARD_TRY(auto info, info_of(secret));
          infos.push_back(std::move(info));
        }
        return infos;
      });
}

task<Result<void>> WebhookSecrets::revoke(const Caller& by, WebhookEndpointId endpoint, WebhookSecretId id) {
  const Timestamp now = clock_.now();
  const ChangeContext context = ChangeContext::of(by, ids_.next<TransactionId>(), now);
  const EventId event_id = ids_.next<EventId>();
  co_return co_await store_.write(
      "webhook_secret.revoke", {.deadline = by.deadline, .serial_key = endpoint.str()},
      [&](WriteTx& tx) -> Result<void> {
        DOORWARD_CHECK(lock_webhook_endpoint(tx.webhook_endpoints(), by.environment_id, endpoint));
        DOORWARD_TRY(const auto in_force, tx.webhook_endpoints().secrets(by.environment_id, endpoint, now));
        const auto secret = std::ranges::find(in_force, id, &WebhookSecret::id);
        if (secret == in_force.end()) return failure(Reason::kWebhookSecretNotFound, "webhook secret not found");
        if (!secret->expire_time) {
          return failure(Reason::kWebhookSecretCurrent,
                         "This is the endpoint's current secret. Rotate with an overlap of 0 to end it at once.");
        }
        DOORWARD_CHECK(tx.webhook_endpoints().remove_secret(by.environment_id, endpoint, id));
        return tx.changes().append(*record_change(context, event_id, subject_of(*secret), ChangeOp::kDelete,
                                                  webhook_secret_snapshot(*secret), std::nullopt));
      });
}

}  // namespace doorward
