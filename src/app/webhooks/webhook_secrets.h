// Use cases of an endpoint's signing secrets.
//
// One secret is current: it has no end. Rotation makes a new one current and gives the others an end, so that a
// receiver can change over while both sign; a message carries one signature for each secret in force. Values are
// shown once, when they are made, and kept sealed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/caller.h"
#include "domain/webhook.h"
#include "ports/clock.h"
#include "ports/ids.h"
#include "ports/random.h"
#include "ports/secret_box.h"
#include "ports/store.h"

namespace doorward {

inline constexpr std::size_t kMaxWebhookSecrets = 5;  // in force at a time, of one endpoint
inline constexpr Duration kDefaultSecretOverlap = std::chrono::hours(24);
inline constexpr Duration kMaxSecretOverlap = std::chrono::days(30);

struct SecretRotation {
  Duration overlap = kDefaultSecretOverlap;   // how long the other secrets stay in force; 0: they end at once
  std::optional<Secret<std::string>> secret;  // the caller's own, "whsec_…"; absent: one is made
};

struct WebhookSecretInfo {
  WebhookSecretId id;
  std::string suffix;  // last characters of the secret, to recognise it by
  Timestamp create_time;
  std::optional<Timestamp> expire_time;  // absent: the current one
};

struct NewWebhookSecret {
  WebhookSecretInfo info;
  Secret<std::string> value;  // "whsec_…", never shown again
};

// A new secret in both forms: `given`, or else a random one. kInvalidArgument at `secret` when `given` is not what
// webhook::parse_secret() reads.
struct MadeWebhookSecret {
  WebhookSecret row;
  Secret<std::string> value;
};
Result<MadeWebhookSecret> make_webhook_secret(const EnvironmentId& environment, const WebhookEndpointId& endpoint,
                                              WebhookSecretId id, std::optional<Secret<std::string>> given,
                                              Random& random, SecretBox& box, Timestamp now);

// All methods: the caller's environment bounds what can be seen; kWebhookEndpointNotFound for anything else.
class WebhookSecrets {
 public:
  WebhookSecrets(Store& store, Clock& clock, Ids& ids, Random& random, SecretBox& box)
      : store_(store), clock_(clock), ids_(ids), random_(random), box_(box) {}

  // Makes a new secret the current one. Also kInvalidArgument at `overlap` (below 0, above kMaxSecretOverlap) and at
  // `secret` (no secret, or one in force already), kWebhookSecretLimit.
  task<Result<NewWebhookSecret>> rotate(const Caller& by, WebhookEndpointId endpoint, SecretRotation rotation);
  // Those in force, newest first.
  task<Result<std::vector<WebhookSecretInfo>>> list(const Caller& by, WebhookEndpointId endpoint);
  // Ends a secret at once and forgets it. Also kWebhookSecretNotFound, and kWebhookSecretCurrent for the current one,
  // which only a rotation replaces: an endpoint without a secret could not be told anything.
  task<Result<void>> revoke(const Caller& by, WebhookEndpointId endpoint, WebhookSecretId id);

 private:
  Result<WebhookSecretInfo> info_of(const WebhookSecret& secret) const;
  Result<void> check_is_new(const std::vector<WebhookSecret>& in_force, const Secret<std::string>& value) const;

  Store& store_;
  Clock& clock_;
  Ids& ids_;
  Random& random_;
  SecretBox& box_;
};

}  // namespace doorward
