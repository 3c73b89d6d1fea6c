// For the unit tests of what is done with an assertion: one that no provider signed.
#pragma once

#include "protocol/saml/response_check.h"

namespace doorward::saml::test {

struct BlankAssertion {
  static SamlAssertion make() { return {}; }
};

}  // namespace doorward::saml::test
