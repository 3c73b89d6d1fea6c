// How the reference looks: light and dark as the reader's system says, one column on narrow screens.
#pragma once

#include <string_view>

namespace doorward::edge {

// The content of the page's only <style>, which the page's policy names by its hash.
std::string_view reference_style();

}  // namespace doorward::edge
