#include "edge/simulator/saml_simulator_endpoint.h"

#include <string>
#include <utility>

#include "edge/browser_page.h"
#include "edge/simulator/simulator_call.h"
#include "edge/simulator/simulator_pages.h"

namespace doorward::edge {
namespace {

net::Response post_on(saml::PostTo to) {
  PostForm form{.action = std::move(to.action), .fields = {{std::move(to.parameter), std::move(to.message)}}};
  if (!to.relay_state.empty()) form.fields.emplace_back("RelayState", std::move(to.relay_state));
  return post_form_page(kSimulatorTitle, form);
}

// The form leads to the service provider, and from there to the application.
net::Response form_page(const net::Request& request, int status, const SamlSimulatorRequest& asked,
                        const oauth::Form& given, std::string_view wrong) {
  const std::string action = request.path + "?" + request.query;
  return browser_page(status, kSimulatorTitle,
                      login_form_html({SimulatedProtocol::kSaml, asked.login_hint}, action, given, wrong),
                      FormTarget::kAnywhere);
}

// Of a form that begins something at a connection.
struct Beginning {
  ConnectionId connection;
  SimulatedLogin login;
  std::string name_id_format;
};
Result<Beginning> read_beginning(const net::Request& request) {
  DOORWARD_TRY(const oauth::Form form, posted_form(request));
  Beginning beginning{.connection = ConnectionId(oauth::value_of(form, "connection_id")),
                      .login = {},
                      .name_id_format = oauth::value_of(form, "name_id_format")};
  if (beginning.connection.empty()) {
    return failure(invalid_field("connection_id", "Name a connection.", "string.min_len"));
  }
  DOORWARD_TRY(beginning.login, read_simulated_login(form, SimulatedProtocol::kSaml));
  return beginning;
}

}  // namespace

void SamlSimulatorEndpoint::add_to(net::Router& router) {
  const auto add = [&](std::string_view path, auto handle) {
    router.add(
        std::string(kSamlSimulatorPath) + std::string(path),
        [this, handle](const net::Request& request) -> task<net::Response> { co_return (this->*handle)(request); });
  };
  add("/metadata", &SamlSimulatorEndpoint::metadata);
  add("/sso", &SamlSimulatorEndpoint::sign_in);
  add("/initiate", &SamlSimulatorEndpoint::initiate);
  add("/slo", &SamlSimulatorEndpoint::slo);
  add("/logout", &SamlSimulatorEndpoint::logout);
}

net::Response SamlSimulatorEndpoint::metadata(const net::Request& request) const {
  if (!reads(request)) return not_allowed("GET, HEAD");
  net::Response response;
  response.headers = {{"content-type", "application/samlmetadata+xml"}, {"cache-control", "public, max-age=300"}};
  response.body = simulator_.metadata();
  return response;
}

net::Response SamlSimulatorEndpoint::sign_in(const net::Request& request) const {
  const bool posted = request.method == "POST";
  if (!posted && !reads(request)) return not_allowed("GET, HEAD, POST");
  if (posted && request.query.empty()) {
    const auto form = posted_form(request);
    if (!form) return error_page(request, form.error());
    auto location = simulator_.redirect_of(*form);
    return location ? redirect_browser(request, *std::move(location)) : error_page(request, location.error());
  }
  const auto asked = simulator_.read_request(request.query);
  if (!asked) return error_page(request, asked.error());
  if (asked->is_passive) return post_on(simulator_.answer_passive(*asked));
  return posted ? answer_form(request, *asked) : form_page(request, 200, *asked, {}, {});
}

net::Response SamlSimulatorEndpoint::answer_form(const net::Request& request, const SamlSimulatorRequest& asked) const {
  const auto form = posted_form(request);
  if (!form) return error_page(request, form.error());
  const auto login = read_simulated_login(*form, SimulatedProtocol::kSaml);
  if (!login) return form_page(request, 400, asked, *form, sentence_of(login.error()));
  return post_on(simulator_.answer(asked, *login));
}

net::Response SamlSimulatorEndpoint::initiate(const net::Request& request) const {
  if (request.method != "POST") return not_allowed("POST");
  const auto beginning = read_beginning(request);
  if (!beginning) return error_page(request, beginning.error());
  return post_on(simulator_.answer(simulator_.unsolicited(beginning->connection), beginning->login));
}

net::Response SamlSimulatorEndpoint::slo(const net::Request& request) const {
  if (!reads(request)) return not_allowed("GET, HEAD");
  auto location = simulator_.log_out(request.query);
  if (!location) return error_page(request, location.error());
  if (!location->empty()) return redirect_browser(request, *std::move(location));
  return browser_page(200, kSimulatorTitle, "<p>You are signed out.</p>");
}

net::Response SamlSimulatorEndpoint::logout(const net::Request& request) const {
  if (request.method != "POST") return not_allowed("POST");
  const auto beginning = read_beginning(request);
  if (!beginning) return error_page(request, beginning.error());
  const saml::SamlNameId name_id = name_id_of(beginning->login.person, beginning->name_id_format);
  return redirect_browser(request, simulator_.begin_logout(beginning->connection, name_id));
}

}  // namespace doorward::edge
