#include "edge/simulator/simulator_pages.h"

#include <fmt/format.h>

#include <algorithm>

#include "edge/html.h"

namespace doorward::edge {
namespace {

struct TextField {
  std::string_view name;
  std::string_view label;
  std::string_view type;
};
constexpr TextField kTextFields[] = {{"email", "E-mail address", "email"},
                                     {"given_name", "Given name", "text"},
                                     {"family_name", "Family name", "text"},
                                     {"name", "Full name, if not the two together", "text"},
                                     {"subject", "Subject, if not made from the address", "text"},
                                     {"groups", "Groups, with commas between", "text"}};

std::string text_field(const TextField& field, std::string_view value) {
  return fmt::format("<label for=\"{0}\">{1}</label><input id=\"{0}\" name=\"{0}\" type=\"{2}\" value=\"{3}\">",
                     field.name, escaped(field.label), field.type, escaped(value));
}

std::string verified_field(const oauth::Form& given) {
  const bool no = oauth::value_of(given, "email_verified") == "false";
  return fmt::format(
      "<label for=\"email_verified\">Address verified</label><select id=\"email_verified\" name=\"email_verified\">"
      "<option value=\"true\"{}>yes</option><option value=\"false\"{}>no</option></select>",
      no ? "" : " selected", no ? " selected" : "");
}

std::string outcome_field(const oauth::Form& given) {
  const std::string& chosen = oauth::value_of(given, "outcome");
  const bool is_known =
      std::ranges::find(kSimulatedOutcomes, chosen, &SimulatedOutcomeRow::name) != kSimulatedOutcomes.end();
  std::string out = "<fieldset><legend>What happens</legend>";
  for (const SimulatedOutcomeRow& row : kSimulatedOutcomes) {
    const bool checked = is_known ? row.name == chosen : row.outcome == SimulatedOutcome::kSuccess;
    out += fmt::format("<label><input type=\"radio\" name=\"outcome\" value=\"{}\"{}>{}: {}</label>", row.name,
                       checked ? " checked" : "", escaped(row.title), escaped(row.explain));
  }
  return out + "</fieldset>";
}

}  // namespace

std::string login_form_html(const SimulatorRequest& request, std::string_view action, const oauth::Form& given,
                            std::string_view wrong) {
  std::string out = "<p>Be whoever you like: this identity provider is for development.</p>";
  if (!wrong.empty()) out += fmt::format("<p role=\"alert\"><strong>{}</strong></p>", escaped(wrong));
  out += fmt::format("<form method=\"post\" action=\"{}\">", escaped(action));
  for (const TextField& field : kTextFields) {
    std::string value = oauth::value_of(given, field.name);
    if (value.empty() && field.name == "email" && given.empty()) value = request.login_hint;
    out += text_field(field, value);
  }
  out += verified_field(given);
  out += fmt::format(
      "<label for=\"attributes\">Further claims, as a JSON object</label>"
      "<textarea id=\"attributes\" name=\"attributes\" rows=\"3\" spellcheck=\"false\">{}</textarea>",
      escaped(oauth::value_of(given, "attributes")));
  out += outcome_field(given);
  return out + "<button type=\"submit\">Continue</button></form>";
}

std::string start_page_html(const Simulator& simulator, const ConnectionId& connection) {
  return fmt::format(
      "<p>An identity provider for development. Its issuer is <code>{0}</code>; any client id will do, with any secret "
      "or none.</p>"
      "<h2>Sign in from here</h2><p>As from the dashboard of a real provider.</p>"
      "<form method=\"post\" action=\"{1}/initiate\">{2}{3}<button type=\"submit\">Sign in</button></form>",
      escaped(simulator.issuer()), kSimulatorPath,
      text_field({"connection_id", "Connection", "text"}, connection.str()),
      text_field({"email", "E-mail address", "email"}, ""));
}

}  // namespace doorward::edge
