// That an assertion is good once (SAML profiles 4.1.4.5), on whichever node.
#pragma once

#include "base/result.h"
#include "domain/connection.h"
#include "ports/store.h"
#include "protocol/saml/response_check.h"

namespace doorward {

// In the transaction of the use, which is undone if it fails later on. kReplay, and the errors of the store, without
// which nothing is accepted.
Result<saml::SamlAssertion> accept_assertion(WriteTx& tx, const Connection& connection,
                                             const saml::UnusedAssertion& assertion);

}  // namespace doorward
