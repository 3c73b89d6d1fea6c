// Text in HTML.
#pragma once

#include <string>
#include <string_view>

namespace doorward::edge {

// Safe between tags and inside double quotes.
std::string escaped(std::string_view text);

}  // namespace doorward::edge
