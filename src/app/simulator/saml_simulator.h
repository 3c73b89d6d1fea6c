// A SAML identity provider inside the binary, for development: whoever is sent there chooses who they are and what goes
// wrong. Towards Doorward it is an identity provider like any other: it is described by metadata, signs with a key of
// its own, and nothing trusts it more.
//
// It keeps nothing, and knows no service providers: it answers to addresses of Doorward and of this machine only,
// whatever the request says, and does not look at signatures of requests.
#pragma once

#include <string>
#include <string_view>

#include "app/simulator/simulated_login.h"
#include "app/simulator/simulated_saml_answer.h"
#include "base/result.h"
#include "domain/saml_settings.h"
#include "ports/clock.h"
#include "ports/mac.h"
#include "ports/random.h"
#include "protocol/oauth/form.h"
#include "protocol/saml/outgoing_message.h"
#include "protocol/saml/signature_write.h"

namespace doorward {

// Where it is, below the base URL.
inline constexpr std::string_view kSamlSimulatorPath = "/simulator/saml";

// Thread-safe. What is borrowed must outlive it. An answer costs some 0.1 ms of CPU.
class SamlSimulator {
 public:
  struct Ports {
    const Clock& clock;
    Random& random;
    const Mac& mac;
  };

  // `base_url`: ours, without a final '/'.
  SamlSimulator(Ports ports, std::string base_url);

  const std::string& entity_id() const { return entity_id_; }
  const std::string& metadata() const { return metadata_; }
  std::string metadata_url() const { return entity_id_ + "/metadata"; }
  // As its metadata says.
  const SamlProviderDescription& description() const { return description_; }

  // By the redirect binding; `query` as received. Those of saml::read_redirect and saml::read_authn_request;
  // kInvalidRequest: a response instead, or it comes without an AssertionConsumerServiceURL; kInvalidRedirectUri: that
  // is neither this server's nor on this machine.
  Result<SamlSimulatorRequest> read_request(std::string_view query) const;
  // By the POST binding: the same request as a URL, so that the form that follows has all of it in its address.
  // kInvalidRequest, and those of saml::decode_post_message.
  Result<std::string> redirect_of(const oauth::Form& form) const;
  // Nobody asked: a login that begins here, at this connection with its derived names.
  SamlSimulatorRequest unsolicited(const ConnectionId& connection) const;

  // What the browser posts then.
  saml::PostTo answer(const SamlSimulatorRequest& request, const SimulatedLogin& login) const;
  saml::PostTo answer_passive(const SamlSimulatorRequest& request) const;

  // Where the browser goes with the answer to a LogoutRequest that came by redirect: everybody is signed out, always.
  // Empty: the message is itself an answer, and this was the end. Those of saml::read_redirect and
  // saml::read_logout_request; kInvalidRedirectUri: its issuer is no connection of this server.
  Result<std::string> log_out(std::string_view query) const;
  // Where the browser goes to sign a person out at this connection.
  std::string begin_logout(const ConnectionId& connection, const saml::SamlNameId& name_id) const;

 private:
  std::string new_id() const;
  SimulatedSamlIds new_ids() const;
  bool is_answered(std::string_view url) const;
  std::string service_provider(const ConnectionId& connection) const;
  saml::PostTo posted(const SamlSimulatorRequest& request, SimulatedSamlAnswer answer,
                      const SimulatedLogin& login) const;

  const Ports ports_;
  const std::string base_url_;
  const std::string entity_id_;
  const saml::MessageSigner signer_;
  const saml::MessageSigner foreign_signer_;
  const std::string metadata_;
  const SamlProviderDescription description_;
};

}  // namespace doorward
