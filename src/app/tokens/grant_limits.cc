#include "app/tokens/grant_limits.h"

#include <utility>

namespace doorward {
namespace {

constexpr std::size_t kMostIdBytes = 64;  // ours are shorter; what a stranger sends may not fill the limiter's memory

// Clients that do not exist share nothing either: which ones do is not for the guesser to learn.
std::string guesser_of(std::string_view source, std::string_view client) {
  return failure_source(source) + ' ' + std::string(client.substr(0, kMostIdBytes));
}

}  // namespace

Result<void> GrantLimits::check_guess(std::string_view source, std::string_view client) {
  return guesses_.check(guesser_of(source, client));
}

Error GrantLimits::refuse_guess(std::string_view source, std::string_view client) {
  guesses_.record_failure(guesser_of(source, client));
  auto patient = source_failures_.check(source);
  source_failures_.record_failure(source);
  if (!patient) return std::move(patient).error();
  return make_error(Reason::kInvalidClient, "Client authentication failed.");
}

Result<void> GrantLimits::take_token(std::string_view client) {
  DOORWARD_CHECK(issues_.check(client));
  issues_.record_failure(client);
  return {};
}

}  // namespace doorward
