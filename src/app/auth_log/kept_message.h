// Messages of identity providers that are kept with an attempt for whoever looks for a fault: redacted by whoever keeps
// one, sealed, and for a limited time.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/auth_request.h"
#include "ports/secret_box.h"

namespace doorward {

inline constexpr std::chrono::hours kKeptMessageLife{24};
inline constexpr std::size_t kMostKeptMessageBytes = std::size_t{64} * 1024;

// Names. Public interface: AuthRequestService shows them.
inline constexpr std::string_view kResponseMessage = "response";  // SAML: the Response

// nullopt for an empty text and for one beyond kMostKeptMessageBytes.
std::optional<AuthRequestMessage> seal_message(SecretBox& box, const EnvironmentId& environment,
                                               const AuthRequestId& attempt, std::string_view name, std::string text,
                                               Timestamp now);
// kSecretUnreadable.
Result<std::string> open_message(const SecretBox& box, const AuthRequestMessage& message);

}  // namespace doorward
