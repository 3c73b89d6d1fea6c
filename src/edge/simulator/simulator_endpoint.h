// The simulated identity provider over HTTP, below /simulator: discovery, keys, authorize, token, userinfo, logout, and
// a page that starts a login at the provider. Mounted outside production only.
//
// A browser that is sent to authorize gets a form; a script posts the form's fields to that same URL. docs/simulator.md
// documents them.
#pragma once

#include <utility>

#include "app/simulator/saml_simulator.h"
#include "app/simulator/simulator.h"
#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class SimulatorEndpoint {
 public:
  // What is borrowed must outlive this. `saml`: of which the start page tells, too. `connection`: what it offers, may
  // be empty.
  SimulatorEndpoint(Simulator& simulator, const SamlSimulator& saml, ConnectionId connection)
      : simulator_(simulator), saml_(saml), connection_(std::move(connection)) {}

  // This object must outlive the router.
  void add_to(net::Router& router);

 private:
  net::Response discovery(const net::Request& request) const;
  net::Response keys(const net::Request& request) const;
  net::Response start_page(const net::Request& request) const;
  net::Response initiate(const net::Request& request) const;
  net::Response authorize(const net::Request& request) const;
  net::Response token(const net::Request& request);
  net::Response user_info(const net::Request& request) const;
  net::Response logout(const net::Request& request) const;

  Simulator& simulator_;
  const SamlSimulator& saml_;
  ConnectionId connection_;
};

}  // namespace doorward::edge
