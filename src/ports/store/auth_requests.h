#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/auth_request.h"
#include "domain/page.h"

namespace doorward {

// What a list of the authentication log is narrowed to; empty members do not narrow.
struct AuthRequestFilter {
  std::optional<OrganizationId> organization;
  std::optional<ConnectionId> connection;
  std::optional<ApiClientId> client;
  std::string email;  // whole, whatever the letter case
  std::vector<AuthRequestStatus> statuses;
  std::optional<Timestamp> start_time;  // at or after
  std::optional<Timestamp> end_time;    // before
};

// A log may be long, and a count reads what it counts.
inline constexpr std::int64_t kMostCountedAuthRequests = 10'000;

class AuthRequestRepository {
 public:
  virtual ~AuthRequestRepository() = default;

  virtual Result<void> insert(const AuthRequest& request) = 0;
  // Replaces everything but the environment, the id and the create_time.
  virtual Result<void> update(const AuthRequest& request) = 0;
  virtual Result<std::optional<AuthRequest>> find(const EnvironmentId& environment, const AuthRequestId& id) const = 0;
  // The same, held to the end of the transaction.
  virtual Result<std::optional<AuthRequest>> lock(const EnvironmentId& environment, const AuthRequestId& id) = 0;
  // Newest first; and how many there are, counted as far as kMostCountedAuthRequests.
  virtual Result<Page<AuthRequest>> list(const EnvironmentId& environment, const AuthRequestFilter& filter,
                                         const PageRequest& page) const = 0;
  virtual Result<std::int64_t> count(const EnvironmentId& environment, const AuthRequestFilter& filter) const = 0;
  // What an identity provider sent in this attempt, by name ("response", "logout_request"); replaces one of that name.
  virtual Result<void> keep_message(const AuthRequestMessage& message) = 0;
  // By name; none that ran out before `now`.
  virtual Result<std::vector<AuthRequestMessage>> messages(const EnvironmentId& environment, const AuthRequestId& id,
                                                           Timestamp now) const = 0;
  // Forgets messages that ran out before `now`, of all environments, at most `limit`; how many there were.
  virtual Result<std::int64_t> remove_messages(Timestamp now, std::int64_t limit) = 0;
  // Forgets what began before, with its messages, of all environments, at most `limit` rows; how many there were.
  virtual Result<std::int64_t> remove_before(Timestamp before, std::int64_t limit) = 0;
  // The same of those that are INITIATED and nothing more.
  virtual Result<std::int64_t> remove_unfinished_before(Timestamp before, std::int64_t limit) = 0;
};

}  // namespace doorward
