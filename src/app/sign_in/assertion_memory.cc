#include "app/sign_in/assertion_memory.h"

namespace doorward {

// By the assertion, not by the bytes that it came in: another Response around it makes no other of it (S-80).
Result<saml::SamlAssertion> accept_assertion(WriteTx& tx, const Connection& connection,
                                             const saml::UnusedAssertion& assertion) {
  DOORWARD_TRY(const bool first, tx.sign_in().note_seen(connection.environment_id, "assertion:" + connection.id.str(),
                                                        assertion.id(), assertion.remember_until()));
  return assertion.accept(first);
}

}  // namespace doorward
