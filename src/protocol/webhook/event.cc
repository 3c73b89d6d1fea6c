#include "protocol/webhook/event.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <initializer_list>

#include "base/time.h"
#include "protocol/webhook/python_json.h"

namespace doorward::webhook {
namespace {

namespace json = boost::json;

struct EventType {
  std::string_view name;
  std::string_view title;  // display_name of the envelope, for people
  std::string_view description;
};

constexpr std::array kEventTypes{
    EventType{kOrganizationCreated, "Organization created", "An organization was created."},
    EventType{kOrganizationDeleted, "Organization deleted",
              "An organization was deleted, with everything that belongs to it."},
    EventType{kDirectoryGroupCreated, "Directory group created",
              "The identity provider pushed a group that was not there before."},
    EventType{kDirectoryGroupDeleted, "Directory group deleted", "The identity provider deleted a group."},
    EventType{kDirectoryGroupUpdated, "Directory group updated", "A group was renamed, or its members changed."},
    EventType{kDirectoryUserCreated, "Directory user created",
              "A person gained access: the identity provider pushed an active user, or made an inactive one active."},
    EventType{kDirectoryUserDeleted, "Directory user deleted",
              "A person lost access: the identity provider deleted the user or made it inactive. Carries what "
              "identifies the user."},
    EventType{kDirectoryUserUpdated, "Directory user updated",
              "Attributes, groups or roles of an active user changed."},
    EventType{kDirectoryDisabled, "Directory disabled",
              "A directory was disabled: its identity provider is refused until it is enabled again."},
    EventType{kDirectoryEnabled, "Directory enabled", "A directory was enabled: its identity provider may provision."},
    EventType{kDomainCreated, "Domain created", "An organization got a domain, verified or yet to be proven."},
    EventType{kDomainDeleted, "Domain deleted", "A domain was taken from an organization."},
    EventType{
        kDomainVerificationFailed, "Domain verification failed",
        "The TXT record of a domain was not found in time, or has gone: the domain leads nobody to the organization "
        "any more."},
    EventType{kDomainVerificationSuccess, "Domain verified",
              "The TXT record of a domain was found: the domain leads people to the organization."},
    EventType{kSsoCertificateExpiring, "Certificate expiring",
              "A certificate of a SAML identity provider ends within 30 days: ask the provider's administrator for the "
              "next one. Once for each certificate."},
    EventType{kSsoCreated, "Connection created", "An organization got a connection to an identity provider."},
    EventType{kSsoDeleted, "Connection deleted",
              "A connection was deleted: whoever signed in through it is signed out."},
    EventType{kSsoDisabled, "Connection disabled",
              "A connection was disabled: nobody signs in through it, and whoever did is signed out."},
    EventType{kSsoEnabled, "Connection enabled", "A connection was enabled: people may sign in through it."},
    EventType{
        kSsoMetadataChanged, "Identity provider changed",
        "The metadata of a SAML identity provider names other keys, another entity ID or other addresses than the "
        "connection has: an administrator has to confirm them before they count."},
    EventType{kOrganizationUpdated, "Organization updated",
              "Attributes, settings or metadata of an organization changed."},
    EventType{kWebhookEndpointDisabled, "Webhook endpoint disabled",
              "Doorward disabled a webhook endpoint that had failed for days, or that answered 410 Gone. Goes to the "
              "other endpoints, with the scheme and host of the URL only."},
};

constexpr auto kEventTypeNames = [] {
  std::array<std::string_view, kEventTypes.size()> names;
  std::ranges::transform(kEventTypes, names.begin(), &EventType::name);
  return names;
}();
static_assert(std::ranges::is_sorted(kEventTypeNames));

const EventType* find_type(std::string_view type) {
  const auto* found = std::ranges::lower_bound(kEventTypes, type, {}, &EventType::name);
  return found == kEventTypes.end() || found->name != type ? nullptr : found;
}

std::string_view title_of(std::string_view type) {
  const EventType* found = find_type(type);
  return found == nullptr ? type : found->title;
}

bool is_active(const std::optional<json::object>& user) {
  if (!user) return false;
  const json::value* active = user->if_contains("active");
  return active == nullptr || !active->is_bool() || active->get_bool();
}

std::string_view directory_user_event(const ChangeRecord& change) {
  const bool was_active = is_active(change.before);
  const bool is_active_now = is_active(change.after);
  if (was_active && is_active_now) return kDirectoryUserUpdated;
  if (is_active_now) return kDirectoryUserCreated;
  if (was_active) return kDirectoryUserDeleted;
  return {};
}

std::string_view directory_event(const ChangeRecord& change) {
  if (change.op == ChangeOp::kEnable) return kDirectoryEnabled;
  if (change.op == ChangeOp::kDisable) return kDirectoryDisabled;
  return {};
}

std::string_view text_member(const std::optional<json::object>& snapshot, std::string_view name) {
  const json::value* found = snapshot ? snapshot->if_contains(name) : nullptr;
  return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
}

const json::value* saml_member(const std::optional<json::object>& connection, std::string_view name) {
  const json::value* saml = connection ? connection->if_contains("saml") : nullptr;
  return saml != nullptr && saml->is_object() ? saml->get_object().if_contains(name) : nullptr;
}

bool is_announced(const json::value& certificate) {
  return certificate.is_object() && certificate.get_object().contains("expiry_announced_at");
}

bool has_announced(const json::value* certificates, const json::value& id) {
  if (certificates == nullptr || !certificates->is_array()) return false;
  return std::ranges::any_of(certificates->get_array(), [&](const json::value& one) {
    const json::value* other = is_announced(one) ? one.get_object().if_contains("id") : nullptr;
    return other != nullptr && *other == id;
  });
}

// Certificates whose coming end this change announces.
json::array expiring_certificates(const ChangeRecord& change) {
  json::array expiring;
  const json::value* certificates = saml_member(change.after, "idp_certificates");
  if (certificates == nullptr || !certificates->is_array()) return expiring;
  const json::value* before = saml_member(change.before, "idp_certificates");
  for (const json::value& one : certificates->get_array()) {
    const json::value* id = is_announced(one) ? one.get_object().if_contains("id") : nullptr;
    if (id == nullptr || has_announced(before, *id)) continue;
    json::object shown = one.get_object();
    shown.erase("expiry_announced_at");
    expiring.emplace_back(std::move(shown));
  }
  return expiring;
}

// What the provider does is news; settings are the application's own doing.
std::string_view provider_event(const ChangeRecord& change) {
  const json::value* pending = saml_member(change.after, "pending_metadata");
  const json::value* before = saml_member(change.before, "pending_metadata");
  if (pending != nullptr && (before == nullptr || *before != *pending)) return kSsoMetadataChanged;
  return expiring_certificates(change).empty() ? std::string_view() : kSsoCertificateExpiring;
}

std::string_view connection_event(const ChangeRecord& change) {
  switch (change.op) {
    case ChangeOp::kCreate:
      return kSsoCreated;
    case ChangeOp::kDelete:
      return kSsoDeleted;
    case ChangeOp::kEnable:
      return kSsoEnabled;
    case ChangeOp::kDisable:
      return kSsoDisabled;
    case ChangeOp::kUpdate:
      return provider_event(change);
    default:
      return {};
  }
}

// Only what Doorward itself switched off is news to the application.
std::string_view webhook_endpoint_event(const ChangeRecord& change) {
  const bool by_doorward = !text_member(change.after, "disabled_reason").empty();
  return change.op == ChangeOp::kDisable && by_doorward ? kWebhookEndpointDisabled : std::string_view();
}

// What DNS made of it; what the application itself changes is no news to it.
std::string_view domain_event(const ChangeRecord& change) {
  if (change.op == ChangeOp::kCreate) return kDomainCreated;
  if (change.op == ChangeOp::kDelete) return kDomainDeleted;
  const std::string_view status = text_member(change.after, "verification_status");
  const bool by_dns = text_member(change.after, "verification_method") == "DNS";
  if (!by_dns || status == text_member(change.before, "verification_status")) return {};
  if (status == "VERIFIED") return kDomainVerificationSuccess;
  return status == "FAILED" ? kDomainVerificationFailed : std::string_view();
}

std::string_view by_existence(const ChangeRecord& change, std::string_view created, std::string_view updated,
                              std::string_view deleted) {
  switch (change.op) {
    case ChangeOp::kCreate:
      return created;
    case ChangeOp::kDelete:
      return deleted;
    default:
      return updated;
  }
}

// Copies members of a snapshot into an event's data under their own or another name.
class DataBuilder {
 public:
  explicit DataBuilder(const json::object& snapshot) : snapshot_(snapshot) {}

