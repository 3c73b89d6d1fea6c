// What people read at the simulated identity provider, as HTML for edge/browser_page.h.
#pragma once

#include <string>
#include <string_view>

#include "app/simulator/saml_simulator.h"
#include "app/simulator/simulator.h"
#include "protocol/oauth/form.h"

namespace doorward::edge {

// Of which login the form is.
struct LoginFormOf {
  SimulatedProtocol protocol;
  std::string_view login_hint;
};
// The form of one login, posted to `action`. `given`: what was typed before; `wrong`: what is wrong with it, text,
// empty at first.
std::string login_form_html(const LoginFormOf& login, std::string_view action, const oauth::Form& given,
                            std::string_view wrong);

// The provider's dashboard: forms that start a login of a connection, and a logout.
std::string start_page_html(const Simulator& simulator, const SamlSimulator& saml, const ConnectionId& connection);

}  // namespace doorward::edge
