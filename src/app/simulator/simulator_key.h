// The keys by which the simulator signs: its own, made from the installation's root by purposes that nothing else has,
// so that every node and every start has the same ones and nothing is stored.
#pragma once

#include <string>
#include <string_view>

#include "base/secret.h"
#include "crypto/ec_key.h"
#include "ports/mac.h"

namespace doorward {

inline constexpr std::string_view kSimulatorSigningKey = "simulator_signing_key";       // of ID tokens
inline constexpr std::string_view kSimulatorSamlKey = "simulator_saml_signing_key";     // of assertions
inline constexpr std::string_view kSimulatorForeignKey = "simulator_saml_foreign_key";  // that nobody trusts
inline constexpr std::string_view kSimulatorSamlIssuer =
    "simulator_saml_certificate_seed";  // of its certificate's issuer

// P-256, as PKCS #8.
Secret<std::string> make_simulator_key(const Mac& mac, std::string_view purpose);

}  // namespace doorward
