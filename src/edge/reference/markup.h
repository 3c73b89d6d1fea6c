// The Markdown of declared comments as HTML.
#pragma once

#include <string>
#include <string_view>

namespace doorward::edge {

// The little Markdown of declared comments: `code`, paragraphs that a blank line separates, lines that begin with "- "
// as a list. Everything else is text.
std::string marked_up(std::string_view text);

// The same for one line: no paragraph around it.
std::string marked_up_inline(std::string_view text);

}  // namespace doorward::edge
