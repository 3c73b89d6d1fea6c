// The name of a certificate in settings, logs and records.
#pragma once

#include <string>
#include <string_view>

namespace doorward {

// PinnedCertificate::id of a certificate (DER); "" of none.
std::string certificate_id(std::string_view der);

}  // namespace doorward
