#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include "server/options.h"

namespace doorward::server {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

tl::unexpected<Error> refused(std::string sentence) { return failure(Reason::kInvalidArgument, std::move(sentence)); }

// The text that the command line would take for the same value; nullopt for a type that no option has.
std::optional<std::string> as_text(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return text;
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  const auto* list = node.as_array();
  if (list == nullptr) return std::nullopt;
  std::string joined;
  for (const toml::node& element : *list) {
    const auto text = element.value_exact<std::string>();
    if (!text) return std::nullopt;
    if (!joined.empty()) joined += ',';
    joined += *text;
  }
  return joined;
}

}  // namespace

Result<Settings> read_config_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return refused(fmt::format("the configuration file {} cannot be read", path));
  std::string text(kMaxFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kMaxFileBytes) return refused(fmt::format("{} is larger than {} bytes", path, kMaxFileBytes));

  const toml::parse_result parsed = toml::parse(text, path);
  if (!parsed) {
    return refused(fmt::format("{}:{}: {}", path, parsed.error().source().begin.line, parsed.error().description()));
  }
  Settings settings;
  for (const auto& [key, node] : parsed.table()) {
    const std::string name(key.str());
    const auto line = node.source().begin.line;
    const auto row = std::ranges::find(option_table(), name, &OptionRow::name);
    if (row == option_table().end()) {
      const std::string_view nearest = nearest_option(name);
      return refused(fmt::format(
          "{}:{}: there is no option named \"{}\"; {}", path, line, name,
          nearest.empty() ? "`doorward serve --help` lists them" : fmt::format("did you mean \"{}\"?", nearest)));
    }
    if (node.is_array() && row->kind != OptionKind::kList) {
      return refused(fmt::format("{}:{}: {} takes one value, not a list", path, line, name));
    }
    auto value = as_text(node);
    if (!value) return refused(fmt::format("{}:{}: {} has a value of a type that no option takes", path, line, name));
    settings.push_back({name, std::move(*value)});
  }
  return settings;
}

}  // namespace doorward::server
