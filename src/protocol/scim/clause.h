// Which rule a refusal comes from.
#pragma once

#include <string_view>

#include "base/error.h"

namespace doorward::scim {

// "RFC 7644 section 3.5.2.3"; empty where no standard says so: a rule or a fault of ours.
std::string_view clause_of(Reason reason);

}  // namespace doorward::scim
