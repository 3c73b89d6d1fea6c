// The canonical record of one change, appended in the transaction that makes the change. Webhooks, feeds and screens
// are rendered from these records and from nothing else.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

enum class ObjectKind : std::uint8_t {
  kOrganization = 1,
  kDirectory = 2,
  kDirectoryUser = 3,
  kDirectoryGroup = 4,
  kWebhookEndpoint = 5,
  kWebhookSecret = 6,
  kDirectorySecret = 7,
  kDirectoryOauthClient = 8,
  kScimSchema = 9,
  kScimResourceType = 10,
  kScimResource = 11,
  kClient = 12,
  kClientSecret = 13,
  kConnection = 14,
  kOrganizationDomain = 15,
  kSsoUserAttribute = 16,
  kSession = 17,
  kSigningKey = 18,
  kSamlKey = 19,
};

enum class ChangeOp : std::uint8_t {
  kCreate = 1,
  kUpdate = 2,
  kDelete = 3,
  kActivate = 4,
  kDeactivate = 5,
  kMembers = 6,
  kEnable = 7,
  kDisable = 8,
};

enum class ActorKind : std::uint8_t { kApi = 1, kScim = 2, kSystem = 3 };

std::string_view object_kind_name(ObjectKind kind);  // "DirectoryUser"
std::string_view change_op_name(ChangeOp op);        // "deactivate"
std::string_view actor_kind_name(ActorKind kind);    // "scim"

struct Actor {
  ActorKind kind = ActorKind::kSystem;
  std::string id;
};

struct ChangeRecord {
  EventId id;
  TransactionId txn;  // the same for everything one request caused
  EnvironmentId environment_id;
  OrganizationId organization_id;  // empty for what belongs to the environment as a whole
  DirectoryId directory_id;        // empty for what has no directory
  Timestamp occurred_at;

  ObjectKind object = ObjectKind::kOrganization;
  std::string object_id;
  std::string display_name;  // of the object, for people
  ChangeOp op = ChangeOp::kUpdate;

  // Full normalised resources. Snapshots never hold secrets. A group's snapshot holds no member list: membership shows
  // in `changes` (added_users, removed_users) and in the `groups` of the users' own snapshots.
  std::optional<boost::json::object> before;
  std::optional<boost::json::object> after;
  boost::json::object changes;  // previous_values, new_values, added_users, removed_users

  Actor actor;
  boost::json::object cause;  // request_id and what else explains it, e.g. scim.method

  // What subscribers of the default format are told, e.g. "organization.directory.user_created"; empty = nothing.
  std::string event_type;

  // Given by the store at commit: gap-free and rising in the owner's history.
  std::int64_t owner_seq = 0;

  // Whose history this belongs to: the directory; the organization for what has no directory; the environment for what
  // has neither.
  const std::string& owner_id() const {
    if (!directory_id.empty()) return directory_id.str();
    return organization_id.empty() ? environment_id.str() : organization_id.str();
  }
};

// A committed record with its place in the environment-wide feed.
struct FeedEntry {
  std::int64_t feed_seq = 0;
  ChangeRecord change;
};

}  // namespace doorward
