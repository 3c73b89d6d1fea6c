// A domain name that an organization claims.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/id.h"
#include "base/time.h"

namespace doorward {

// Numbers as on the wire (scalekit.v1.domains).
enum class DomainType : std::uint8_t {
  kUnspecified = 0,
  kAllowedEmailDomain = 1,  // who may be invited or join
  kOrganizationDomain = 2,  // where people with such addresses sign in
};
enum class VerificationStatus : std::uint8_t {
  kUnspecified = 0,
  kPending = 1,
  kVerified = 2,
  kFailed = 3,
  kAutoVerified = 4,
};
enum class VerificationMethod : std::uint8_t { kUnspecified = 0, kAdmin = 1, kDns = 2, kNotApplicable = 3 };

struct OrganizationDomain {
  EnvironmentId environment_id;
  OrganizationId organization_id;
  DomainId id;
  std::string name;  // lower-case A-labels without a final dot
  DomainType type = DomainType::kOrganizationDomain;
  VerificationStatus status = VerificationStatus::kPending;
  VerificationMethod method = VerificationMethod::kDns;
  std::string txt_record_key;
  std::string txt_record_secret;
  std::int32_t failed_checks = 0;       // in a row
  std::optional<Timestamp> next_check;  // nullopt: none is due
  std::optional<Timestamp> verified_time;
  Timestamp create_time;
  Timestamp update_time;

  // Whether people are routed by it.
  bool is_verified() const {
    return status == VerificationStatus::kVerified || status == VerificationStatus::kAutoVerified;
  }
};

}  // namespace doorward
