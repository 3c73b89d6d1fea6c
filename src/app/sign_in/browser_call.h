// What every use case of signing in has in common: a browser that asks, and where it is sent.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "ports/random.h"

namespace doorward {

struct BrowserCall {
  std::string browser_secret;  // the value of the login cookie; empty: none
  std::string source;          // peer address
  std::string request_id;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
};

// On to the identity provider. The secret goes into the login cookie and must come back with the answer.
struct SentToProvider {
  std::string location;
  Secret<std::string> browser_secret;
};

// The browser goes back to the application with an error, or, where `location` is empty, reads a page: nobody may be
// sent to an address that was not checked.
struct SignInRefusal {
  Error error;
  std::string location;
};

template <class T>
using SignInResult = tl::expected<T, SignInRefusal>;

// The secret that a browser keeps for all its logins that are under way, in several tabs: the one it has when it is one
// of ours by its form, else a new one.
Secret<std::string> browser_secret_for(const BrowserCall& call, Random& random);

}  // namespace doorward