  void set(std::string_view name, json::value value) { data_[name] = std::move(value); }
  void set(std::string_view name, std::string_view text) { data_[name] = text; }

  void copy(std::string_view name, const json::value& otherwise) { copy_as(name, name, otherwise); }
  void copy_as(std::string_view name, std::string_view snapshot_name, const json::value& otherwise) {
    const json::value* found = present(snapshot_name);
    data_[name] = found == nullptr ? otherwise : *found;
  }
  void copy_those_present(std::initializer_list<std::string_view> names) {
    for (std::string_view name : names) {
      if (const json::value* found = present(name)) data_[name] = *found;
    }
  }

  // The text of a member; empty when it is absent or no text.
  std::string_view text(std::string_view name) const {
    const json::value* found = snapshot_.if_contains(name);
    return found != nullptr && found->is_string() ? std::string_view(found->get_string()) : std::string_view();
  }

  json::object take() { return std::move(data_); }

 private:
  const json::value* present(std::string_view name) const {
    const json::value* found = snapshot_.if_contains(name);
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  const json::object& snapshot_;
  json::object data_;
};

// The name a person reads. Receivers of the seed documents store it, so it is never absent.
std::string user_name_of(const DataBuilder& user) {
  if (const auto name = user.text("name"); !name.empty()) return std::string(name);
  const auto given = user.text("given_name");
  const auto family = user.text("family_name");
  if (!given.empty() && !family.empty()) return std::string(given).append(" ").append(family);
  if (!given.empty() || !family.empty()) return std::string(given).append(family);
  return std::string(user.text("preferred_username"));
}

json::object directory_user_data(const ChangeRecord& change, const json::object& snapshot, bool identity_only) {
  DataBuilder data(snapshot);
  data.set("id", std::string_view(change.object_id));
  data.set("organization_id", std::string_view(change.organization_id.str()));
  data.set("directory_id", std::string_view(change.directory_id.str()));
  data.copy_as("dp_id", "external_id", "");
  if (identity_only) {
    data.copy("email", "");
    return data.take();
  }
  data.copy("preferred_username", "");
  data.copy("email", "");
  data.copy("active", true);
  data.set("name", std::string_view(user_name_of(data)));
  data.copy("given_name", "");
  data.copy("family_name", "");
  data.copy_those_present({"nickname", "picture", "phone_number", "address", "title", "department", "division",
                           "cost_center", "employee_id", "user_type", "language", "locale", "zoneinfo", "profile",
                           "organization"});
  data.copy("groups", json::array());
  data.copy("roles", json::array());
  data.copy("custom_attributes", json::object());
  data.copy_as("raw_attributes", "attributes", json::object());
  return data.take();
}

json::object directory_group_data(const ChangeRecord& change, const json::object& snapshot) {
  DataBuilder data(snapshot);
  data.set("id", std::string_view(change.object_id));
  data.set("organization_id", std::string_view(change.organization_id.str()));
  data.set("directory_id", std::string_view(change.directory_id.str()));
  data.copy("display_name", "");
  data.copy("external_id", nullptr);
  data.copy_as("dp_id", "external_id", "");
  data.copy_as("raw_attributes", "attributes", json::object());
  return data.take();
}

json::object organization_data(const ChangeRecord& change, const json::object& snapshot) {
  DataBuilder data(snapshot);
  data.set("id", std::string_view(change.object_id));
  data.copy("display_name", "");
  data.copy("external_id", nullptr);
  data.copy("region_code", nullptr);
  data.copy("create_time", nullptr);
  data.copy("update_time", nullptr);
  data.set("deleted_at",
           change.op == ChangeOp::kDelete ? json::value(json::string(to_rfc3339(change.occurred_at))) : nullptr);
  data.copy("metadata", json::object());
  data.copy("settings", json::object{{"features", json::array()}});
  return data.take();
}

json::object directory_data(const ChangeRecord& change, const json::object& snapshot) {
  DataBuilder data(snapshot);
  data.set("id", std::string_view(change.object_id));
  data.set("organization_id", std::string_view(change.organization_id.str()));
  data.copy_those_present({"directory_type", "provider", "enabled", "updated_at"});
  return data.take();
}

// Scheme and authority (RFC 3986 section 3).
std::string_view origin_of(std::string_view url) {
  const auto authority = url.find("://");
  return authority == std::string_view::npos ? std::string_view()
                                             : url.substr(0, url.find_first_of("/?#", authority + 3));
}

// Path and query stay here: what one receiver keeps secret there is none of the others' business.
json::object webhook_endpoint_data(const ChangeRecord& change, const json::object& snapshot) {
  DataBuilder data(snapshot);
  data.set("id", std::string_view(change.object_id));
  data.set("url", origin_of(data.text("url")));
  data.copy_those_present({"description", "enabled", "disabled_reason", "failing_since"});
  return data.take();
}

json::object domain_data(const ChangeRecord& change, const json::object& snapshot) {
  DataBuilder data(snapshot);
  data.set("id", std::string_view(change.object_id));
  data.copy("domain", "");
  data.copy_those_present({"domain_type"});
  data.set("organization_id", std::string_view(change.organization_id.str()));
  data.set("environment_id", std::string_view(change.environment_id.str()));
  data.copy_those_present(
      {"txt_record_key", "txt_record_secret", "verification_status", "verification_method", "updated_at"});
  return data.take();
}

json::object connection_data(const ChangeRecord& change, const json::object& snapshot) {
  DataBuilder data(snapshot);
  data.set("id", std::string_view(change.object_id));
  data.set("organization_id", std::string_view(change.organization_id.str()));
  data.copy_those_present({"connection_type", "provider", "enabled", "status"});
  if (change.event_type == kSsoCertificateExpiring) data.set("certificates", expiring_certificates(change));
  if (change.event_type == kSsoMetadataChanged) {
    if (const json::value* pending = saml_member(change.after, "pending_metadata")) {
      data.set("pending_metadata", *pending);
    }
  }
  return data.take();
}

// A user that ceases to be active is shown as subscribers knew it, a deleted resource as it last was.
const json::object& snapshot_to_show(const ChangeRecord& change) {
  static const json::object kErased;
  const bool gone = !change.after || change.event_type == kDirectoryUserDeleted;
  if (gone && change.before) return *change.before;
  return change.after ? *change.after : kErased;
}

json::object data_of(const ChangeRecord& change) {
  const json::object& snapshot = snapshot_to_show(change);
  switch (change.object) {
    case ObjectKind::kOrganization:
      return organization_data(change, snapshot);
    case ObjectKind::kDirectoryUser:
      return directory_user_data(change, snapshot, change.event_type == kDirectoryUserDeleted);
    case ObjectKind::kDirectoryGroup:
      return directory_group_data(change, snapshot);
    case ObjectKind::kDirectory:
      return directory_data(change, snapshot);
    case ObjectKind::kWebhookEndpoint:
      return webhook_endpoint_data(change, snapshot);
    case ObjectKind::kConnection:
      return connection_data(change, snapshot);
    case ObjectKind::kOrganizationDomain:
      return domain_data(change, snapshot);
    case ObjectKind::kWebhookSecret:
    case ObjectKind::kDirectorySecret:
    case ObjectKind::kDirectoryOauthClient:
    case ObjectKind::kScimSchema:
    case ObjectKind::kScimResourceType:
    case ObjectKind::kScimResource:
    case ObjectKind::kClient:
    case ObjectKind::kClientSecret:
    case ObjectKind::kSsoUserAttribute:
    case ObjectKind::kSession:
    case ObjectKind::kSigningKey:
    case ObjectKind::kSamlKey:
      break;
  }
  return snapshot;
}

}  // namespace

std::span<const std::string_view> event_types() { return kEventTypeNames; }

bool is_event_type(std::string_view type) { return find_type(type) != nullptr; }

std::string_view event_type_description(std::string_view type) {
  const EventType* found = find_type(type);
  return found == nullptr ? std::string_view() : found->description;
}

bool is_event_type_filter(std::string_view filter) {
  return std::ranges::any_of(kEventTypeNames, [&](std::string_view type) { return filter_matches(filter, type); });
}

bool filter_matches(std::string_view filter, std::string_view type) {
  if (!filter.ends_with(".*")) return filter == type;
  filter.remove_suffix(1);
  return type.starts_with(filter);
}

std::string_view event_type(const ChangeRecord& change) {
  switch (change.object) {
    case ObjectKind::kOrganization:
      return by_existence(change, kOrganizationCreated, kOrganizationUpdated, kOrganizationDeleted);
    case ObjectKind::kDirectoryUser:
      return directory_user_event(change);
    case ObjectKind::kDirectoryGroup:
      return by_existence(change, kDirectoryGroupCreated, kDirectoryGroupUpdated, kDirectoryGroupDeleted);
    case ObjectKind::kDirectory:
      return directory_event(change);
    case ObjectKind::kWebhookEndpoint:
      return webhook_endpoint_event(change);
    case ObjectKind::kConnection:
      return connection_event(change);
    case ObjectKind::kOrganizationDomain:
      return domain_event(change);
    case ObjectKind::kWebhookSecret:
    case ObjectKind::kDirectorySecret:
    case ObjectKind::kDirectoryOauthClient:
    case ObjectKind::kScimSchema:
    case ObjectKind::kScimResourceType:
    case ObjectKind::kScimResource:
    case ObjectKind::kClient:
    case ObjectKind::kClientSecret:
    case ObjectKind::kSsoUserAttribute:
    case ObjectKind::kSession:
    case ObjectKind::kSigningKey:
    case ObjectKind::kSamlKey:
      break;
  }
  return {};
}

std::string render_event(const ChangeRecord& change) {
  const std::string occurred_at = to_rfc3339(change.occurred_at);
  json::object body{
      {"spec_version", "1"},        {"id", std::string_view(change.id.str())},
      {"type", change.event_type},  {"object", object_kind_name(change.object)},
      {"occurred_at", occurred_at}, {"environment_id", change.environment_id.str()},
  };
  if (!change.organization_id.empty()) body["organization_id"] = change.organization_id.str();
  body["data"] = data_of(change);
  body["display_name"] = title_of(change.event_type);
  body["timestamp"] = occurred_at;
  return python_json(body);
}

}  // namespace doorward::webhook
