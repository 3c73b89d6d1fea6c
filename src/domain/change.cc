#include "domain/change.h"

namespace doorward {

std::string_view object_kind_name(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kOrganization:
      return "Organization";
    case ObjectKind::kDirectory:
      return "Directory";
    case ObjectKind::kDirectoryUser:
      return "DirectoryUser";
    case ObjectKind::kDirectoryGroup:
      return "DirectoryGroup";
    case ObjectKind::kWebhookEndpoint:
      return "WebhookEndpoint";
    case ObjectKind::kWebhookSecret:
      return "WebhookSecret";
    case ObjectKind::kDirectorySecret:
      return "DirectorySecret";
    case ObjectKind::kDirectoryOauthClient:
      return "DirectoryOauthClient";
    case ObjectKind::kScimSchema:
      return "ScimSchema";
    case ObjectKind::kScimResourceType:
      return "ScimResourceType";
    case ObjectKind::kScimResource:
      return "ScimResource";
    case ObjectKind::kClient:
      return "Client";
    case ObjectKind::kClientSecret:
      return "ClientSecret";
    case ObjectKind::kConnection:
      return "Connection";
    case ObjectKind::kOrganizationDomain:
      return "Domain";
    case ObjectKind::kSsoUserAttribute:
      return "SsoUserAttribute";
    case ObjectKind::kSession:
      return "Session";
    case ObjectKind::kSigningKey:
      return "SigningKey";
    case ObjectKind::kSamlKey:
      return "SamlKey";
  }
  return "";
}

std::string_view change_op_name(ChangeOp op) {
  switch (op) {
    case ChangeOp::kCreate:
      return "create";
    case ChangeOp::kUpdate:
      return "update";
    case ChangeOp::kDelete:
      return "delete";
    case ChangeOp::kActivate:
      return "activate";
    case ChangeOp::kDeactivate:
      return "deactivate";
    case ChangeOp::kMembers:
      return "members";
    case ChangeOp::kEnable:
      return "enable";
    case ChangeOp::kDisable:
      return "disable";
  }
  return "";
}

std::string_view actor_kind_name(ActorKind kind) {
  switch (kind) {
    case ActorKind::kApi:
      return "api";
    case ActorKind::kScim:
      return "scim";
    case ActorKind::kSystem:
      return "system";
  }
  return "";
}

}  // namespace doorward
