// What SignIn keeps between its two halves, and how each half names it. Only sources of this folder include it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/sign_in/login_route.h"
#include "app/sign_in/sign_in.h"
#include "base/encoding.h"

namespace doorward {

// An application's request, checked and routed.
struct SignIn::Asked {
  AuthorizationRequest request;
  LoginRoute route;
};

// A login that is about to be sent to the provider.
struct SignIn::Start {
  const Connection& connection;
  LoginPurpose purpose = LoginPurpose::kSignIn;
  AuthorizationRequest request;        // kSignIn only
  std::string domain;                  // as LoginRoute::domain
  std::optional<ConnectionTest> test;  // kConnectionTest only
  AuthRequest attempt;
};

// A transaction with what its end needs.
struct SignIn::Pending {
  LoginTransaction transaction;
  std::optional<Connection> connection;  // nullopt: deleted meanwhile
  std::optional<Organization> organization;
  std::vector<SsoUserAttribute> attributes;
};

// What is sealed with a transaction.
struct SignIn::Kept {
  std::string domain;          // as LoginRoute::domain
  Secret<std::string> answer;  // what the provider's answer is checked against

  // No domain has a line end.
  Secret<std::string> to_text() const { return Secret<std::string>(domain + "\n" + answer.reveal()); }
  static Kept from_text(const Secret<std::string>& text) {
    const std::string& all = text.reveal();
    const std::size_t end = std::min(all.find('\n'), all.size());
    return {.domain = all.substr(0, end), .answer = Secret<std::string>(all.substr(std::min(end + 1, all.size())))};
  }
};

// What the provider is sent, and the text that its answer is checked against.
struct SignIn::Sent {
  saml::OutgoingMessage message;
  Secret<std::string> kept;
};

// Of an answer, for the authentication log.
struct SignIn::Seen {
  std::vector<AuthRequestStep> steps;
  std::string_view xml;  // as it came; empty: no SAML
};

struct SignIn::Answer {
  // Who it is, said in the transaction that uses the answer: some answers are good once. May run more than once.
  using Identify = std::function<Result<ProviderIdentity>(WriteTx&)>;

  Result<Identify> identify;
  Seen seen;
};

// Where the provider's nonce and verifier are sealed; refers to `row`.
inline SealedPlace login_secrets_place(const std::string& row) {
  return {.table = "login_transactions", .row_id = row, .column = "secrets"};
}
inline std::string login_row(const std::string& state_hash) { return hex_encode(state_hash); }

}  // namespace doorward
