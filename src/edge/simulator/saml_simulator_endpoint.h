// The simulated SAML provider over HTTP, below /simulator/saml: metadata, sign-in by redirect and by form, logout, and
// what begins at the provider. Mounted outside production only.
//
// A browser that is sent to /sso gets a form; a script posts the form's fields to that same URL, and gets a page whose
// form it posts on. docs/simulator.md documents the fields.
#pragma once

#include "app/simulator/saml_simulator.h"
#include "net/http.h"
#include "net/router.h"

namespace doorward::edge {

class SamlSimulatorEndpoint {
 public:
  // `simulator` must outlive this.
  explicit SamlSimulatorEndpoint(const SamlSimulator& simulator) : simulator_(simulator) {}

  // This object must outlive the router.
  void add_to(net::Router& router);

 private:
  net::Response metadata(const net::Request& request) const;
  net::Response sign_in(const net::Request& request) const;
  net::Response answer_form(const net::Request& request, const SamlSimulatorRequest& asked) const;
  net::Response initiate(const net::Request& request) const;
  net::Response slo(const net::Request& request) const;
  net::Response logout(const net::Request& request) const;

  const SamlSimulator& simulator_;
};

}  // namespace doorward::edge
