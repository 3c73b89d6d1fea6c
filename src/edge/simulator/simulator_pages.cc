#include "edge/simulator/simulator_pages.h"

#include <fmt/format.h>

#include <utility>

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

std::string outcome_field(SimulatedProtocol protocol, const oauth::Form& given) {
  const SimulatedOutcomeRow* chosen = find_outcome(oauth::value_of(given, "outcome"), protocol);
  const SimulatedOutcome outcome = chosen == nullptr ? SimulatedOutcome::kSuccess : chosen->outcome;
  std::string out = "<fieldset><legend>What happens</legend>";
  for (const SimulatedOutcomeRow& row : kSimulatedOutcomes) {
    if (row.explain(protocol).empty()) continue;
    out += fmt::format("<label><input type=\"radio\" name=\"outcome\" value=\"{}\"{}>{}: {}</label>", row.name,
                       row.outcome == outcome ? " checked" : "", escaped(row.title), escaped(row.explain(protocol)));
  }
  return out + "</fieldset>";
}

std::string signed_field(const oauth::Form& given) {
  const std::string& chosen = oauth::value_of(given, "signed");
  std::string out = "<label for=\"signed\">What is signed</label><select id=\"signed\" name=\"signed\">";
  for (const auto& [value, label] :
       {std::pair{"assertion", "the assertion"}, {"response", "the response"}, {"both", "both"}}) {
    out += fmt::format("<option value=\"{}\"{}>{}</option>", value, chosen == value ? " selected" : "", label);
  }
  return out + "</select>";
}

}  // namespace

std::string login_form_html(const LoginFormOf& login, std::string_view action, const oauth::Form& given,
                            std::string_view wrong) {
  std::string out = "<p>Be whoever you like: this identity provider is for development.</p>";
  if (!wrong.empty()) out += fmt::format("<p role=\"alert\"><strong>{}</strong></p>", escaped(wrong));
  out += fmt::format("<form method=\"post\" action=\"{}\">", escaped(action));
  for (const TextField& field : kTextFields) {
    std::string_view value = oauth::value_of(given, field.name);
    if (value.empty() && field.name == "email" && given.empty()) value = login.login_hint;
    out += text_field(field, value);
  }
  out += login.protocol == SimulatedProtocol::kOidc ? verified_field(given) : signed_field(given);
  out += fmt::format(
      "<label for=\"attributes\">Further {}, as a JSON object</label>"
      "<textarea id=\"attributes\" name=\"attributes\" rows=\"3\" spellcheck=\"false\">{}</textarea>",
      login.protocol == SimulatedProtocol::kOidc ? "claims" : "attributes",
      escaped(oauth::value_of(given, "attributes")));
  out += outcome_field(login.protocol, given);
  return out + "<button type=\"submit\">Continue</button></form>";
}

std::string start_page_html(const Simulator& simulator, const SamlSimulator& saml, const ConnectionId& connection) {
  return fmt::format(
      "<p>An identity provider for development. By OpenID Connect its issuer is <code>{0}</code>; any client id will "
      "do, "
      "with any secret or none. By SAML its metadata is at <code>{1}</code>.</p>"
      "<h2>Sign in or out from here</h2><p>As from the dashboard of a real provider.</p>"
      "<form method=\"post\" action=\"{2}/initiate\">{4}{5}<button type=\"submit\">Sign in by OpenID Connect</button> "
      "<button type=\"submit\" formaction=\"{3}/initiate\">Sign in by SAML</button> "
      "<button type=\"submit\" formaction=\"{3}/logout\">Sign out by SAML</button></form>",
      escaped(simulator.issuer()), escaped(saml.metadata_url()), kSimulatorPath, kSamlSimulatorPath,
      text_field({"connection_id", "Connection", "text"}, connection.str()),
      text_field({"email", "E-mail address", "email"}, ""));
}

}  // namespace doorward::edge
