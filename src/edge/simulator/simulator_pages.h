// What people read at the simulated identity provider, as HTML for edge/browser_page.h.
#pragma once

#include <string>
#include <string_view>

#include "app/simulator/simulator.h"
#include "protocol/oauth/form.h"

namespace doorward::edge {

// The form of one login, posted to `action`. `given`: what was typed before; `wrong`: what is wrong with it, text,
// empty at first.
std::string login_form_html(const SimulatorRequest& request, std::string_view action, const oauth::Form& given,
                            std::string_view wrong);

// The provider's dashboard: a form that starts a login of a connection.
std::string start_page_html(const Simulator& simulator, const ConnectionId& connection);

}  // namespace doorward::edge
