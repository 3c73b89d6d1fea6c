#include "store/sql/errors.h"

#include <array>

namespace doorward::store {
namespace {

struct UniqueRule {
  std::string_view postgres_name;
  std::string_view sqlite_columns;
  Reason reason;
  std::string_view message;
};

constexpr std::array kUniqueRules{
    UniqueRule{"organizations_external_id", "organizations.environment_id, organizations.external_id",
               Reason::kExternalIdTaken, "Another organization has this external id."},
    UniqueRule{"organizations_slug", "organizations.environment_id, organizations.slug", Reason::kSlugTaken,
               "Another organization has this slug."},
    UniqueRule{"directory_users_user_name",
               "directory_users.environment_id, directory_users.directory_id, directory_users.user_name_folded",
               Reason::kUserNameTaken, "Another user of this directory has this userName."},
    UniqueRule{"scim_unique_values_pkey",
               "scim_unique_values.environment_id, scim_unique_values.directory_id, scim_unique_values.key_hash",
               Reason::kScimUniqueness, "Another resource of this directory has a value that must be unique."},
    UniqueRule{"sso_user_attributes_pkey", "sso_user_attributes.environment_id, sso_user_attributes.attribute_key",
               Reason::kUserAttributeTaken, "There is a user attribute with this key."},
    UniqueRule{"saml_paths_pkey", "saml_paths.environment_id, saml_paths.path", Reason::kAcsAliasTaken,
               "Another connection answers at this address."},
    UniqueRule{"domains_claim", "domains.environment_id, domains.organization_id, domains.name, domains.type",
               Reason::kDomainTaken, "This organization has this domain already."},
    UniqueRule{"domains_verified", "domains.environment_id, domains.name", Reason::kDomainTaken,
               "Another organization has verified this domain."},
};

Error away(Reason reason, std::string message, std::string detail) {
  Error error = make_error(reason, std::move(message), std::move(detail));
  error.retry_after_seconds = kRetryAfterSeconds;
  return error;
}

}  // namespace

Error unique_violation(std::string_view constraint, std::string_view detail) {
  for (const UniqueRule& rule : kUniqueRules) {
    if (constraint == rule.postgres_name || constraint == rule.sqlite_columns) {
      return make_error(rule.reason, std::string(rule.message), std::string(detail));
    }
  }
  return internal_error("unexpected unique violation: " + std::string(constraint) + ": " + std::string(detail));
}

Error unavailable(std::string detail) {
  return away(Reason::kStoreUnavailable, "The database is not available. Try again in a moment.", std::move(detail));
}

Error busy() { return away(Reason::kStoreBusy, "The database is busy. Try again in a moment.", ""); }

Error conflict(std::string detail) {
  return away(Reason::kStoreConflict, "Other changes got in the way. Try again.", std::move(detail));
}

Error deadline_exceeded() {
  return make_error(Reason::kDeadlineExceeded, "The request waited too long for the database.");
}

Error unstorable_text() { return make_error(Reason::kInvalidArgument, "Text must be UTF-8 without NUL characters."); }

}  // namespace doorward::store
