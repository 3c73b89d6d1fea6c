#include "edge/reference/markup.h"

#include <algorithm>

#include "edge/html.h"

namespace doorward::edge {

std::string marked_up_inline(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t open = text.find('`');
    const std::size_t close = open == std::string_view::npos ? open : text.find('`', open + 1);
    if (close == std::string_view::npos) return out + escaped(text);
    out += escaped(text.substr(0, open));
    out += "<code>" + escaped(text.substr(open + 1, close - open - 1)) + "</code>";
    text.remove_prefix(close + 1);
  }
}

std::string marked_up(std::string_view text) {
  std::string out;
  bool listed = false;
  const auto end_list = [&] {
    if (listed) out += "</ul>";
    listed = false;
  };
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) continue;
    if (line.starts_with("- ")) {
      if (!listed) out += "<ul>";
      listed = true;
      out += "<li>" + marked_up_inline(line.substr(2)) + "</li>";
    } else {
      end_list();
      out += "<p>" + marked_up_inline(line) + "</p>";
    }
  }
  end_list();
  return out;
}

}  // namespace doorward::edge
