// What was expected and what came, in the detail of an error: one text for logs, two for the authentication log.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace doorward::oidc {

// `text` of a provider for logs and pages: printable ASCII, others as '?', cut to a short length.
std::string shortened(std::string_view text);

// "expected E, received R", both shortened.
std::string mismatch(std::string_view expected, std::string_view received);

// E and R of mismatch(); of another text an empty one and the text itself.
std::pair<std::string, std::string> expected_and_received(std::string_view detail);

}  // namespace doorward::oidc
