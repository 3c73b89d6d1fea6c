// A connection to the simulator, configured as by its own documents.
#pragma once

#include <string_view>

#include "domain/connection.h"

namespace doorward {

// The addresses of the simulator below this base URL. All else stays.
void point_at_simulator(Connection& connection, std::string_view base_url);

// Complete and enabled; without a client secret, which the simulator does not ask for.
void connect_to_simulator(Connection& connection, std::string_view base_url);

// The same for SAML: the provider as its metadata describes it, which is at `metadata_url`.
void connect_to_saml_simulator(Connection& connection, const SamlProviderDescription& provider,
                               std::string_view metadata_url);

}  // namespace doorward
