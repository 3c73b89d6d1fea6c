// One test for each numbered requirement on a SCIM service provider, named NUMBER_WHAT, in
// requirements_<letter>_suite.cc. Letters: H transport, D discovery, S schema, C create, G read, F filters, O sorting,
// P paging, A projection, U replace, T PATCH, X delete, E versions, B bulk, I /Me, R errors, L scale.
#pragma once

#include "suite.h"

namespace doorward::test {

class Requirements : public ScimSuite {};

}  // namespace doorward::test
