// What subscribers are told of a change: which event type, if any, and the body in the default format.
//
// The body is the public webhook envelope (spec_version "1") and at the same time satisfies the older, shorter one of
// the seed documents: `timestamp` repeats `occurred_at`, and user data carry `directory_id`. It is serialised as
// python_json() does, so it is one stable text for each record, on every attempt.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "domain/change.h"

namespace doorward::webhook {

inline constexpr std::string_view kOrganizationCreated = "organization.created";
inline constexpr std::string_view kOrganizationUpdated = "organization.updated";
inline constexpr std::string_view kOrganizationDeleted = "organization.deleted";
inline constexpr std::string_view kDirectoryDisabled = "organization.directory_disabled";
inline constexpr std::string_view kDirectoryEnabled = "organization.directory_enabled";
inline constexpr std::string_view kDirectoryUserCreated = "organization.directory.user_created";
inline constexpr std::string_view kDirectoryUserUpdated = "organization.directory.user_updated";
inline constexpr std::string_view kDirectoryUserDeleted = "organization.directory.user_deleted";
inline constexpr std::string_view kDirectoryGroupCreated = "organization.directory.group_created";
inline constexpr std::string_view kDirectoryGroupUpdated = "organization.directory.group_updated";
inline constexpr std::string_view kDirectoryGroupDeleted = "organization.directory.group_deleted";
inline constexpr std::string_view kDomainCreated = "organization.domain_created";
inline constexpr std::string_view kDomainDeleted = "organization.domain_deleted";
inline constexpr std::string_view kDomainVerificationFailed = "organization.domain_dns_verification_failed";
inline constexpr std::string_view kDomainVerificationSuccess = "organization.domain_dns_verification_success";
inline constexpr std::string_view kSsoCertificateExpiring = "organization.sso_certificate_expiring";
inline constexpr std::string_view kSsoCreated = "organization.sso_created";
inline constexpr std::string_view kSsoDeleted = "organization.sso_deleted";
inline constexpr std::string_view kSsoDisabled = "organization.sso_disabled";
inline constexpr std::string_view kSsoEnabled = "organization.sso_enabled";
inline constexpr std::string_view kSsoMetadataChanged = "organization.sso_metadata_changed";
inline constexpr std::string_view kWebhookEndpointDisabled = "webhook_endpoint.disabled";

// Every type that can be sent, in alphabetical order; what an endpoint's filter may name.
std::span<const std::string_view> event_types();
bool is_event_type(std::string_view type);
// When events of the type are sent, in a sentence for people; empty for what is no type.
std::string_view event_type_description(std::string_view type);

// A filter is the name of a type, or a prefix of names and ".*": "organization.directory.*" lets every type pass that
// begins with "organization.directory.". True when at least one type passes.
bool is_event_type_filter(std::string_view filter);
bool filter_matches(std::string_view filter, std::string_view type);

// The one event type of a change, or empty when subscribers are told nothing.
//
// A directory user exists for subscribers while it is active: becoming active is user_created, ceasing to be active
// (deactivated or deleted) is user_deleted, and what happens while inactive is silent. Of a webhook endpoint they are
// told only that Doorward itself disabled it; of a domain, besides its coming and going, what DNS made of it; of a
// connection, besides its coming, going and switch, what its identity provider is about to change. Reads `op`,
// `object`, the member `active` (absent counts as true) of `before` and `after`, `disabled_reason` of `after`, and of a
// connection `saml` of both. app/changes puts the answer into ChangeRecord::event_type.
std::string_view event_type(const ChangeRecord& change);

// The request body for a change whose `event_type` is set. Pure.
//
// Members of the snapshots go into `data` under their own names (event.cc has the lists) but two: `external_id`, the
// identity provider's name for the object, is `dp_id`, and `attributes`, the resource as the provider sent it, is
// `raw_attributes`. Of a user that ceases to be active subscribers get only what identifies it, as they knew it. What
// a snapshot lacks takes a neutral value where receivers rely on the member, and is left out elsewhere.
std::string render_event(const ChangeRecord& change);

}  // namespace doorward::webhook
