// How far a connection is, by what a login through it would need. Pure.
#pragma once

#include <string>
#include <vector>

#include "domain/connection.h"

namespace doorward {

// Whether Doorward proves itself at the provider with a client secret.
bool needs_client_secret(TokenAuthType type);

// Names of the settings, as clients know them, without which no login can succeed.
std::vector<std::string> missing_settings(const Connection& connection);

// kDraft: nothing is set. kInProgress: something is missing. kCompleted: nothing is.
ConnectionStatus status_of(const Connection& connection);

// Whether something changed on which the outcome of a login depends, so that a test made before says nothing.
bool login_differs(const Connection& before, const Connection& after);

}  // namespace doorward
