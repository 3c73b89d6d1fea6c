#include <fmt/format.h>

#include <optional>

#include "server/limit_table.h"
#include "server/option_values.h"
#include "server/options.h"

namespace doorward::server {
namespace {

// "postgresql://user:password@host/name" with the password out of sight; also one among the URL's parameters.
std::string masked(std::string_view url) {
  std::string text(url);
  const auto scheme = text.find("://");
  if (scheme == std::string::npos) return text;
  const auto authority = scheme + 3;
  const auto end = std::min(text.find_first_of("/?", authority), text.size());
  const auto at = text.rfind('@', end);
  const auto colon = text.find(':', authority);
  if (at != std::string::npos && at > authority && colon < at) text.replace(colon + 1, at - colon - 1, "***");
  constexpr std::string_view kParameter = "password=";
  for (auto found = text.find(kParameter); found != std::string::npos; found = text.find(kParameter, found + 1)) {
    const auto begin = found + kParameter.size();
    text.replace(begin, std::min(text.find('&', begin), text.size()) - begin, "***");
  }
  return text;
}

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      quoted += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string toml_list(std::string_view text) {
  std::string list = "[";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    list += (list.size() > 1 ? ", " : "") + toml_string(one);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list + "]";
}

std::string toml_value(const EffectiveSetting& setting) {
  switch (setting.row->kind) {
    case OptionKind::kFlag:
    case OptionKind::kNumber:
      return setting.value;
    case OptionKind::kList:
      return toml_list(setting.value);
    default:
      return toml_string(setting.row->name == "database-url" ? masked(setting.value) : setting.value);
  }
}

std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    anchor += c == ' ' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return anchor;
}

}  // namespace

std::string bounds_text(const OptionRow& row) {
  using std::chrono::milliseconds;
  switch (row.kind) {
    case OptionKind::kNumber:
      return fmt::format("{} to {}", row.least, row.most);
    case OptionKind::kDuration:
      return fmt::format("{} to {}", duration_text(milliseconds(row.least)), duration_text(milliseconds(row.most)));
    case OptionKind::kSize:
      return fmt::format("{} to {}", size_text(static_cast<std::size_t>(row.least)),
                         size_text(static_cast<std::size_t>(row.most)));
    default:
      return {};
  }
}

std::string effective_toml(const std::vector<EffectiveSetting>& settings) {
  std::string text;
  std::optional<OptionGroup> group;
  for (const EffectiveSetting& setting : settings) {
    if (setting.row->group != group) {
      group = setting.row->group;
      text += fmt::format("{}# {}\n", text.empty() ? "" : "\n", group_name(*group));
    }
    const bool absent = setting.value.empty() && setting.row->kind != OptionKind::kList;
    text +=
        fmt::format("{}{} = {}  # {}\n", absent ? "# " : "", setting.row->name, toml_value(setting), setting.origin);
  }
  return text;
}

std::string options_markdown() {
  std::string text =
      "# Configuration: every option\n\n"
      "This page is made from the options table in `src/server/option_table.cc`; `./test` compares them.\n"
      "`docs/configuration.md` is the guide.\n\n"
      "Each option can be given on the command line, in the environment or in a TOML file that `--config FILE` or\n"
      "`DOORWARD_CONFIG` names, whose keys are the option names without dashes in front. The command line counts "
      "before\n"
      "the environment, the environment before the file. An unknown option or key stops the start. A LIST is separated "
      "by\n"
      "commas, or an array in the file; a TIME has a unit (`500ms`, `30s`, `5m`, `2h`), and so has a SIZE (`512KiB`,\n"
      "`1MiB`). `doorward serve --check-config` prints what is in force and exits.\n\n";
  std::optional<OptionGroup> group;
  std::string contents;
  std::string tables;
  for (const OptionRow& row : option_table()) {
    if (row.group != group) {
      group = row.group;
      const std::string_view heading = group_name(*group);
      contents += fmt::format("{}[{}](#{})", contents.empty() ? "" : " · ", heading, anchor_of(heading));
      tables += fmt::format("\n## {}\n\n| option | environment | default | meaning |\n|---|---|---|---|\n", heading);
    }
    const std::string bounds = bounds_text(row);
    tables += fmt::format("| `--{}{}{}` | `{}` | {} | {}{}{} |\n", row.name, row.placeholder.empty() ? "" : " ",
                          row.placeholder, environment_name(row.name),
                          row.initial.empty() ? "" : fmt::format("`{}`", row.initial), row.documentation,
                          bounds.empty() ? "" : fmt::format(" {}.", bounds),
                          row.for_migrate ? " Also for `migrate`, `backup`, `restore` and `rotate-signing-key`." : "");
  }
  return text + contents + " · [Fixed limits](#fixed-limits)\n" + tables + limits_markdown();
}

}  // namespace doorward::server
