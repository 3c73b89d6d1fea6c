// What every use case of signing in has in common: a browser that asks, and where it is sent.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/secret.h"
#include "ports/random.h"
#include "protocol/saml/outgoing_message.h"

namespace doorward {

struct BrowserCall {
  std::string browser_secret;  // the value of the login cookie; empty: none
  std::string source;          // peer address
  std::string request_id;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

// On to the identity provider. The secret goes into the login cookie and must come back with the answer.
struct SentToProvider {
  std::string location;              // empty: `form` is posted
  std::optional<saml::PostTo> form;  // the provider wants it so
  Secret<std::string> browser_secret;
  bool answer_is_posted = false;  // by a form of the provider's page: the cookie must come along from another site
};

// The browser goes back to the application with an error, or, where `location` is empty, reads a page: nobody may be
// sent to an address that was not checked.
struct SignInRefusal {
  Error error;
  std::string location;
};

template <class T>
using SignInResult = tl::expected<T, SignInRefusal>;

// `return refuse(make_error(Reason::kX, "sentence"));`
inline tl::unexpected<SignInRefusal> refuse(Error error, std::string location = {}) {
  return tl::unexpected(SignInRefusal{.error = std::move(error), .location = std::move(location)});
}

// The secret that a browser keeps for all its logins that are under way, in several tabs: the one it has when it is one
// of ours by its form, else a new one.
Secret<std::string> browser_secret_for(const BrowserCall& call, Random& random);

}  // namespace doorward
