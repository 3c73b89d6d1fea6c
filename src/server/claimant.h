// The name under which this process claims work that others could take too, and that of the process before it.
#pragma once

#include <string>

#include "base/result.h"
#include "ports/random.h"
#include "server/data_dir.h"

namespace doorward::server {

struct Claimant {
  std::string name;    // no other process ever has it
  std::string before;  // the last process that held the folder, certainly ended; empty when there was none
};

// Reads who held the folder last and writes a new name there, whole or not at all. The folder's lock proves that the
// one before has ended: what it had claimed can be given back at once. In a copied folder the name is of a process of
// the original, which costs that one, if it lives, one round of claims: deliveries are made twice, none is lost.
Result<Claimant> next_claimant(const DataDir& folder, Random& random);

}  // namespace doorward::server
