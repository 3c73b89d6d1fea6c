// Whom the simulator answers: it knows nobody, so addresses must be Doorward's own, or of this machine.
#pragma once

#include <string_view>

namespace doorward {

// `base_url`: of Doorward, without a final '/'. True for what is below its /sso/v1/ and for http and https URLs of
// localhost, 127.0.0.1 and [::1], without a fragment.
bool is_answered_by_simulator(std::string_view base_url, std::string_view url);

}  // namespace doorward
