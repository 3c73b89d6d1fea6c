// The key by which the simulator signs: its own, made from the installation's root by a purpose that nothing else has,
// so that every node and every start has the same one and nothing is stored.
#pragma once

#include "crypto/ec_key.h"
#include "ports/mac.h"

namespace doorward {

crypto::EcPrivateKey make_simulator_key(const Mac& mac);

}  // namespace doorward
